export interface LimitOptions {
  /** Calls at one time at the start, and what the slow start leads up to. */
  readonly initial: number;
  readonly max: number;
}

/** The share of the limit that remains after a fault. */
const DECREASE = 0.7;

/**
 * How many calls may be under way to one model: additive increase, multiplicative decrease (AIMD; Chiu and Jain, 1989),
 * as TCP does it, with TCP's slow start after the model was gone (RFC 5681).
 *
 * It grows by one when as many calls as it allows have succeeded in a row while more work was waiting: a limit that
 * isn't reached tells nothing, and batches get fuller before calls get more.
 */
export interface AdaptiveLimit {
  readonly current: number;
  /** A call was answered; `hadDemand` when all calls were in use and more was waiting. */
  succeeded(hadDemand: boolean): void;
  /** A call met a transient fault. Calls that began before the last decrease count as part of the same trouble. */
  failed(startedAtMs: number, nowMs: number): void;
  /** The model is back after it was gone: begin with one call at a time, and double. */
  slowStart(): void;
}

export function createAdaptiveLimit({ initial, max }: LimitOptions): AdaptiveLimit {
  let current = initial;
  let isSlowStarting = false;
  let successes = 0;
  let decreasedAtMs = Number.NEGATIVE_INFINITY;
  return {
    get current() {
      return current;
    },
    succeeded(hadDemand) {
      if (isSlowStarting) {
        // One more for each success doubles the limit in each round.
        current++;
        if (current >= initial) {
          current = initial;
          isSlowStarting = false;
          successes = 0;
        }
        return;
      }
      if (!hadDemand) return;
      successes++;
      if (successes < current) return;
      successes = 0;
      current = Math.min(max, current + 1);
    },
    failed(startedAtMs, nowMs) {
      successes = 0;
      isSlowStarting = false;
      if (startedAtMs <= decreasedAtMs) return;
      decreasedAtMs = nowMs;
      current = Math.max(1, Math.floor(current * DECREASE));
    },
    slowStart() {
      current = 1;
      successes = 0;
      isSlowStarting = initial > 1;
    },
  };
}
