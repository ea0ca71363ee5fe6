import { type Samples, total } from '../scrape.ts';

/** What the proxies said at one time. */
export interface Look {
  readonly atMs: number;
  readonly replicas: readonly {
    /** What it said last; its counters go on over a restart. */
    readonly samples: Samples;
    /** Whether it has answered this time. */
    readonly answers: boolean;
  }[];
}

/** By how much a counter, or several, have grown in all replicas. */
export function growth(before: Look, now: Look, name: string, ...labels: string[]): number {
  const sum = ({ replicas }: Look) => replicas.reduce((all, { samples }) => all + total(samples, name, ...labels), 0);
  return Math.max(0, sum(now) - sum(before));
}

/**
 * The quantile of what a histogram has observed between two looks, in its own unit, as Prometheus estimates it.
 *
 * @param quantile 0 to 1
 * @returns null when it has observed nothing
 */
export function quantileOfGrowth(
  before: Look,
  now: Look,
  name: string,
  label: string,
  quantile: number,
): number | null {
  const counts = new Map<number, number>();
  const count = ({ replicas }: Look, sign: 1 | -1) => {
    for (const { samples } of replicas) {
      for (const [series, value] of samples) {
        if (!series.startsWith(`${name}_bucket{`) || !series.includes(label)) continue;
        const bound = /[{,]le="([^"]+)"/.exec(series)?.[1] ?? '';
        const upTo = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
        counts.set(upTo, (counts.get(upTo) ?? 0) + sign * value);
      }
    }
  };
  count(now, 1);
  count(before, -1);
  const buckets = [...counts].sort(([a], [b]) => a - b);
  const all = buckets.at(-1)?.[1] ?? 0;
  if (all <= 0) return null;
  const rank = quantile * all;
  let from = 0;
  let below = 0;
  for (const [upTo, upToCount] of buckets) {
    // Beyond the last bound nothing is known but that.
    if (upToCount >= rank)
      return Number.isFinite(upTo) ? from + ((upTo - from) * (rank - below)) / (upToCount - below) : from;
    from = upTo;
    below = upToCount;
  }
  return from;
}
