/** How long things took: as much is kept for a million of them as for a thousand. */
export interface Delays {
  readonly count: number;
  /** @param ms whole milliseconds, 0 or more */
  add(ms: number): void;
  /**
   * Exact up to ten seconds, else within 1 %.
   *
   * @param quantile 0 to 1; 1 is the longest
   * @returns null when there are none
   */
  at(quantile: number): number | null;
}

/** Up to it each millisecond is counted by itself. */
const EXACT_MS = 10_000;
const COARSE_MS = 100;

export function createDelays(): Delays {
  const counts = new Map<number, number>();
  let count = 0;
  let longestMs = 0;
  return {
    get count() {
      return count;
    },
    add(ms) {
      const kept = ms <= EXACT_MS ? ms : Math.round(ms / COARSE_MS) * COARSE_MS;
      counts.set(kept, (counts.get(kept) ?? 0) + 1);
      count++;
      longestMs = Math.max(longestMs, ms);
    },
    at(quantile) {
      const rank = Math.floor(count * quantile);
      if (count === 0 || rank >= count) return count === 0 ? null : longestMs;
      let below = 0;
      for (const [ms, some] of [...counts].sort(([a], [b]) => a - b)) {
        below += some;
        if (below > rank) return Math.min(ms, longestMs);
      }
      return longestMs;
    },
  };
}
