import { mean } from 'simple-statistics';
import { greatest } from './compare.ts';
import type { SliceSeen } from './slice.ts';

/** What the fluid model can't know by itself, as event-by-event runs have shown it. */
export interface Calibration {
  /** The share of the capacity that is used while entries wait. */
  readonly efficiency: number;
  /** From the model's return until the last replica asks it at full pace, in seconds. */
  readonly returnWithinS: number;
}

/** The drain is looked at from so many seconds after the return, when slow starts are over, */
const SETTLED_S = 5;
/** until so much of the deepest backlog is left: the tail waits for pauses rather than for the model. */
const TAIL = 0.2;

/**
 * Reads off runs how fast their backlogs have drained. The slope of the depth in the steady part of the drain gives what
 * the model did beyond live traffic: `efficiency = (arrivals + slope) / capacity`. Where that line, drawn back, meets the
 * depth at the return tells how much was lost at the beginning: replicas that come back one by one within `T` lose
 * `T / 2 × (arrivals + slope)` entries, which the line makes up for in a time `lag = T / 2 × (arrivals + slope) / slope`.
 * Longer drains count for more. A backlog that grows on gives an efficiency below what live traffic needs.
 *
 * @param probeEveryS how long a breaker stays open before it tries: the last one is back then, where no line tells
 * @throws RangeError for runs that end with the outage
 */
export function calibrate(runs: readonly SliceSeen[], probeEveryS: number): Calibration {
  const drains = runs.map(drainOf);
  return {
    efficiency: weightedMean(drains, ({ efficiency }) => efficiency),
    returnWithinS: weightedMean(drains, ({ returnWithinS }) => returnWithinS ?? probeEveryS),
  };
}

interface Drain {
  readonly lengthS: number;
  readonly efficiency: number;
  /** Undefined where the backlog does not drain, or begins to only when the line is drawn already. */
  readonly returnWithinS: number | undefined;
}

function drainOf({ depth, capacity, rate, share, toS }: SliceSeen): Drain {
  const arrivals = rate * share;
  const from = Math.ceil(toS) + SETTLED_S;
  const peak = greatest(depth);
  const tail = depth.findIndex((value, second) => second > from && value < TAIL * peak);
  const to = tail < 0 ? depth.length - 1 : tail;
  if (to <= from) throw new RangeError(`the run ends ${depth.length - toS} s after the return, before anything drains`);
  const lengthS = to - from;
  const slope = (depth[from]! - depth[to]!) / lengthS;
  // A second's value is that of its end: the one before the return is that of the return.
  const lost = depth[from]! - depth[from - SETTLED_S - 1]! + slope * (SETTLED_S + 1);
  const returnWithinS = (2 * lost) / (arrivals + slope);
  const isTelling = slope > 0 && returnWithinS > 0 && returnWithinS < 2 * SETTLED_S;
  return {
    lengthS,
    efficiency: (arrivals + slope) / mean(capacity.slice(from, to)),
    returnWithinS: isTelling ? returnWithinS : undefined,
  };
}

function weightedMean(drains: readonly Drain[], of: (drain: Drain) => number): number {
  const total = drains.reduce((sum, { lengthS }) => sum + lengthS, 0);
  return drains.reduce((sum, drain) => sum + of(drain) * drain.lengthS, 0) / total;
}
