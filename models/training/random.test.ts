import { describe, expect, test } from 'vitest';
import { createRandom, digestOf } from './random.ts';

describe('random', () => {
  test('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 20 }, createRandom(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test('spreads evenly over its range', () => {
    const random = createRandom(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) counts[random.below(10)]!++;
    for (const count of counts) expect(count).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });

  test('refuses to pick from nothing', () => {
    expect(() => createRandom(1).pick([])).toThrow(RangeError);
  });

  test('gives a digest that never changes, for the division of the data hangs on it', () => {
    expect(digestOf('water gun')).toBe(digestOf('water gun'));
    expect(digestOf('water gun')).not.toBe(digestOf('water gun', 1));
  });
});
