import { describe, expect, test } from 'vitest';
import { createPace, type Pace } from './pace.ts';

function see(pace: Pace, inputs: number, durationMs: number, times = 1): void {
  for (let call = 0; call < times; call++) pace.saw(inputs, durationMs);
}

describe('the pace of a model', () => {
  test('is unknown at first, and then what was seen', () => {
    const pace = createPace(8);
    expect(pace.of(3)).toBe(Number.POSITIVE_INFINITY);
    see(pace, 3, 70);
    expect(pace.of(3)).toBe(70);
    expect(pace.of(4)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is found within some calls where the first of them had to wait', () => {
    const pace = createPace(8);
    see(pace, 8, 300);
    see(pace, 8, 100, 30);
    expect(pace.of(8)).toBeLessThan(110);
  });

  test('does not come down to a single fast call', () => {
    const pace = createPace(8);
    see(pace, 8, 100);
    see(pace, 8, 20);
    expect(pace.of(8)).toBeGreaterThan(90);
  });

  test('is not taken in by a queue that stands at the model for a minute, but comes to a pace that stays', () => {
    const pace = createPace(8);
    see(pace, 8, 100);
    see(pace, 8, 300, 60);
    expect(pace.of(8)).toBeLessThan(130);
    see(pace, 8, 300, 2_000);
    expect(pace.of(8)).toBeGreaterThan(290);
  });

  test('of several inputs is that of one after the other at most', () => {
    const pace = createPace(8);
    see(pace, 1, 40);
    expect(pace.of(5)).toBe(200);
    see(pace, 5, 300);
    expect(pace.of(5)).toBe(200);
    see(pace, 6, 90);
    expect(pace.of(6)).toBe(90);
  });

  test('of several inputs is that of one at least: what makes one slower has made all slower', () => {
    const pace = createPace(8);
    see(pace, 5, 50);
    see(pace, 1, 120);
    expect(pace.of(5)).toBe(120);
  });
});
