/**
 * What calls to a model take when nothing stands in their way, by the number of their inputs. It follows what is faster
 * soon and what is slower hardly, so that it stays near the fastest calls, but not at the very fastest: of a model's times,
 * which spread, that one is far from what it can be held to.
 */
export interface Pace {
  saw(inputs: number, durationMs: number): void;
  /** Milliseconds; infinite where nothing tells. */
  of(inputs: number): number;
}

/** The share of the difference by which the pace follows a call that was faster, */
const FASTER = 0.1;
/** and one that was slower: a queue that stands at the model for a minute is not its pace, a slower version is some day. */
const SLOWER = 0.002;

/** @param batch inputs that a call may have */
export function createPace(batch: number): Pace {
  const paceMs: number[] = Array(batch + 1).fill(Number.POSITIVE_INFINITY);
  return {
    saw(inputs, durationMs) {
      const before = paceMs[inputs]!;
      const share = durationMs < before ? FASTER : SLOWER;
      paceMs[inputs] = Number.isFinite(before) ? before + share * (durationMs - before) : durationMs;
    },
    of(inputs) {
      const one = paceMs[1]!;
      const own = paceMs[inputs]!;
      // Several take no less than one does, and no more than one after the other.
      return Number.isFinite(one) ? Math.max(one, Math.min(own, inputs * one)) : own;
    },
  };
}
