import { MEASURES, type RunRecord } from '../record.ts';
import { specOf } from '../strategy.ts';
import { formatCell } from './format.ts';
import { bestOn, isCompared, measuredIn } from './standing.ts';

/**
 * On which rows a strategy is not the best of the runs of an incident, and who is; none where it stands alone. Runs in
 * virtual time and on the local stack are not held against each other.
 *
 * @param subject the strategy, with the first of its runs
 */
export function standingLines(records: readonly RunRecord[], subject: string): readonly string[] {
  const own = records.find(({ strategy }) => strategy === subject);
  const rivals = records.filter(({ mode }) => mode === own?.mode);
  if (!own || rivals.length < 2) return [];
  const index = rivals.indexOf(own);
  // Who has never recovered has no time for it, and is beaten by all who have.
  const names = measuredIn(rivals).filter(
    (name) => isCompared(name) && (own.measures[name] !== null || name === 'recovery'),
  );
  const beaten = names.flatMap((name) => {
    const best = bestOn(name, rivals);
    const anybody = own.measures[name] === null ? rivals.find(({ measures }) => measures[name] !== null) : undefined;
    const winner = rivals[best.indexOf(true)] ?? anybody;
    if (!winner || best[index]) return [];
    const value = (record: RunRecord) => formatCell(name, record.measures[name]);
    return [
      `  ${MEASURES[name].title}: ${specOf(winner.strategy, winner.replicas)} ${value(winner)}, ${subject} ${value(own)}`,
    ];
  });
  const count = `${subject} is the best, or as good, on ${names.length - beaten.length} of ${names.length} rows`;
  return beaten.length === 0 ? [count] : [`${count}; better on the others:`, ...beaten];
}
