/** A row of a table of metrics.md. */
export interface TabledMetric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
}

const ROW = /^\|\s*`(\w+)`\s*\|\s*(counter|gauge|histogram)\s*\|([^|]*)\|/;

/** All metrics of metrics.md by their names, which for a histogram is that without `_bucket`, `_sum` and `_count`. */
export function readMetricsTable(markdown: string): Map<string, TabledMetric> {
  const metrics = new Map<string, TabledMetric>();
  for (const line of markdown.split('\n')) {
    const [, name, type, labels = ''] = ROW.exec(line) ?? [];
    if (!name) continue;
    metrics.set(name, { type: type as TabledMetric['type'], labels: labels.match(/\w+/g) ?? [] });
  }
  return metrics;
}

/** The labels that a series of that name has by the table; undefined where the table has no such metric. */
export function labelsOf(series: string, table: ReadonlyMap<string, TabledMetric>): readonly string[] | undefined {
  const metric = table.get(series);
  if (metric && metric.type !== 'histogram') return metric.labels;
  const [, name = '', part] = /^(.*)_(bucket|sum|count)$/.exec(series) ?? [];
  const histogram = table.get(name);
  if (histogram?.type !== 'histogram') return undefined;
  return part === 'bucket' ? [...histogram.labels, 'le'] : histogram.labels;
}
