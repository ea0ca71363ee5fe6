import { describe, expect, test } from 'vitest';
import { logNormal, seededRandom } from './random.ts';

const draws = 20_000;

describe('the seeded random source', () => {
  test('repeats itself for the same seed and differs for another', () => {
    const take = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  test('is evenly spread over 0 to 1', () => {
    const numbers = Array.from({ length: draws }, seededRandom(1));
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    for (const edge of [0.1, 0.5, 0.9]) {
      expect(numbers.filter((number) => number < edge).length / draws).toBeCloseTo(edge, 1.5);
    }
  });
});

describe('log-normal draws', () => {
  test('have the median and the 99th percentile that were asked for', () => {
    const random = seededRandom(1);
    const sorted = Array.from({ length: draws }, () => logNormal(100, 900, random)).sort((a, b) => a - b);
    expect(sorted[draws / 2]! / 100).toBeCloseTo(1, 1);
    expect(sorted[draws * 0.99]! / 900).toBeCloseTo(1, 0.5);
  });

  test('are constant when the 99th percentile is the median', () => {
    const random = seededRandom(1);
    expect(Array.from({ length: 3 }, () => logNormal(50, 50, random))).toEqual([50, 50, 50]);
  });
});
