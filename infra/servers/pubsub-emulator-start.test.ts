import { afterEach, expect, test, vi } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { startPubSubEmulator } from './pubsub-emulator.ts';

const pids: number[] = [];
vi.mock('./hang-up-relay.ts', () => ({ startHangUpRelay: () => Promise.reject(new Error('no port is free')) }));
vi.mock('./child-process.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('./child-process.ts')>();
  return {
    ...original,
    async startChildProcess(options: Parameters<typeof original.startChildProcess>[0]) {
      const started = await original.startChildProcess(options);
      pids.push(started.child.pid);
      return started;
    },
  };
});
afterEach(() => {
  for (const pid of pids.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
});

describeWithServers(['pubsub-emulator'], 'an emulator whose relay can not listen', () => {
  test('is ended', async () => {
    await expect(startPubSubEmulator({ maxHeapMb: 256 })).rejects.toThrow('no port is free');
    expect(pids.map(isRunning)).toEqual([false]);
  });
});
