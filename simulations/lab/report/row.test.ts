import { expect, test } from 'vitest';
import { columnsOf } from './columns.ts';
import { rowOf } from './row.ts';
import { SAMPLE_STRATEGIES, sampleRecord } from './sample-records.ts';

const all = () => SAMPLE_STRATEGIES.map((strategy) => sampleRecord(strategy));

test('the scale of a row has room for all of its runs', () => {
  const row = rowOf('healthy', columnsOf(all()))!;
  const peaks = row.panels.flatMap(({ lines }) => lines[0]!.values.map((value) => value ?? 0));
  expect(Math.max(...peaks)).toBeGreaterThan(50);
  expect(row.y.max).toBeGreaterThanOrEqual(Math.max(...peaks));
  expect(row.panels.flatMap(({ beyond }) => beyond)).toEqual([]);
});

test('a load that would make the ideal illegible is cut off, and its peak is told', () => {
  const record = sampleRecord('nack');
  const healthyLoad = record.series.healthyLoad.map(() => 4_000);
  const row = rowOf(
    'healthy',
    columnsOf([{ ...record, series: { ...record.series, healthyLoad } }, sampleRecord('eddy')]),
  )!;
  expect(row.y.max).toBe(200);
  expect(row.panels.map(({ beyond }) => beyond.map(({ text }) => text))).toEqual([['4,000/s'], []]);
  expect(row.panels[0]!.peak).toBe('4,000/s');
});

test('a capacity far above the load does not flatten the load', () => {
  const record = sampleRecord('eddy');
  const illCapacity = record.series.illCapacity.map(() => 2_000);
  const row = rowOf('ill', columnsOf([{ ...record, series: { ...record.series, illCapacity } }]))!;
  expect(row.y.max).toBeLessThan(50);
  expect(row.panels[0]!.beyond.map(({ text }) => text)).toEqual(['2,000/s']);
});

test('the ideal is the rate, and a burst of events has a line of its own', () => {
  const record = sampleRecord('eddy');
  const labels = (one: typeof record) => rowOf('healthy', columnsOf([one]))!.panels[0]!.lines.map(({ label }) => label);
  expect(labels(record)).toEqual(['busiest healthy model', 'ideal, 5/s']);
  const published = record.series.published.map((value, second) => (second > 100 && second < 160 ? 50 : value));
  expect(labels({ ...record, series: { ...record.series, published } })).toContain('events published');
});

test('a quantity that no run has a value of has no row', () => {
  const record = sampleRecord('eddy');
  const illLoad = record.series.illLoad.map(() => null);
  expect(rowOf('ill', columnsOf([{ ...record, series: { ...record.series, illLoad } }]))).toBeUndefined();
});

test('noise in a calm queue does not look like a mountain', () => {
  expect(rowOf('waiting', columnsOf([sampleRecord('eddy')]))!.y.max).toBeGreaterThanOrEqual(4);
});
