import { sum } from 'simple-statistics';
import { drainedAfterS, type FluidRun } from './fluid.ts';
import type { SliceSeen } from './slice.ts';

/** What is compared of the two; less than this share of the deepest backlog is taken for drained. */
export const DRAINED_SHARE = 0.05;

export interface Compared {
  /** `undefined` where it was not seen to drain. */
  readonly drainS: number | undefined;
  /** Entries. */
  readonly peakDepth: number;
  readonly deliveries: number;
}

export interface ErrorRow {
  readonly replicas: number;
  readonly rate: number;
  readonly outageS: number;
  readonly events: number;
  readonly eventByEvent: Compared;
  readonly fluid: Compared;
  /** Relative to the event-by-event run; infinite where only one of the two drains. */
  readonly errors: Readonly<Record<keyof Compared, number>>;
}

export interface ErrorTable {
  readonly rows: readonly ErrorRow[];
  readonly largest: number;
  readonly tolerance: number;
  readonly passed: boolean;
}

/** Holds a fluid run against the event-by-event run of the same size, over the time that the latter took. */
export function compare(seen: SliceSeen, run: FluidRun): ErrorRow {
  const lengthS = seen.depth.length;
  const cut = {
    ...run,
    depth: upTo(run.depth, lengthS / run.stepS),
    deliveries: run.deliveries.slice(0, lengthS / run.stepS),
  };
  const eventByEvent = {
    drainS: drainedAfterS({ depth: seen.depth, stepS: 1 }, seen.toS, DRAINED_SHARE),
    peakDepth: greatest(seen.depth),
    deliveries: sum([...seen.deliveries]),
  };
  const fluid = {
    drainS: drainedAfterS(cut, seen.toS, DRAINED_SHARE),
    peakDepth: greatest(cut.depth),
    deliveries: sum([...cut.deliveries]),
  };
  const errorOf = (name: keyof Compared) => relativeError(eventByEvent[name], fluid[name]);
  return {
    replicas: seen.replicas,
    rate: seen.rate,
    outageS: seen.toS - seen.fromS,
    events: seen.events,
    eventByEvent,
    fluid,
    errors: { drainS: errorOf('drainS'), peakDepth: errorOf('peakDepth'), deliveries: errorOf('deliveries') },
  };
}

/** @param tolerance the largest relative error that passes */
export function errorTable(rows: readonly ErrorRow[], tolerance: number): ErrorTable {
  const largest = greatest(rows.flatMap(({ errors }) => Object.values(errors)));
  return { rows, largest, tolerance, passed: rows.length > 0 && largest <= tolerance };
}

function relativeError(seen: number | undefined, told: number | undefined): number {
  if (seen === told) return 0;
  if (seen === undefined || told === undefined) return Number.POSITIVE_INFINITY;
  return Math.abs(told - seen) / seen;
}

/** A fluid run ends when nothing is left. */
function upTo(depth: readonly number[], steps: number): number[] {
  return Array.from({ length: Math.floor(steps) }, (_, step) => depth[step] ?? 0);
}

/** Series may be longer than what can be handed to a function. */
export function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
