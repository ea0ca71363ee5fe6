import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDuration, toMs } from './durations.ts';

test('milliseconds become seconds and nanoseconds, and the same again', () => {
  expect(toDuration(1_500)).toEqual({ seconds: 1, nanos: 500_000_000 });
  expect(toDuration(undefined)).toBeUndefined();
  expect(toMs(undefined)).toBeUndefined();
  fc.assert(fc.property(fc.nat(), (ms) => toMs(toDuration(ms)) === ms));
});
