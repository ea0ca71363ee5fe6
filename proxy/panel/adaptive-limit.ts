import { createPace } from './pace.ts';

export interface LimitOptions {
  /** Calls at one time at the start, and what the slow start leads up to. */
  readonly initial: number;
  readonly max: number;
  /** Inputs that a call may have. */
  readonly batch: number;
  /** The model's time for a call, in milliseconds. */
  readonly timeoutMs: number;
}

/** A call that was answered, on the clock of the panel. */
export interface AnsweredCall {
  readonly inputs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** All calls were in use when it left, and more was waiting. */
  readonly hadDemand: boolean;
}

/** The share of the limit that remains after a fault, or when answers have become late. */
const DECREASE = 0.7;
/** An answer is late when it takes more than this share of the model's time, */
const LATE_SHARE = 0.5;
/** and more than so many times what as many inputs take when nothing stands in their way. */
const LATE_FACTOR = 1.6;
/** The share of a round's answers that are late when the model can't keep up: single ones are late by chance. */
const LATE_ROUND = 0.75;
/** Calls of a round, at least. */
const ROUND = 4;
/** The limit grows by this share of itself, by one input at the least. */
const GROWTH = 1 / 8;

/**
 * How much may be under way to one model: additive increase, multiplicative decrease (AIMD; Chiu and Jain, 1989), as TCP
 * does it, with TCP's slow start after the model was gone (RFC 5681). What is limited are inputs under way: in as few calls
 * as can have them, all of one size. So a few replicas can use a small model to the full, and many be gentle with it.
 *
 * It grows when as many calls as it allows, and as many more as were late, have been answered in time while more work was
 * waiting: a limit that isn't reached tells nothing. Up to one full call it comes back without work that waits, or a model with few questions
 * would be left with the smallest limit, by faults that come now and then. It falls by faults, and by a round of calls of
 * which most were late: then work stands in a queue at the model, and more of it would only time out.
 */
export interface AdaptiveLimit {
  /** Calls at one time, at least one. */
  readonly current: number;
  /** Inputs in a call, at least one. */
  readonly batch: number;
  /** Calls that began before the limit last fell tell nothing about what it is now. */
  succeeded(call: AnsweredCall): void;
  /** A call met a transient fault. Calls that began before the limit last fell count as part of the same trouble. */
  failed(startedAtMs: number, nowMs: number): void;
  /** The model is back after it was gone: begin with one input at a time, and double. */
  slowStart(nowMs: number): void;
}

export function createAdaptiveLimit({ initial, max, batch, timeoutMs }: LimitOptions): AdaptiveLimit {
  const usual = initial * batch;
  // Inputs under way.
  let room = usual;
  let isSlowStarting = false;
  let fellAtMs = Number.NEGATIVE_INFINITY;
  // Towards the next growth.
  let successes = 0;
  // Of the round of calls that is under way.
  let answered = 0;
  let late = 0;
  const pace = createPace(batch);

  const calls = () => Math.ceil(room / batch);
  const round = () => Math.max(ROUND, calls());

  function fall(to: number, nowMs: number): void {
    room = Math.max(1, Math.floor(to));
    fellAtMs = nowMs;
    successes = 0;
    answered = 0;
    late = 0;
  }

  function decrease(nowMs: number): void {
    isSlowStarting = false;
    fall(room * DECREASE, nowMs);
  }

  /** Whether this was the last call of a round in which the model did not keep up. */
  function endsLateRound(isLate: boolean): boolean {
    answered++;
    if (isLate) late++;
    if (answered < round()) return false;
    const isLateRound = late >= LATE_ROUND * answered;
    answered = 0;
    late = 0;
    return isLateRound;
  }

  return {
    get current() {
      return calls();
    },
    get batch() {
      return Math.ceil(room / calls());
    },
    succeeded({ inputs, startedAtMs, endedAtMs, hadDemand }) {
      const durationMs = endedAtMs - startedAtMs;
      const isLate = durationMs > Math.max(LATE_SHARE * timeoutMs, LATE_FACTOR * pace.of(inputs));
      pace.saw(inputs, durationMs);
      if (startedAtMs <= fellAtMs) return;
      if (endsLateRound(isLate)) {
        decrease(endedAtMs);
      } else if (isLate) {
        successes = Math.max(0, successes - 1);
      } else if (isSlowStarting) {
        // As much again for each success doubles the limit in each round.
        room = Math.min(usual, room + Math.min(room, batch));
        isSlowStarting = room < usual;
      } else {
        if (hadDemand || room < batch) successes++;
        if (successes < round()) return;
        successes = 0;
        room = Math.min(hadDemand ? max * batch : batch, room + Math.ceil(GROWTH * room));
      }
    },
    failed(startedAtMs, nowMs) {
      if (startedAtMs > fellAtMs) decrease(nowMs);
    },
    slowStart(nowMs) {
      fall(1, nowMs);
      isSlowStarting = true;
    },
  };
}
