import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowestOf, medianOf, trendOf } from './trend.ts';

const points = (values: readonly number[]) => values.map((value, index) => ({ hours: index, value }));

describe('the line through points', () => {
  test('of a line is that line, without error', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }), (slope, start) => {
        const trend = trendOf(points([0, 1, 2, 3, 4].map((hour) => start + slope * hour)));
        expect(trend.slope).toBeCloseTo(slope, 9);
        expect(trend.slopeError).toBeCloseTo(0, 9);
      }),
    );
  });

  test('has the slope and the standard error of a worked example', () => {
    // Residuals of the line 0.6 x + 2.2: -0.8, 0.6, 1, -0.6, -0.2; error = sqrt(2.4 / 3 / 10).
    const { slope, slopeError } = trendOf(points([2, 4, 5, 4, 5].map((value) => value - 0.6)));
    expect(slope).toBeCloseTo(0.6, 9);
    expect(slopeError).toBeCloseTo(Math.sqrt(2.4 / 3 / 10), 9);
  });

  test('of too few points, or of one moment, is level and of unknown error', () => {
    const unknown = { slope: 0, slopeError: Number.POSITIVE_INFINITY };
    expect(trendOf(points([1, 2]))).toEqual(unknown);
    expect(trendOf([1, 2, 3].map((value) => ({ hours: 1, value })))).toEqual(unknown);
  });
});

describe('the lowest points', () => {
  test('are one of each span that has any', () => {
    const all = [5, 3, 4, 9, 8, 7].map((value, hours) => ({ hours, value }));
    expect(lowestOf(all, 2)).toEqual([
      { hours: 1, value: 3 },
      { hours: 5, value: 7 },
    ]);
    expect(lowestOf([{ hours: 0, value: 1 }], 24)).toEqual([{ hours: 0, value: 1 }]);
    expect(lowestOf([], 24)).toEqual([]);
  });
});

test('the median is the middle value, or between the two', () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(medianOf([4, 1, 3, 2])).toBe(2.5);
  expect(medianOf([])).toBeNaN();
});
