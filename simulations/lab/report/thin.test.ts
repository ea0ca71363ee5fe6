import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineOf, meanBefore } from './thin.ts';

test('the mean is that of the seconds up to each one', () => {
  expect(meanBefore([10, 20, 30, 40], 2)).toEqual([10, 15, 25, 35]);
});

test('a second without a value does not count, and none at all gives none', () => {
  expect(meanBefore([null, 4, null, 8, null, null], 2)).toEqual([null, 4, 4, 8, 8, null]);
});

test('a straight line needs two points', () => {
  expect(lineOf([5, 5, 5, 5, 5], 1, 0.1)).toEqual([
    [0, 5],
    [4, 5],
  ]);
});

test('a peak of one second stays, however long the run', () => {
  const values = Array.from({ length: 5_000 }, (_, second) => (second === 2_345 ? 100 : 1));
  const line = lineOf(values, 20, 0.5);
  expect(line).toContainEqual([2_345, 100]);
  expect(line.length).toBeLessThan(10);
});

test('a short gap is bridged, a long one shows', () => {
  const gap = (length: number) => [1, 1, ...Array.from({ length }, () => null), 1, 1];
  expect(lineOf(gap(5), 1, 0.1).some(([, value]) => value === null)).toBe(false);
  expect(lineOf(gap(40), 1, 0.1)).toEqual([
    [0, 1],
    [1, 1],
    [1, null],
    [42, 1],
    [43, 1],
  ]);
});

test('a single value shows as a dash', () => {
  expect(lineOf([null, 7, null], 1, 0.1)).toEqual([
    [1, 7],
    [2, 7],
  ]);
});

test('no value is further from the line than the tolerance', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 2, maxLength: 200 }), (values) => {
      const line = lineOf(values, 1, 5);
      for (const [second, value] of values.entries()) {
        const after = line.findIndex(([at]) => at >= second);
        const [x1, y1] = line[after]!;
        const [x0, y0] = line[Math.max(0, after - 1)]!;
        const drawn = x1 === x0 ? y1! : y0! + ((y1! - y0!) * (second - x0)) / (x1 - x0);
        expect(Math.abs(drawn - value)).toBeLessThanOrEqual(5.000001);
      }
    }),
  );
});
