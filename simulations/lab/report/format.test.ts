import { describe, expect, test } from 'vitest';
import {
  formatAgainst,
  formatBound,
  formatCell,
  formatDuration,
  formatMeasure,
  formatNumber,
  headingOf,
} from './format.ts';

describe('a number', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1.0449, '1.04'],
    [61.26, '61.3'],
    [1_234, '1,230'],
    [0.04212, '0.0421'],
    [0.0004, '<0.001'],
    [-0.0004, '>-0.001'],
    [-2.5, '-2.5'],
    [null, '–'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('%s has at most three digits: %s', (value, text) => expect(formatNumber(value)).toBe(text));
});

describe('a time', () => {
  test.each([
    [0, '0 s'],
    [1.23, '1.23 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min'],
    [200, '3 min 20 s'],
    [599.7, '10 min'],
    [725, '12 min'],
    [3_570, '1 h'],
    [3_900, '1 h 5 min'],
    [-200, '-3 min 20 s'],
    [null, '–'],
  ])('of %s s is %s', (value, text) => expect(formatDuration(value)).toBe(text));
});

test('a unit stands in the heading of a row, except that of a time, which varies', () => {
  expect(headingOf('healthyPeak')).toBe('healthy model, peak load, × ideal');
  expect(formatCell('healthyPeak', 1.04)).toBe('1.04');
  expect(headingOf('delayP99')).toBe('new events during, delay p99');
  expect(formatCell('delayP99', 200)).toBe('3 min 20 s');
  expect(formatMeasure('healthyPeak', 1.04)).toBe('1.04 × ideal');
  expect(formatMeasure('lost', null)).toBe('–');
});

test('a bound is told in words', () => {
  expect(formatBound('healthyPeak', { atMost: 1.3 })).toBe('at most 1.3');
  expect(formatBound('healthyTrough', { atLeast: 0.9 })).toBe('at least 0.9');
  expect(formatBound('delayP99', { atLeast: 1, atMost: 90 })).toBe('from 1 s to 1 min 30 s');
  expect(formatBound('lost', { atLeast: 0, atMost: 0 })).toBe('exactly 0');
});

test('a value that misses its bound by little has as many digits as it takes to see that', () => {
  expect(formatAgainst('healthyPeak', 1.3004, { atMost: 1.3 })).toBe('1.3004 × ideal');
  expect(formatAgainst('healthyPeak', 1.7, { atMost: 1.3 })).toBe('1.7 × ideal');
  expect(formatAgainst('healthyPeak', 1.3, { atMost: 1.3 })).toBe('1.3 × ideal');
  expect(formatAgainst('recovery', 180.2, { atMost: 180 })).toBe('180.2 s');
});
