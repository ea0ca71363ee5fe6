import { expect, test } from 'vitest';
import type { Measures } from '../record.ts';
import { sampleRecord } from './sample-records.ts';
import { bestOn, countVerdicts, measuredIn, timesBest } from './standing.ts';

const withMeasures = (measures: Partial<Measures>) => {
  const record = sampleRecord('eddy');
  const none = Object.fromEntries(Object.keys(record.measures).map((name) => [name, null])) as Record<string, null>;
  return { ...record, measures: { ...none, ...measures } as Measures };
};

test('the least value is the best, and none is where there is no better', () => {
  expect(bestOn('healthyPeak', [withMeasures({ healthyPeak: 2 }), withMeasures({ healthyPeak: 1 })])).toEqual([
    false,
    true,
  ]);
  expect(bestOn('healthyTrough', [withMeasures({ healthyTrough: 0.9 }), withMeasures({ healthyTrough: 0.1 })])).toEqual(
    [false, false],
  );
});

test('what looks as good as the best is as good', () => {
  const records = [1.0401, 1.0399, 9].map((healthyPeak) => withMeasures({ healthyPeak }));
  expect(bestOn('healthyPeak', records)).toEqual([true, true, false]);
});

test('where all are alike none is marked, and what was not measured is never the best', () => {
  expect(bestOn('lost', [withMeasures({ lost: 0 }), withMeasures({ lost: 0 }), withMeasures({})])).toEqual([
    false,
    false,
    false,
  ]);
  expect(bestOn('lost', [withMeasures({ lost: 0 }), withMeasures({ lost: 1 }), withMeasures({})])).toEqual([
    true,
    false,
    false,
  ]);
});

test('for each run it is counted on how many measures none is better', () => {
  const records = [
    withMeasures({ lost: 0, healthyPeak: 2 }),
    withMeasures({ lost: 0, healthyPeak: 1 }),
    withMeasures({ lost: 3 }),
  ];
  expect(timesBest(records)).toEqual([
    { best: 1, of: 2 },
    { best: 2, of: 2 },
    { best: 0, of: 1 },
  ]);
});

test('measures that no run has a value of are left out', () => {
  expect(measuredIn([withMeasures({ lost: 0 }), withMeasures({ drain: 1 })])).toEqual(['drain', 'lost']);
});

test('verdicts are counted over runs', () => {
  expect(countVerdicts([sampleRecord('nack'), sampleRecord('eddy')])).toEqual({ passed: 4, failed: 2 });
});
