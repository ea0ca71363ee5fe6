import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import type { Exit } from '../servers/child-process.ts';
import { startNodeService } from '../servers/node-service.ts';
import { portOf, type ServicePart, startServicePart } from './part.ts';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eddy-part-'));
  script = join(folder, 'server.mts');
  await writeFile(
    script,
    `import { createServer } from 'node:net';
     const server = createServer((socket) => socket.end(String(process.pid)));
     server.listen(Number(process.argv[2]), '127.0.0.1', () => {
       const address = '127.0.0.1:' + server.address().port;
       process.stdout.write(JSON.stringify({ event: 'listening', address }) + '\\n');
     });
     process.stdin.resume().on('end', () => process.exit(0));
     process.on('SIGTERM', () => process.exit(0));`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

function startPart(onUnexpectedExit?: (exit: Exit) => void): Promise<ServicePart> {
  return startServicePart({
    start: (before) => startNodeService({ name: 'a part', script, args: [before ? portOf(before['address']) : '0'] }),
    ...(onUnexpectedExit ? { onUnexpectedExit } : {}),
  });
}

/** The pid that answers at the address; undefined when nothing does within the time. */
function answerOf({ ready }: ServicePart, timeoutMs = 5_000): Promise<number | undefined> {
  const socket = connect({ host: '127.0.0.1', port: Number(portOf(ready['address'])) });
  return new Promise((resolve) => {
    const answer = (pid?: number) => {
      socket.destroy();
      resolve(pid);
    };
    socket.setTimeout(timeoutMs, () => answer());
    socket.once('data', (data) => answer(Number(data))).once('error', () => answer());
  });
}

describe('a part of the stack', () => {
  test('comes back on its old address when it was killed', async () => {
    await using part = await startPart();
    const { pid, ready } = part;
    await part.kill();
    expect(await answerOf(part)).toBeUndefined();
    await part.restart();
    expect(part.ready['address']).toBe(ready['address']);
    expect(part.pid).not.toBe(pid);
    expect(await answerOf(part)).toBe(part.pid);
  });

  test('does not answer while it is frozen, and is the same when it is thawed', async () => {
    await using part = await startPart();
    part.freeze();
    expect(await answerOf(part, 200)).toBeUndefined();
    part.thaw();
    expect(await answerOf(part)).toBe(part.pid);
  });

  test('is let drain when it is restarted while it runs, and ended when it is disposed of while frozen', async () => {
    const exits: Exit[] = [];
    await using part = await startPart((exit) => exits.push(exit));
    const { pid } = part;
    await part.restart();
    expect(part.pid).not.toBe(pid);
    part.freeze();
    await part[Symbol.asyncDispose]();
    expect(exits).toEqual([]);
  });

  test('leaves no process when it is disposed of during a restart, and is not restarted after', async () => {
    await using part = await startPart();
    const { pid } = part;
    const restarted = part.restart();
    await expect.poll(() => isRunning(pid)).toBe(false); // The old one is gone: the new one is on its way.
    await part[Symbol.asyncDispose]();
    await restarted;
    expect(isRunning(part.pid)).toBe(false);
    expect(await answerOf(part)).toBeUndefined();
    await part.restart();
    expect(await answerOf(part)).toBeUndefined();
  });

  test('tells when it has ended although nobody asked it to, and not otherwise', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<Exit>();
    const exits: Exit[] = [];
    await using part = await startPart((exit) => {
      exits.push(exit);
      resolve(exit);
    });
    await part.kill();
    await part.restart();
    expect(exits).toEqual([]);
    process.kill(part.pid, 'SIGKILL');
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
    await part.restart();
    expect(await answerOf(part)).toBe(part.pid);
  });
});
