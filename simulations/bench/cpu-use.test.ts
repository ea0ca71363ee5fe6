import { expect, test } from 'vitest';
import { bySide, type Reading, type Side, useBetween } from './cpu-use.ts';

const reading = (atMs: number, busySeconds: number, seconds: Partial<Record<Side, readonly number[]>>): Reading => ({
  atMs,
  busySeconds,
  sides: bySide((side) =>
    // Of each process a tenth of the CPU is used beside its main thread.
    (seconds[side] ?? []).map((cpuSeconds) => ({ cpuSeconds, mainThreadSeconds: cpuSeconds * 0.9 })),
  ),
});

const before = reading(1_000, 50, { contestant: [3], 'Pub/Sub': [1], models: [1, 1, 1] });
const after = reading(5_000, 57, { contestant: [7], 'Pub/Sub': [5], models: [1, 2, 3] });

test('a side has used what its processes have used together', () => {
  const { sides, busyCores, cores } = useBetween(before, after, 2, () => false);
  expect(sides.contestant.cores).toBeCloseTo(1);
  expect(sides.models.cores).toBeCloseTo(0.75);
  expect(busyCores).toBeCloseTo(1.75);
  expect(cores).toBe(2);
});

test('a side is as near to its limit as the busiest main thread of its processes', () => {
  const { sides } = useBetween(before, after, 2, () => false);
  expect(sides.contestant.load).toBeCloseTo(0.9);
  expect(sides.models.load).toBeCloseTo(0.45);
  expect(sides.Redis).toEqual({ cores: 0, load: 0 });
});

test('a side with many threads may have all cores', () => {
  const { sides } = useBetween(before, after, 2, (side) => side === 'Pub/Sub');
  expect(sides['Pub/Sub'].load).toBeCloseTo(0.5);
  expect(sides.contestant.load).toBeCloseTo(0.9);
});
