import type { RunRecord } from '../record.ts';

/** A run, and what it is called beside others. */
export interface Column {
  readonly record: RunRecord;
  /** The strategy's name. */
  readonly name: string;
  /** In what the run differs from its neighbours beyond the strategy: `3 replicas`, `real`. */
  readonly details: readonly string[];
  /** Name and details. */
  readonly label: string;
}

/** The runs of one incident, side by side. */
export interface IncidentRuns {
  readonly incident: string;
  readonly title: string;
  readonly columns: readonly Column[];
}

const DETAILS: readonly ((record: RunRecord) => string)[] = [
  ({ mode }) => (mode === 'real' ? 'real' : 'virtual'),
  ({ replicas }) => counted(replicas, 'replica'),
  ({ rate }) => `${rate}/s`,
  ({ models }) => counted(models.length, 'model'),
  ({ seed }) => `seed ${seed}`,
];

/** Runs side by side, each called by its strategy and by what tells it from the others. */
export function columnsOf(records: readonly RunRecord[]): readonly Column[] {
  const varying = DETAILS.filter((detail) => new Set(records.map(detail)).size > 1);
  const incidents = new Set(records.map(({ incident }) => incident));
  const seen = new Map<string, number>();
  return records.map((record) => {
    const details = varying.map((detail) => detail(record));
    if (incidents.size > 1) details.unshift(record.incident);
    const key = [record.strategy, ...details].join('\n');
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    if (times > 1) details.push(`run ${times}`);
    return { record, name: record.strategy, details, label: [record.strategy, ...details].join(', ') };
  });
}

/** Records by incident, in the order in which they come. */
export function byIncident(records: readonly RunRecord[]): readonly IncidentRuns[] {
  const groups = Map.groupBy(records, ({ incident, title }) => JSON.stringify([incident, title]));
  return [...groups.values()].map((group) => {
    const { incident, title } = group[0]!;
    return { incident, title, columns: columnsOf(group) };
  });
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
