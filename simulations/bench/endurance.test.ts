import { describe, expect, test } from 'vitest';
import { flatnessOf } from './endurance.ts';

const MB = 1e6;
const stretches = (megabytes: readonly number[]) =>
  megabytes.map((mb, index) => ({
    items: (index + 1) * 100_000,
    residentBytes: mb * MB,
    peakBytes: Math.max(...megabytes.slice(0, index + 1)) * MB,
  }));

describe('memory', () => {
  test('is flat when it has grown in the first half only', () => {
    const { growth, bytesPerMillion, peakBytes } = flatnessOf(stretches([50, 150, 190, 200, 200, 200, 200, 200]));
    expect(growth).toBeCloseTo(0);
    expect(bytesPerMillion).toBeCloseTo(0);
    expect(peakBytes).toBe(200 * MB);
  });

  test('grows by what the straight line through the second half says', () => {
    const { growth, bytesPerMillion } = flatnessOf(stretches([50, 60, 70, 80, 90, 100, 110, 120]));
    expect(bytesPerMillion).toBeCloseTo(100 * MB);
    expect(growth).toBeCloseTo(30 / 105);
  });

  test('scatters without growing', () => {
    expect(flatnessOf(stretches([90, 90, 100, 110, 90, 110, 110, 90])).growth).toBeCloseTo(0);
  });

  test('is not judged by a few looks', () => {
    expect(() => flatnessOf(stretches([1, 2, 3]))).toThrow('too few looks');
  });
});
