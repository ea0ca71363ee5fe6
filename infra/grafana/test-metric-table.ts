import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** The metrics that infra/prometheus/metrics.md names. */
export function documentedMetrics(): string[] {
  return rows().map(({ metric }) => metric);
}

/** The series that there are, by name, and the labels that each has; of histograms the three series that it has. */
export function documentedSeries(): ReadonlyMap<string, ReadonlySet<string>> {
  const series = new Map([...ELSEWHERE].map(([name, labels]) => [name, new Set([...labels, ...TARGET_LABELS])]));
  for (const { metric, type, labels } of rows()) {
    const all = [...labels, ...TARGET_LABELS];
    if (type !== 'histogram') series.set(metric, new Set(all));
    else {
      series.set(`${metric}_bucket`, new Set([...all, 'le']));
      series.set(`${metric}_sum`, new Set(all)).set(`${metric}_count`, new Set(all));
    }
  }
  return series;
}

function rows() {
  const text = readFileSync(join(import.meta.dirname, '../prometheus/metrics.md'), 'utf8');
  const found = text.matchAll(/^\| `(?<metric>\w+)` \| (?<type>counter|gauge|histogram) \| (?<labels>[^|]*)\|/gm);
  return [...found].map(({ groups }) => ({
    metric: groups!['metric']!,
    type: groups!['type']!,
    labels: groups!['labels']!.split(',').flatMap((label) => label.trim() || []),
  }));
}
