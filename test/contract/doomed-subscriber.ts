import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from './broker.ts';

/** Receives messages, says so, and does nothing about them; ends with its parent. */
const PROGRAM = `
  import { PubSub } from '@google-cloud/pubsub';
  const [projectId, subscription] = process.argv.slice(1);
  const client = new PubSub({ projectId, clientOptions: { universeDomain: 'googleapis.com' } });
  client.subscription(subscription).on('message', () => process.stdout.write('.'));
  process.stdin.resume().on('end', () => process.exit());
`;

/** A subscriber in a process of its own, through the client of `@google-cloud/pubsub`. Disposing of it kills it. */
export interface DoomedSubscriber extends AsyncDisposable {
  /** Waits until it has received that many messages. @throws Error when that takes too long, or it has ended. */
  received(count: number): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

const WAIT_MS = 40_000;

export async function startDoomedSubscriber(broker: Broker, subscription: string): Promise<DoomedSubscriber> {
  const args = ['--input-type=module', '-e', PROGRAM, broker.projectId, subscription];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { ...process.env, PUBSUB_EMULATOR_HOST: broker.host },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let count = 0;
  child.stdout.on('data', (dots: Buffer) => {
    count += dots.length;
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    async received(wanted) {
      const end = performance.now() + WAIT_MS;
      while (count < wanted) {
        const ended = child.exitCode ?? child.signalCode;
        if (ended !== null) throw new Error(`The subscriber ended (${ended}) after ${count} of ${wanted} messages`);
        if (performance.now() > end) throw new Error(`After ${WAIT_MS} ms it had ${count} of ${wanted} messages`);
        await sleep(20);
      }
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
