import { expect, test } from 'vitest';

interface Format {
  count(value: number | null): string;
  rate(perSecond: number | null): string;
  share(part: number | null): string;
  milliseconds(ms: number | null): string;
  drain(seconds: number | null, owed: number | null): string;
  eventsPerDot(perSecond: number, most: number): number;
}

// The page's modules are checked by a configuration of their own, with the browser's types.
const format: Format = await import(new URL('./format.js', import.meta.url).href);

test('what is not known is a dash, never a nought', () => {
  const { count, rate, share, milliseconds } = format;
  expect([count(null), rate(null), share(null), milliseconds(null)]).toEqual(['–', '–', '–', '–']);
  expect([count(0), rate(0), share(0), milliseconds(0)]).toEqual(['0', '0/s', '0 %', '0.0 ms']);
});

test('small numbers have a digit more, large ones their thousands', () => {
  expect([0.04, 9.94, 9.96, 50.4, 1_234.5].map(format.rate)).toEqual(['0.0/s', '9.9/s', '10/s', '50/s', '1,235/s']);
  expect([2.345, 45.6, 999, 1_500, 95_000, 600_000, 7_200_000].map(format.milliseconds)).toEqual([
    '2.3 ms',
    '46 ms',
    '999 ms',
    '1.5 s',
    '95 s',
    '10 min',
    '2 h',
  ]);
});

test('says when nothing will be owed, or that it can’t be said', () => {
  expect(format.drain(0, 0)).toBe('nothing owed');
  expect(format.drain(null, 40)).toBe('not shrinking yet');
  expect(format.drain(0.2, 4)).toBe('drained in a moment');
  expect(format.drain(12.4, 400)).toBe('drained in 12 s');
});

test('a dot stands for as many events as leave few enough dots', () => {
  expect([0, 8, 50, 60, 1_000, 5_000].map((perSecond) => format.eventsPerDot(perSecond, 10))).toEqual([
    1, 1, 5, 10, 100, 500,
  ]);
});
