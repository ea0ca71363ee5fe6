import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { expect, test } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { startPubSubEmulator } from './pubsub-emulator.ts';

/** Receives messages, says so, and does nothing about them. */
const SILENT_SUBSCRIBER = `
  import { PubSub } from '@google-cloud/pubsub';
  const client = new PubSub({ projectId: 'eddy-test', apiEndpoint: process.argv[1], emulatorMode: true });
  client.subscription('readers').on('message', () => process.stdout.write('received\\n'));
`;

describeWithServers(['pubsub-emulator'], 'an emulator of our own', () => {
  test('carries a message, and is gone when disposed of', async () => {
    let pid: number;
    {
      await using emulator = await startPubSubEmulator({ maxHeapMb: 256 });
      pid = emulator.pid;
      const client = new PubSub({ projectId: 'eddy-test', apiEndpoint: emulator.host, emulatorMode: true });
      const [topic] = await client.createTopic('events');
      const [subscription] = await topic.createSubscription('readers');
      const received = once(subscription, 'message');
      await topic.publishMessage({ data: Buffer.from('hello') });
      const [message] = await received;
      expect(message.data.toString()).toBe('hello');
      message.ack();
      await client.close();
    }
    expect(isRunning(pid)).toBe(false);
  });

  test('delivers to others what a killed subscriber had, and sends it no more', { timeout: 60_000 }, async () => {
    await using emulator = await startPubSubEmulator({ maxHeapMb: 256 });
    const client = new PubSub({ projectId: 'eddy-test', apiEndpoint: emulator.host, emulatorMode: true });
    const [topic] = await client.createTopic('events');
    const retryPolicy = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 2 } };
    const [subscription] = await topic.createSubscription('readers', { ackDeadlineSeconds: 10, retryPolicy });
    const victim = spawn(process.execPath, ['--input-type=module', '-e', SILENT_SUBSCRIBER, emulator.host], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await topic.publishMessage({ data: Buffer.from('for the victim') });
      await once(victim.stdout, 'data');
      victim.kill('SIGKILL');
      await once(victim, 'exit');
      const got = new Set<string>();
      subscription.on('message', (message) => {
        got.add(message.data.toString());
        message.ack();
      });
      for (let i = 0; i < 150; i++) {
        await topic.publishMessage({ data: Buffer.from(`later ${i}`) });
        await sleep(20); // One at a time: the emulator hands out every 50 ms what there is.
      }
      await expect.poll(() => got.size, { timeout: 20_000 }).toBe(151);
    } finally {
      victim.kill('SIGKILL');
      await client.close();
    }
  });

  test('tells that its port is in use, and does not stay half started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const starting = startPubSubEmulator({ port, maxHeapMb: 256 });
    await expect(starting).rejects.toThrow(
      new RegExp(`The Pub/Sub emulator on port ${port} can't start[^]*Address already in use`),
    );
    other.close();
  });

  test('stops starting when that is aborted', async () => {
    const starting = startPubSubEmulator({ maxHeapMb: 256, signal: AbortSignal.timeout(100) });
    await expect(starting).rejects.toThrow('aborted due to timeout');
  });
});
