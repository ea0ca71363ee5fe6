import type { Host } from './host.ts';
import type { Witness } from './violation.ts';

/** Holds the main subscription to its promise: it always acknowledges, in time, and no model ever blocks it. */
export interface Punctuality {
  published(id: string): void;
  delivered(host: Host, id: string): void;
  /** `isDraining`: the replica shuts down, and gives back what it has not finished. */
  nacked(host: Host, id: string, isDraining: boolean): void;
  acknowledging(host: Host, id: string): void;
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
  /** What a delivery that came to nothing through no model's fault (a crash, a shutdown) may add. */
  readonly perReturnMs: number;
  /** Whether publishes have worked all the time since then. */
  readonly publishesWorkedSince: (ms: number) => boolean;
}

interface Way {
  readonly publishedAtMs: number;
  readonly absentAtPublishMs: number;
  /** When each replica that works on it, or did when it went down, has received it. */
  readonly deliveredAtMs: Map<Host, number>;
  nacks: number;
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
        deliveredAtMs: new Map(),
        nacks: 0,
      });
    },
    delivered(host, id) {
      const deliveredAtMs = ways.get(id)?.deliveredAtMs;
      // A repetition while it is in work delays nothing.
      if (!deliveredAtMs?.has(host)) deliveredAtMs?.set(host, performance.now());
    },
    nacked(host, id, isDraining) {
      const way = ways.get(id);
      if (!way) return;
      way.deliveredAtMs.delete(host);
      way.nacks++;
      if (isDraining || !publishesWorkedSince(way.publishedAtMs)) return;
      witness.violated(INVARIANT, itemIdOf(id), `event ${id} is nacked although publishes work`);
    },
    acknowledging(host, id) {
      const way = ways.get(id);
      if (!way) return;
      ways.delete(id);
      if (!publishesWorkedSince(way.publishedAtMs)) return;
      const nowMs = performance.now();
      const passMs = nowMs - way.deliveredAtMs.get(host)!;
      if (passMs > passBoundMs) {
        const what = `the pass of event ${id} took ${Math.round(passMs)} ms, at most ${passBoundMs}`;
        witness.violated(INVARIANT, itemIdOf(id), what);
      }
      const returns = way.nacks + [...way.deliveredAtMs.keys()].filter(({ isUp }) => !isUp).length;
      const tookMs = nowMs - way.publishedAtMs - returns * perReturnMs - (absentMs - way.absentAtPublishMs);
      longestMs = Math.max(longestMs, tookMs);
      if (tookMs <= boundMs) return;
      const what = `event ${id} took ${Math.round(tookMs)} ms to its acknowledgement, at most ${boundMs} (${returns} returns)`;
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
