import type { Autoscaling } from '../autoscaler.ts';
import { createFluidPods } from './fluid-pods.ts';

/** One ill model, or several that are ill at the same time and owed by the same entries. Times are seconds, rates per second. */
export interface FluidCase {
  /** Events that concern the model. */
  readonly arrivals: number;
  /** When the model goes, and when it is back; 0 is the begin of the load. */
  readonly fromS: number;
  readonly toS: number;
  /** How long is looked on after the return, at the most. */
  readonly patienceS: number;
  /** Inputs that one pod answers, in full batches. */
  readonly perPod: number;
  readonly pods: Autoscaling;
  /** Pods that all replicas together may keep busy: their concurrency limits at the most. */
  readonly maxBusyPods: number;
  /** The share of the capacity that is used while entries wait; measured, see `calibrate.ts`. */
  readonly efficiency: number;
  /** The backlog's share of the capacity, where live traffic alone would take all of it. */
  readonly backlogShare: number;
  /** From the model's return until the last replica asks it at full pace: breakers try one after the other. */
  readonly returnWithinS: number;
  /** Within this time of the return all breakers are closed, though the pace still grows. */
  readonly probeEveryS: number;
  /** The subscription's retry policy. */
  readonly backoffS: { readonly min: number; readonly max: number };
  /** Entries that all replicas together may hold at one time, and how long they hold one that only waits. */
  readonly slots: number;
  readonly holdS: number;
  /** How long an entry that was delivered may wait for its turn at the model before it is given back. */
  readonly turnS: number;
  /** An entry that is delivered when it is older is given up. */
  readonly maxAgeS: number;
}

export interface FluidRun {
  readonly stepS: number;
  /** By step, from the begin of the load: entries that are not acknowledged, at the end of the step. */
  readonly depth: readonly number[];
  /** By step: deliveries of entries, and pods. */
  readonly deliveries: readonly number[];
  readonly pods: readonly number[];
  /** Entries that were published. */
  readonly entries: number;
  readonly abandoned: number;
  /** Age of the oldest entry that was delivered. */
  readonly oldestS: number;
  /** Entry-seconds beyond so many seconds of age: what storage is charged for. */
  readonly storedBeyond: (ageS: number) => number;
}

/** Entries of about the same age, and how often each of them was given back. Amounts are real numbers: it is a fluid. */
interface Cohort {
  amount: number;
  readonly enteredS: number;
  readonly failures: number;
}

/** More failures than this are not told apart: 1 ms doubled 20 times is more than the longest pause. */
const MAX_FAILURES = 64;
/** Less than this of a cohort is nothing. */
const DROP = 1e-9;

/**
 * The backlog of a model that is gone and comes back, as a fluid: amounts instead of entries, in cohorts by the time at
 * which they entered.
 *
 * - While the model is gone, every event that concerns it leaves an entry: `d(depth)/dt = arrivals`. An entry is delivered
 *   at once, given back, and delivered again after the retry policy's pause for its n-th failure,
 *   `min(max, min × 2^(n-1))`. So deliveries per second tend to `arrivals + depth / max` (each waiting entry once per
 *   longest pause), bounded by what the intakes take, `slots / holdS`.
 * - When it is back, the breakers close one after the other within `probeEveryS`; what is delivered to a closed one is
 *   held, up to `slots`, for at most `turnS`, and leaves at `efficiency × capacity − arrivals`, grown to within `returnWithinS`, or at the backlog's share
 *   of the capacity where that is more; what live traffic does not get then becomes entries. Entries in their pause can't
 *   be served: supply bounds the drain where pauses are long.
 * - The capacity follows the autoscaler (`fluid-pods.ts`).
 *
 * The pauses are kept exactly, by a calendar, rather than as rates: a compartment with a mean pause would blur them.
 *
 * @param stepS pauses are rounded to whole steps
 */
