import { expect, test } from 'vitest';
import { faultOf, reportAtMostEvery } from './error-report.ts';

test('errors are reported at most once per interval, with the number of those held back', () => {
  let now = 0;
  const seen: [unknown, number][] = [];
  const report = reportAtMostEvery(
    1_000,
    (error, heldBack) => seen.push([error, heldBack]),
    () => now,
  );
  report('a');
  report('b');
  now = 999;
  report('c');
  now = 1_000;
  report('d');
  now = 2_500;
  report('e');
  expect(seen).toEqual([
    ['a', 0],
    ['d', 2],
    ['e', 0],
  ]);
});

test('an error is named with its place, and without its words, wherever they stand', () => {
  const text = 'a text of a seller\n    at home';
  const fault = faultOf(new SyntaxError(`no number: ${text}`, { cause: new Error(text) }));
  expect(fault).toEqual({
    error: 'SyntaxError',
    at: expect.arrayContaining([expect.stringMatching(/^at .*error-report/)]),
  });
  expect(JSON.stringify([fault, faultOf(text), faultOf(undefined)])).not.toMatch(/seller|home/);
});
