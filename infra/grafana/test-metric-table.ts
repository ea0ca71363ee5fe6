import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelsOf, readMetricsTable } from '../prometheus/metrics-table.ts';

/** The series of a histogram. */
const PARTS = ['_bucket', '_sum', '_count'];

/** Labels by which Prometheus tells processes apart. */
const TARGET_LABELS = ['job', 'instance'];

/** Series that the table leaves to others: Prometheus' own, what a rule records, and prom-client's default metrics. */
const ELSEWHERE: ReadonlyMap<string, readonly string[]> = new Map([
  ['up', []],
  ['fleet:eddy_backlog_entries:now', []],
  ['process_cpu_seconds_total', []],
  ['process_resident_memory_bytes', []],
  ['process_start_time_seconds', []],
  ['nodejs_eventloop_lag_p99_seconds', []],
  ['nodejs_heap_size_used_bytes', []],
  ['nodejs_gc_duration_seconds_sum', ['kind']],
]);

const table = readMetricsTable(readFileSync(join(import.meta.dirname, '../prometheus/metrics.md'), 'utf8'));

/** The metrics that infra/prometheus/metrics.md names. */
export function documentedMetrics(): string[] {
  return [...table.keys()];
}

/** The series that there are, by name, and the labels that each has; of histograms the three series that it has. */
export function documentedSeries(): ReadonlyMap<string, ReadonlySet<string>> {
  const names = [...table].flatMap(([name, { type }]) =>
    type === 'histogram' ? PARTS.map((part) => name + part) : name,
  );
  const documented = names.map((name) => [name, labelsOf(name, table)!] as const);
  return new Map([...ELSEWHERE, ...documented].map(([name, labels]) => [name, new Set([...labels, ...TARGET_LABELS])]));
}