export function runFluid(fluid: FluidCase, stepS: number): FluidRun {
  const { arrivals, fromS, toS, backoffS, slots, holdS, turnS, efficiency, returnWithinS, perPod, maxAgeS } = fluid;
  const pods = createFluidPods(fluid.pods);
  const calendar = new Map<number, Map<number, Cohort>>();
  // From this failure on the pause stays the same.
  const doublings = backoffS.min > 0 ? Math.ceil(Math.log2(backoffS.max / backoffS.min)) : 0;
  const saturated = Math.min(1 + doublings, MAX_FAILURES - 1);
  const ready: Cohort[] = [];
  const held: { readonly cohort: Cohort; readonly leaveByS: number }[] = [];
  let heldAmount = 0;
  let depthNow = 0;
  let entries = 0;
  let abandoned = 0;
  let oldestS = 0;
  const depth: number[] = [];
  const deliveries: number[] = [];
  const podCounts: number[] = [];
  const ages = new Map<number, number>();
  let delivered = 0;

  function giveBack({ amount, enteredS, failures: before }: Cohort, step: number): void {
    const failures = Math.min(before + 1, saturated);
    const pauseS = Math.min(backoffS.max, backoffS.min * 2 ** (failures - 1));
    const due = step + Math.max(1, Math.round(pauseS / stepS));
    const cohorts = calendar.get(due) ?? new Map<number, Cohort>();
    calendar.set(due, cohorts);
    // What was parted, and is alike again, is put together: parts of parts would become too many.
    const alike = Math.round(enteredS / stepS) * MAX_FAILURES + failures;
    const same = cohorts.get(alike);
    if (same) same.amount += amount;
    else cohorts.set(alike, { amount, enteredS, failures });
  }

  function leave(cohort: Cohort, amount: number, atS: number): void {
    cohort.amount -= amount;
    depthNow -= amount;
    const minute = Math.floor((atS - cohort.enteredS) / AGE_S);
    ages.set(minute, (ages.get(minute) ?? 0) + amount);
  }

  /** @param closed the share of the breakers that are closed */
  function deliver(step: number, closed: number, served: number): void {
    const atS = step * stepS;
    let room = Math.max(0, closed * slots + served - heldAmount);
    let passing = closed < 1 ? ((1 - closed) * slots * stepS) / holdS : 0;
    const left: Cohort[] = [];
    let looked = 0;
    while (looked < ready.length && (room > DROP || passing > DROP)) {
      const cohort = ready[looked++]!;
      const wanted = cohort.amount;
      const kept = Math.min(wanted * closed, room);
      const passed = Math.min(wanted * (1 - closed), passing);
      room -= kept;
      passing -= passed;
      delivered += kept + passed;
      if (kept + passed > 0) oldestS = Math.max(oldestS, atS - cohort.enteredS);
      if (atS - cohort.enteredS > maxAgeS) {
        abandoned += kept + passed;
        leave(cohort, kept + passed, atS);
      } else {
        if (kept > DROP) {
          held.push({ cohort: { ...cohort, amount: kept }, leaveByS: atS + turnS });
          heldAmount += kept;
        }
        if (passed > DROP) giveBack({ ...cohort, amount: passed }, step);
        cohort.amount -= kept + passed;
      }
      if (cohort.amount > DROP) left.push(cohort);
    }
    ready.splice(0, looked, ...left);
  }

  function serve(amount: number, atS: number): number {
    let left = amount;
    while (left > DROP && held.length > 0) {
      const { cohort } = held[0]!;
      const part = Math.min(left, cohort.amount);
      leave(cohort, part, atS);
      heldAmount -= part;
      left -= part;
      if (cohort.amount <= DROP) held.shift();
    }
    return amount - left;
  }

  function expire(step: number): void {
    const keep = held.findIndex(({ leaveByS }) => leaveByS > step * stepS);
    for (const { cohort } of held.splice(0, keep < 0 ? held.length : keep)) {
      heldAmount -= cohort.amount;
      giveBack(cohort, step);
    }
  }

  const lastStep = Math.ceil((toS + fluid.patienceS) / stepS);
  for (let step = 0; step < lastStep; step++) {
    const atS = step * stepS;
    const isBack = atS >= toS;
    const backAfter = (withinS: number) => (isBack ? Math.min(1, (atS + stepS - toS) / withinS) : 0);
    const pace = atS < fromS ? 1 : backAfter(returnWithinS);
    const closed = atS < fromS ? 1 : backAfter(Math.min(fluid.probeEveryS, returnWithinS));
    delivered = 0;
    const usable = efficiency * Math.min(pods.count, fluid.maxBusyPods) * perPod;
    const spare = Math.max(usable - arrivals, fluid.backlogShare * usable, 0) * pace * stepS;

    ready.push(...(calendar.get(step)?.values() ?? []));
    calendar.delete(step);
    expire(step);
    deliver(step, closed, spare);
    const served = serve(spare, atS);
    const liveServed = Math.max(0, Math.min(arrivals * pace, usable * pace - served / stepS));
    const isIll = atS >= fromS && pace < 1;
    const overflow = atS < fromS ? 0 : (arrivals * (isIll ? pace : 1) - liveServed) * stepS;
    const entered = Math.max(0, (isIll ? arrivals * (1 - pace) * stepS : 0) + overflow);
    if (entered > DROP) {
      entries += entered;
      depthNow += entered;
      const fresh: Cohort = { amount: entered, enteredS: atS, failures: 0 };
      if (closed < 1) {
        // The first delivery comes at once; it finds the breaker open.
        delivered += entered;
        giveBack(fresh, step);
      } else {
        ready.push(fresh);
      }
    }
    const capacity = pods.count * perPod;
    pods.step(stepS, isBack || atS < fromS ? Math.min(1, (liveServed + served / stepS) / capacity) : 0);
    depth.push(depthNow);
    deliveries.push(delivered);
    podCounts.push(pods.count);
    if (isBack && pace === 1 && depthNow < DRAINED && step * stepS > toS + 2 * returnWithinS) break;
  }

  return {
    stepS,
    depth,
    deliveries,
    pods: podCounts,
    entries,
    abandoned,
    oldestS,
    storedBeyond(ageS) {
      let total = 0;
      for (const [minute, amount] of ages) total += amount * Math.max(0, minute * AGE_S - ageS);
      const nowS = depth.length * stepS;
      const rest = [
        ...ready,
        ...held.map(({ cohort }) => cohort),
        ...[...calendar.values()].flatMap((cohorts) => [...cohorts.values()]),
      ];
      for (const { amount, enteredS } of rest) total += amount * Math.max(0, nowS - enteredS - ageS);
      return total;
    },
  };
}

/** Entries fewer than this are none. */
const DRAINED = 0.5;
/** How finely ages are told apart for what is stored, in seconds. */
const AGE_S = 60;

/** When, after the return, no more than a share of the deepest backlog was left for good; `undefined` when that was not seen. */
export function drainedAfterS(
  { depth, stepS }: Pick<FluidRun, 'depth' | 'stepS'>,
  toS: number,
  share: number,
): number | undefined {
  const most = depth.reduce((peak, value) => Math.max(peak, value), 0) * share;
  const last = depth.findLastIndex((value) => value > most);
  if (last === depth.length - 1 && depth.length > 0) return undefined;
  return Math.max(0, (last + 1) * stepS - toS);
}
