import fc from 'fast-check';
import { expect, test } from 'vitest';
import { marksOf, numberMark, scaleTo, timeMark, timeScaleTo } from './scale.ts';

test.each([
  [61, 80, 20],
  [5, 5, 1],
  [20.04, 25, 5],
  [0.3, 0.3, 0.1],
  [1_480, 1_500, 500],
])('an axis for %s ends at %s, with a line every %s', (value, max, step) => {
  expect(scaleTo(value)).toEqual({ max, step });
});

test('an axis for times has its lines where clocks have them', () => {
  expect(timeScaleTo(301)).toEqual({ max: 360, step: 120 });
  expect(timeScaleTo(47)).toEqual({ max: 50, step: 10 });
  expect(timeScaleTo(2.1)).toEqual({ max: 2.5, step: 0.5 });
});

test('an axis reaches its value with two to six lines, whatever the value', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (value) => {
      for (const scale of [scaleTo(value), timeScaleTo(value)]) {
        expect(scale.max).toBeGreaterThanOrEqual(value * (1 - 1e-8));
        expect(marksOf(scale).length).toBeGreaterThanOrEqual(2);
        expect(marksOf(scale).length).toBeLessThanOrEqual(7);
      }
    }),
  );
});

test('the unit stands with the last mark', () => {
  const seconds = { max: 360, step: 120 };
  expect(marksOf(seconds).map((mark) => timeMark(mark, seconds))).toEqual(['0', '2', '4', '6 min']);
  const numbers = { max: 40, step: 20 };
  expect(marksOf(numbers).map((mark) => numberMark(mark, numbers, '/s'))).toEqual(['0', '20', '40/s']);
});

test('an axis that does not end on a mark has its unit with the last mark there is', () => {
  const duration = { max: 721, step: 180 };
  expect(marksOf(duration).map((mark) => timeMark(mark, duration))).toEqual(['0', '3', '6', '9', '12 min']);
});
