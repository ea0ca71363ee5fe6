import { DRAINED_SHARE, greatest } from './compare.ts';
import { drainedAfterS, type FluidCase, runFluid } from './fluid.ts';
import { type Prices, storageCost, throughputCost } from './prices.ts';

/** What an incident comes to, with one longest pause between two deliveries of an entry. */
export interface WhatIfResult {
  readonly maxBackoffS: number;
  /** From the last return until 95 % of the deepest backlog is gone; `null` when it is not seen to. */
  readonly drainS: number | null;
  readonly peakDepth: number;
  readonly peakBytes: number;
  readonly entries: number;
  /** Of entries, in all; per second at the peak, over 10 s; and that of each replica. */
  readonly deliveries: number;
  readonly deliveriesPerS: number;
  readonly deliveriesPerReplicaS: number;
  /** What the intakes could take in of entries that only wait, per second. */
  readonly intakeBoundPerS: number;
  readonly abandoned: number;
  /** Age of the oldest entry that was delivered. */
  readonly oldestS: number;
  readonly pods: number;
  readonly cost: Costs;
}

/** In the currency of the prices. */
export interface Costs {
  /** Publishing the entries. */
  readonly entries: number;
  /** Delivering them, each time. */
  readonly deliveries: number;
  readonly storage: number;
  readonly total: number;
  /** As much per day as deliveries cost at the peak. */
  readonly deliveriesPerDayAtPeak: number;
}

export interface ResultOptions {
  readonly stepS: number;
  readonly entryBytes: number;
  readonly replicas: number;
  readonly prices: Prices;
}

const PEAK_S = 10;
const DAY_S = 86_400;
/** Publishes leave in batches of what comes within 10 ms (`proxy/outlets/publisher.ts`). */
const BATCH_S = 0.01;
/** What streams deliver is charged by its bytes; there are no requests that could be small. */
const BY_BYTES = Number.POSITIVE_INFINITY;

/** Runs the cases, which differ in their outages only, and adds up what they come to. */
export function resultOf(
  cases: readonly FluidCase[],
  { stepS, entryBytes, replicas, prices }: ResultOptions,
): WhatIfResult {
  const runs = cases.map((one) => runFluid(one, stepS));
  const depth = added(runs.map((run) => run.depth));
  const deliveriesByStep = added(runs.map((run) => run.deliveries));
  const entries = sum(runs.map((run) => run.entries));
  const deliveries = sum(deliveriesByStep);
  const [first] = cases as readonly [FluidCase, ...FluidCase[]];
  const returnS = Math.max(...cases.map(({ toS }) => toS));
  const deliveriesPerS = greatest(meansOver(deliveriesByStep, PEAK_S / stepS)) / stepS;
  const perPublish = 1 + (sum(cases.map(({ arrivals }) => arrivals)) / replicas) * BATCH_S;
  const byteSeconds = sum(runs.map((run) => run.storedBeyond(prices.storage.freeHours * 3_600))) * entryBytes;
  const cost = {
    entries: throughputCost(prices, entries, entryBytes, perPublish),
    deliveries: throughputCost(prices, deliveries, entryBytes, BY_BYTES),
    storage: storageCost(prices, byteSeconds),
  };
  return {
    maxBackoffS: first.backoffS.max,
    drainS: drainedAfterS({ depth, stepS }, returnS, DRAINED_SHARE) ?? null,
    peakDepth: greatest(depth),
    peakBytes: greatest(depth) * entryBytes,
    entries,
    deliveries,
    deliveriesPerS,
    deliveriesPerReplicaS: deliveriesPerS / replicas,
    intakeBoundPerS: first.slots / first.holdS,
    abandoned: sum(runs.map((run) => run.abandoned)),
    oldestS: Math.max(...runs.map((run) => run.oldestS)),
    pods: greatest(runs.flatMap((run) => run.pods)),
    cost: {
      ...cost,
      total: cost.entries + cost.deliveries + cost.storage,
      deliveriesPerDayAtPeak: throughputCost(prices, deliveriesPerS * DAY_S, entryBytes, BY_BYTES),
    },
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Step by step; a run that ended early has nothing left. */
function added(series: readonly (readonly number[])[]): number[] {
  const steps = Math.max(...series.map(({ length }) => length));
  return Array.from({ length: steps }, (_, step) => sum(series.map((values) => values[step] ?? 0)));
}

/** The mean of the steps that end with each step. */
function meansOver(values: readonly number[], steps: number): number[] {
  let total = 0;
  return values.map((value, step) => {
    total += value - (values[step - steps] ?? 0);
    return total / steps;
  });
}
