import { expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';
import { runFluid } from './fluid.ts';
import { FLUID_CASE, seenOf } from './sample-runs.ts';

test('the efficiency and the return of a run that the fluid model has made are found again', () => {
  for (const [efficiency, returnWithinS] of [
    [0.9, 2],
    [0.6, 4],
    [0.45, 5],
  ] as const) {
    const found = calibrate([seenOf(runFluid({ ...FLUID_CASE, efficiency, returnWithinS }, 0.5))], 2);
    expect(Math.abs(found.efficiency / efficiency - 1)).toBeLessThan(0.03);
    expect(Math.abs(found.returnWithinS - returnWithinS)).toBeLessThan(1);
  }
});

test('of several runs the one with the longer drain counts for more', () => {
  const slow = seenOf(runFluid({ ...FLUID_CASE, efficiency: 0.5 }, 0.5));
  const fast = seenOf(runFluid({ ...FLUID_CASE, efficiency: 1 }, 0.5));
  const { efficiency } = calibrate([slow, fast], 2);
  expect(efficiency).toBeGreaterThan(0.49);
  expect(efficiency).toBeLessThan(0.65);
});

test('a backlog that grows on gives an efficiency below what live traffic needs', () => {
  const seen = seenOf(runFluid({ ...FLUID_CASE, efficiency: 0.2, patienceS: 60 }, 0.5));
  const { efficiency, returnWithinS } = calibrate([seen], 2);
  expect(efficiency).toBeLessThan(0.25);
  expect(returnWithinS).toBe(2);
});

test('a run that ends with the outage tells nothing', () => {
  const seen = seenOf(runFluid({ ...FLUID_CASE, patienceS: 2 }, 0.5));
  expect(() => calibrate([seen], 2)).toThrow(RangeError);
});
