import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { descendantsOf, figuresOf } from './process-figures.ts';

test('a process has used the CPU and memory that it says of itself', async () => {
  const { pid } = process;
  const startedAt = process.cpuUsage();
  const before = await figuresOf(pid);
  beBusy(200);
  const after = await figuresOf(pid);
  const { user, system } = process.cpuUsage(startedAt);
  const used = after.cpuSeconds - before.cpuSeconds;
  // Linux counts it in hundredths of a second; where others are at work, the time on a CPU is shorter.
  expect(used).toBeGreaterThan(0.02);
  expect(used).toBeLessThanOrEqual((user + system) / 1e6 + 0.02);
  expect(after.mainThreadSeconds).toBeLessThanOrEqual(after.cpuSeconds);
  expect(after.peakBytes).toBeGreaterThanOrEqual(process.memoryUsage.rss() * 0.5);
});

test('a process that is gone is named', async () => {
  await expect(figuresOf(2 ** 30)).rejects.toThrow(/ENOENT/);
});

test('finds what a process has started, and what that has started', async () => {
  const child = spawn('sh', ['-c', 'sleep 30 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const grandchild = Number(line.toString());
  try {
    const found = await descendantsOf(process.pid);
    expect(found).toContain(child.pid);
    expect(found).toContain(grandchild);
    expect(await descendantsOf(grandchild)).toEqual([]);
  } finally {
    process.kill(grandchild);
    await once(child, 'close');
  }
  expect(await descendantsOf(process.pid)).not.toContain(child.pid);
});

function beBusy(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
