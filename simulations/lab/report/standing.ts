import { MEASURES, type MeasureName, type RunRecord, type Verdict } from '../record.ts';
import { lookAlike } from './format.ts';

export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[];

/** They tell what a strategy is like; neither more nor less of them is better. Of all others less is. */
const DESCRIPTIVE: ReadonlySet<MeasureName> = new Set(['healthyMean', 'healthyTrough', 'firstRetryHits']);

/** Whether less of it is better. */
export function isCompared(name: MeasureName): boolean {
  return !DESCRIPTIVE.has(name);
}

/** Measures that at least one of the runs has a value of. */
export function measuredIn(records: readonly RunRecord[]): readonly MeasureName[] {
  return MEASURE_NAMES.filter((name) => records.some(({ measures }) => measures[name] !== null));
}

/** For each run whether it is the best one on a measure, or looks as good as the best; none where all look alike, or where
 * there is no better. */
export function bestOn(name: MeasureName, records: readonly RunRecord[]): readonly boolean[] {
  if (!isCompared(name)) return records.map(() => false);
  const standing = atLeastAsGood(name, records);
  return standing.every((good, index) => good || records[index]!.measures[name] === null)
    ? records.map(() => false)
    : standing;
}

/** For each run on how many measures none is better, and of how many it has a value. */
export function timesBest(records: readonly RunRecord[]): readonly { readonly best: number; readonly of: number }[] {
  const names = measuredIn(records);
  const compared = names.filter(isCompared);
  const standings = compared.map((name) => atLeastAsGood(name, records));
  return records.map(({ measures }, index) => ({
    best: standings.filter((standing) => standing[index]).length,
    of: compared.filter((name) => measures[name] !== null).length,
  }));
}

function atLeastAsGood(name: MeasureName, records: readonly RunRecord[]): readonly boolean[] {
  const values = records.map(({ measures }) => measures[name]);
  const known = values.filter((value) => value !== null);
  const best = Math.min(...known);
  return values.map((value) => value !== null && lookAlike(name, value, best));
}

/** What was stated about a measure of a run. */
export function verdictsOn(name: MeasureName, { verdicts }: RunRecord): readonly Verdict[] {
  return verdicts.filter(({ measure }) => measure === name);
}

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

export function countVerdicts(records: readonly RunRecord[]): Count {
  const verdicts = records.flatMap((record) => record.verdicts);
  const passed = verdicts.filter((verdict) => verdict.passed).length;
  return { passed, failed: verdicts.length - passed };
}
