import { expect, test } from 'vitest';
import { MAIN_THREAD, threadSeconds } from './threads.ts';

test('the main thread has used what the process is busy with', async () => {
  const used = async () => (await threadSeconds(process.pid)).get(MAIN_THREAD) ?? Number.NaN;
  const before = await used();
  const startedAt = process.threadCpuUsage();
  const untilMs = performance.now() + 100;
  while (performance.now() < untilMs); // Busy.
  const { user, system } = process.threadCpuUsage(startedAt);
  expect((await used()) - before).toBeCloseTo((user + system) / 1e6, 1);
});

test('a process that is gone is named', async () => {
  await expect(threadSeconds(2 ** 30)).rejects.toThrow(/ENOENT.*1073741824/);
});
