import { type Bound, judge, type MeasureName, type RunRecord } from '../record.ts';
import type { Notes } from '../recorder.ts';

/**
 * What the local stack does not show: the models have no capacity of their own there, nobody tells for which item a
 * source was called, and which delivery of an event a question belongs to is known to the proxies alone.
 */
const UNSEEN: readonly MeasureName[] = [
  'illPeakAfter',
  'drain',
  'dependencyCallsMost',
  'firstRetryHits',
  'latencyError',
];

/** The record of a run on the local stack without what can't be seen there, and without verdicts on it. */
export function onlySeen(record: RunRecord, { series }: Pick<Notes, 'series'>): RunRecord {
  const calls = [...(series.get('dependencyLoad')?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const measures = {
    ...record.measures,
    ...Object.fromEntries(UNSEEN.map((measure) => [measure, null])),
    dependencyCalls: record.events > 0 ? calls / record.events : null,
  };
  const bounds: Partial<Record<MeasureName, Bound>> = {};
  for (const { measure, bound } of record.verdicts) if (!UNSEEN.includes(measure)) bounds[measure] = bound;
  const illCapacity = record.series.illCapacity.map(() => null);
  return {
    ...record,
    measures,
    verdicts: judge(measures, bounds),
    series: { ...record.series, illCapacity },
    hits: [],
  };
}
