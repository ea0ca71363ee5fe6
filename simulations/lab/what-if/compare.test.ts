import { expect, test } from 'vitest';
import { compare, errorTable } from './compare.ts';
import { runFluid } from './fluid.ts';
import { FLUID_CASE, seenOf } from './sample-runs.ts';

const run = runFluid(FLUID_CASE, 0.5);

test('a run held against itself has no error', () => {
  const { errors } = compare(seenOf(run), run);
  expect(errors.peakDepth).toBeLessThan(0.01);
  expect(errors.deliveries).toBeLessThan(0.01);
  expect(errors.drainS).toBeLessThan(0.03);
});

test('the largest error decides', () => {
  const slower = runFluid({ ...FLUID_CASE, efficiency: 0.5 }, 0.5);
  const table = errorTable([compare(seenOf(run), run), compare(seenOf(run), slower)], 0.15);
  expect(table.passed).toBe(false);
  expect(table.largest).toBeGreaterThan(0.5);
  expect(errorTable([compare(seenOf(run), run)], 0.15).passed).toBe(true);
});

test('where only one of the two drains the error is without bounds', () => {
  const never = runFluid({ ...FLUID_CASE, efficiency: 0.2 }, 0.5);
  expect(compare(seenOf(run), never).errors.drainS).toBe(Number.POSITIVE_INFINITY);
});

test('nothing compared does not pass', () => {
  expect(errorTable([], 0.15).passed).toBe(false);
});
