import { expect, test } from 'vitest';
import { judge, MEASURES, type Measures, type RunRecord, SERIES } from '../record.ts';
import { onlySeen } from './seen.ts';

function recordOf(): RunRecord {
  const measures = Object.fromEntries(Object.keys(MEASURES).map((name) => [name, 0])) as Measures;
  const series = Object.fromEntries(
    Object.keys(SERIES).map((name) => [name, [0, 0]]),
  ) as unknown as RunRecord['series'];
  return {
    incident: 'i',
    title: 't',
    strategy: 'eddy',
    mode: 'real',
    seed: 1,
    replicas: 2,
    rate: 5,
    models: ['weapons'],
    ill: ['weapons'],
    faults: [],
    events: 4,
    series,
    measures,
    verdicts: judge(measures, { illPeakAfter: { atMost: 1 }, lost: { atMost: 0 }, dependencyCalls: { atMost: 1 } }),
    hits: [{ retry: 1, knowable: 1, hitShare: 0 }],
  };
}

test('what was not seen is not taken for nothing, and nothing is said of it', () => {
  const seen = onlySeen(recordOf(), { series: new Map() });
  expect([seen.measures.illPeakAfter, seen.measures.dependencyCallsMost, seen.measures.lost]).toEqual([null, null, 0]);
  expect(seen.verdicts.map(({ measure }) => measure)).toEqual(['dependencyCalls', 'lost']);
  expect([seen.series.illCapacity, seen.series.illLoad, seen.hits]).toEqual([[null, null], [0, 0], []]);
});

test('calls to dependencies are counted by the second, after the load too', () => {
  const series = new Map([
    [
      'dependencyLoad',
      new Map([
        [0, 3],
        [9, 3],
      ]),
    ],
  ] as const);
  const { measures, verdicts } = onlySeen(recordOf(), { series });
  expect(measures.dependencyCalls).toBe(1.5);
  expect(verdicts.find(({ measure }) => measure === 'dependencyCalls')?.passed).toBe(false);
});
