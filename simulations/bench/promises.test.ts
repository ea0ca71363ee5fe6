import { describe, expect, test } from 'vitest';
import {
  cacheSaves,
  idleIsQuick,
  isCheaper,
  isFlat,
  isNearFloor,
  isSmall,
  modelsAreCheap,
  oneDownIsCheap,
  type Statement,
} from './promises.ts';

const FLAT = { peakBytes: 200e6, bytesPerMillion: 1_048_576, growth: 0.004 };

describe('a promise is told with what was measured, its bound, and whether it holds', () => {
  test.each<[string, Statement]>([
    ['naive/eddy, embedded Pub/Sub: 8.1, at least 6  HOLDS', isCheaper(8.1, 'embedded Pub/Sub')],
    ['eddy/floor, emulator Pub/Sub: 1.22, at most 1.40  HOLDS', isNearFloor(1.22, 'emulator Pub/Sub')],
    ['each model more costs an item: 24.9 µs, at most 25.0 µs  HOLDS', modelsAreCheap(24.94)],
    ['with all predictions cached, of the cost without: 42.0 %, at most 50.0 %  HOLDS', cacheSaves(42, 100)],
    ['p50 at 5 items/s: 30 ms, naive 26 ms, at most 5 ms more than naive  HOLDS', idleIsQuick(30, 26)],
    ['one of five models down costs an item: 60.0 µs, at most 80.0 µs  HOLDS', oneDownIsCheap(260, 200, 80)],
    ['one of five models down costs an item: -5.0 µs, at most 80.0 µs  HOLDS', oneDownIsCheap(195, 200, 80)],
    ['memory at the most: 200 MB, at most 250 MB  HOLDS', isSmall(FLAT)],
    [
      "memory's growth over the second half of 1,000,000 items: 0.4 % (1.0 MiB per million items), at most 5.0 %  HOLDS",
      isFlat(FLAT, 1_000_000),
    ],
  ])('%s', (line, statement) => {
    expect(statement).toEqual({ line, holds: true });
  });

  test.each<[string, Statement]>([
    ['naive/eddy', isCheaper(5.9, 'embedded Pub/Sub')],
    ['eddy/floor', isNearFloor(1.41, 'embedded Pub/Sub')],
    ['models', modelsAreCheap(25.1)],
    ['cache', cacheSaves(51, 100)],
    ['idle', idleIsQuick(32, 26)],
    ['one down', oneDownIsCheap(290, 200, 80)],
    ['peak', isSmall({ peakBytes: 251e6 })],
    ['growth', isFlat({ ...FLAT, growth: 0.06 }, 1_000)],
    ['nothing measured', isCheaper(Number.NaN, 'embedded Pub/Sub')],
  ])('and does not hold beyond its bound: %s', (_, { line, holds }) => {
    expect(holds).toBe(false);
    expect(line).toMatch(/ {2}DOES NOT HOLD$/);
  });
});
