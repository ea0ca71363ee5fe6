import type { Witness } from './violation.ts';

/** Holds the main subscription to its promise: it always acknowledges, in time, and no model ever blocks it. */
export interface Punctuality {
  published(id: string): void;
  delivered(id: string): void;
  /** `isDraining`: the replica shuts down, and gives back what it has not finished. */
  nacked(id: string, isDraining: boolean): void;
  acknowledging(id: string): void;
  /** For so many milliseconds until now no replica has received. */
  nobodyReceived(forMs: number): void;
  /** The longest that a message took from its publish to its acknowledgement, allowances taken off, in milliseconds. */
  readonly longestMs: number;
}

export interface PunctualityOptions {
  readonly witness: Witness;
  readonly itemIdOf: (id: string) => string | undefined;
  /** What a message may take: the item's budget and one lease, in milliseconds. */
  readonly boundMs: number;
  /** What one pass may take, from its delivery to its acknowledgement, in milliseconds. */
  readonly passBoundMs: number;
  /** What a delivery that came to nothing through no model's fault (a crash, a lost ack, a shutdown) may add. */
  readonly perReturnMs: number;
  /** Whether publishes have worked all the time since then. */
  readonly publishesWorkedSince: (ms: number) => boolean;
}

interface Way {
  readonly publishedAtMs: number;
  readonly absentAtPublishMs: number;
  deliveries: number;
  lastDeliveredAtMs: number;
}

const INVARIANT = 'the main subscription is never blocked by a model';

export function createPunctuality(options: PunctualityOptions): Punctuality {
  const { witness, itemIdOf, boundMs, passBoundMs, perReturnMs, publishesWorkedSince } = options;
  const ways = new Map<string, Way>();
  let absentMs = 0;
  let longestMs = 0;
  return {
    published(id) {
      ways.set(id, {
        publishedAtMs: performance.now(),
        absentAtPublishMs: absentMs,
        deliveries: 0,
        lastDeliveredAtMs: 0,
      });
    },
    delivered(id) {
      const way = ways.get(id);
      if (!way) return;
      way.deliveries++;
      way.lastDeliveredAtMs = performance.now();
    },
    nacked(id, isDraining) {
      const way = ways.get(id);
      if (!way || isDraining || !publishesWorkedSince(way.publishedAtMs)) return;
      witness.violated(INVARIANT, itemIdOf(id), `event ${id} is nacked although publishes work`);
    },
    acknowledging(id) {
      const way = ways.get(id);
      if (!way) return;
      ways.delete(id);
      if (!publishesWorkedSince(way.publishedAtMs)) return;
      const passMs = performance.now() - way.lastDeliveredAtMs;
      if (passMs > passBoundMs) {
        const what = `the pass of event ${id} took ${Math.round(passMs)} ms, at most ${passBoundMs}`;
        witness.violated(INVARIANT, itemIdOf(id), what);
      }
      const allowanceMs = (way.deliveries - 1) * perReturnMs + absentMs - way.absentAtPublishMs;
      const tookMs = performance.now() - way.publishedAtMs - allowanceMs;
      longestMs = Math.max(longestMs, tookMs);
      if (tookMs <= boundMs) return;
      const what = `event ${id} took ${Math.round(tookMs)} ms to its acknowledgement, at most ${boundMs} (${way.deliveries} deliveries)`;
      witness.violated(INVARIANT, itemIdOf(id), what);
    },
    nobodyReceived(forMs) {
      absentMs += forMs;
    },
    get longestMs() {
      return longestMs;
    },
  };
}
