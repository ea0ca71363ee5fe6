import { Histogram, type HistogramConfiguration, type LabelValues } from 'prom-client';

/** One series of a histogram. */
export interface Distribution {
  /** Counts a value. What is no finite number is left out: one such would spoil the sum for as long as the process runs. */
  observe(value: number): void;
}

/** A histogram whose series are held on to: finding a series by its labels costs more than counting in it. */
export interface TalliedHistogram<L extends string> {
  /** The series with these labels, the same one whenever it is asked for. It shows once something was counted in it. */
  series(labels: LabelValues<L>): Distribution;
  /** Lets the series with these labels show from now on, also with nothing counted in it. */
  zero(labels: LabelValues<L>): void;
}

interface Series<L extends string> extends Distribution {
  readonly labels: LabelValues<L>;
  /** How many were observed in each bucket, and beyond the last. */
  readonly counts: readonly number[];
  readonly sum: number;
  isForeseen: boolean;
}

/** Told as prom-client tells its own: https://prometheus.io/docs/concepts/metric_types/#histogram */
export function talliedHistogram<L extends string>(
  configuration: HistogramConfiguration<L> & { readonly buckets: readonly number[]; readonly labelNames: readonly L[] },
): TalliedHistogram<L> {
  const { name, help, buckets, labelNames, registers = [] } = configuration;
  const all = new Map<string, Series<L>>();

  function series(labels: LabelValues<L>): Series<L> {
    const key = JSON.stringify(labelNames.map((label) => labels[label]));
    const known = all.get(key);
    if (known) return known;
    const added = createSeries(labels, buckets);
    all.set(key, added);
    return added;
  }

  function zero(labels: LabelValues<L>): void {
    series(labels).isForeseen = true;
  }

  function valuesOf({ labels, counts, sum, isForeseen }: Series<L>) {
    let count = 0;
    const upTo = (le: number | string, index: number) => {
      count += counts[index]!;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
    };
    const bounds = [...buckets, '+Inf'].map(upTo);
    if (count === 0 && !isForeseen) return [];
    return [
      ...bounds,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }

  if (labelNames.length === 0) zero({});
  // Everything but what it holds is prom-client's, which reads a metric by one or the other of two functions.
  const metric = new Histogram<L>({ ...configuration, registers: [] });
  const read = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: [...all.values()].flatMap(valuesOf),
  });
  Object.assign(metric, { get: read, getForPromString: read });
  for (const register of registers) register.registerMetric(metric);
  return { series, zero };
}

function createSeries<L extends string>(labels: LabelValues<L>, buckets: readonly number[]): Series<L> {
  const counts: number[] = Array(buckets.length + 1).fill(0);
  const added = {
    labels,
    counts,
    sum: 0,
    isForeseen: false,
    observe(value: number) {
      if (!Number.isFinite(value)) return;
      let bucket = 0;
      while (bucket < buckets.length && value > buckets[bucket]!) bucket++;
      counts[bucket]!++;
      added.sum += value;
    },
  };
  return added;
}
