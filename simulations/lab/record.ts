/** What a run shows over time: one value for each second since the load began. */
export const SERIES = {
  published: { title: 'Events published', unit: '/s' },
  proxyLoad: { title: 'Messages handed to the proxies, both queues', unit: '/s' },
  healthyLoad: { title: 'Inputs at the busiest healthy model', unit: '/s' },
  illLoad: { title: 'Inputs at the ill model', unit: '/s' },
  illCapacity: { title: 'What the ill model could answer', unit: '/s' },
  oldestUnacked: { title: 'Age of the oldest event that is not acknowledged', unit: 's' },
  backlog: { title: 'Messages in the backlog', unit: '' },
  delay: { title: 'Time until an event is decided on all healthy topics, median by time of publish', unit: 's' },
  dependencyLoad: { title: 'Calls to the catalogue', unit: '/s' },
} as const;
export type SeriesName = keyof typeof SERIES;

/**
 * What a run comes to. Loads are means over 10 s, relative to what arrives; "during" is from the first fault's begin to
 * the last one's end. `healthyMean`, `healthyTrough` and `firstRetryHits` tell what a strategy is like; of all others less is better.
 */
export const MEASURES = {
  healthyPeak: { title: 'healthy model, peak load', unit: '× ideal' },
  healthyMean: { title: 'healthy model, mean load during', unit: '× ideal' },
  healthyTrough: { title: 'healthy model, lowest load during', unit: '× ideal' },
  healthyAsks: { title: 'healthy model, asked per item', unit: '' },
  proxyPeak: { title: 'proxies, peak load', unit: '× ideal' },
  illPeakAfter: { title: 'ill model after its return, peak load', unit: '× capacity' },
  oldestUnacked: { title: 'oldest unacknowledged event', unit: 's' },
  delayP50: { title: 'new events during, delay p50', unit: 's' },
  delayP99: { title: 'new events during, delay p99', unit: 's' },
  recovery: { title: 'time to recover', unit: 's' },
  drain: { title: 'time to recover, of the best possible', unit: '×' },
  dependencyCalls: { title: 'calls to dependencies per item', unit: '' },
  dependencyCallsMost: { title: 'calls to dependencies for one item, most', unit: '' },
  firstRetryHits: { title: 'healthy models not asked again on the first retry', unit: 'share' },
  latencyError: { title: 'error of the latency told per topic', unit: 's' },
  abandoned: { title: 'events given up', unit: '' },
  lost: { title: 'events lost', unit: '' },
} as const;
export type MeasureName = keyof typeof MEASURES;
export type Measures = Readonly<Record<MeasureName, number | null>>;

/** What must hold of a measure; at least one end. */
export interface Bound {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

export interface Verdict {
  readonly measure: MeasureName;
  readonly bound: Bound;
  /** `null` when it could not be measured, which fails. */
  readonly value: number | null;
  readonly passed: boolean;
}

/** How often healthy models were not asked again on the n-th redelivery of an event for which they had answered, n from 1. */
export interface DeliveryHits {
  readonly retry: number;
  /** Redeliveries, over all healthy models, on which a cache could have known the answer. */
  readonly knowable: number;
  /** The share of them on which it did. */
  readonly hitShare: number;
}

/** Holds the measures of a run to what must hold of them. */
export function judge(
  measures: Measures,
  bounds: Partial<Readonly<Record<MeasureName, Bound | undefined>>>,
): Verdict[] {
  return (Object.keys(MEASURES) as MeasureName[]).flatMap((measure) => {
    const bound = bounds[measure];
    if (!bound) return [];
    const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = bound;
    const value = measures[measure];
    return [{ measure, bound, value, passed: value !== null && value >= atLeast && value <= atMost }];
  });
}

/** One run of an incident under one strategy: all that the table, the report and the files are made from. */
export interface RunRecord {
  readonly incident: string;
  readonly title: string;
  readonly strategy: string;
  readonly mode: 'virtual' | 'real';
  readonly seed: number;
  readonly replicas: number;
  /** Events per second when nothing special happens: the ideal load of a model. */
  readonly rate: number;
  readonly models: readonly string[];
  /** Models that a fault concerns; the first is the one of the series. */
  readonly ill: readonly string[];
  readonly faults: readonly { readonly label: string; readonly fromS: number; readonly toS: number }[];
  readonly events: number;
  readonly series: Readonly<Record<SeriesName, readonly (number | null)[]>>;
  readonly measures: Measures;
  readonly verdicts: readonly Verdict[];
  readonly hits: readonly DeliveryHits[];
}
