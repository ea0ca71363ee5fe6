import { readMetricsTable } from '../../infra/prometheus/metrics-table.ts';

/** A metric as the table or an exposition has it. */
export interface MetricKind {
  readonly type: string;
  /** In alphabetical order. */
  readonly labels: readonly string[];
}

/** The metrics of a section of `infra/prometheus/metrics.md`, by name. */
export function tableOf(markdown: string, section: string): Map<string, MetricKind> {
  const [, text = ''] = markdown.split(`\n## ${section}\n`);
  const [rows = ''] = text.split('\n## ');
  return new Map(
    [...readMetricsTable(rows)].map(([name, { type, labels }]) => [name, { type, labels: labels.toSorted() }]),
  );
}

/** The metrics that a process exports, by name, without those that every process has. */
export function exportedBy(exposition: string): Map<string, MetricKind> {
  const exported = new Map<string, MetricKind>();
  for (const [, name, type] of exposition.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    if (/^(process|nodejs)_/.test(name!)) continue;
    const series = new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? \\S+$`, 'gm');
    const labels = new Set<string>();
    for (const [, pairs = ''] of exposition.matchAll(series)) {
      for (const [, label] of pairs.matchAll(/(\w+)="/g)) if (label !== 'le') labels.add(label!);
    }
    exported.set(name!, { type: type!, labels: [...labels].sort() });
  }
  return exported;
}
