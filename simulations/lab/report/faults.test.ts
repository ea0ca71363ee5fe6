import { expect, test } from 'vitest';
import { describeFaultKey, faultKeys } from './faults.ts';
import { sampleRecord } from './sample-records.ts';

const keysOf = (...faults: [label: string, fromS: number, toS: number][]) =>
  faultKeys([sampleRecord('eddy', { faults: faults.map(([label, fromS, toS]) => ({ label, fromS, toS })) })]);

test('each fault has a letter and its time', () => {
  const keys = keysOf(['model down: money', 60, 360], ['cache gone', 90, 120]);
  expect(keys.map(({ letter }) => letter)).toEqual(['A', 'B']);
  expect(keys.map(describeFaultKey)).toEqual([
    'model down: money, from 1 min to 6 min',
    'cache gone, from 1 min 30 s to 2 min',
  ]);
});

test('a fault that comes again and again is told once', () => {
  const windows = [60, 90, 120, 150].map((at) => ['replica crashed', at, at + 5] as [string, number, number]);
  expect(keysOf(...windows).map(describeFaultKey)).toEqual(['replica crashed, 4 times from 1 min to 2 min 35 s']);
});

test('there are letters for any number of faults', () => {
  const many = Array.from(
    { length: 28 },
    (_, index) => [`fault ${index}`, index, index + 1] as [string, number, number],
  );
  expect(
    keysOf(...many)
      .map(({ letter }) => letter)
      .slice(25),
  ).toEqual(['Z', 'AA', 'AB']);
});
