import { median } from 'simple-statistics';
import type { Events } from '../../proxy/telemetry/events.ts';
import type { Call, Recording } from './recorder.ts';
import { type Tell, tellsOf } from './tells.ts';

/** What one function costs. */
export interface FunctionCost {
  readonly name: string;
  readonly callsPerItem: number;
  /** Microseconds of CPU per item, replayed. */
  readonly micros: number;
  /** Microseconds per item in the run itself, by the calls that were timed; absent where none was. */
  readonly inPlaceMicros?: number;
}

/** What telemetry costs, as it is found out by replaying a record. All times are microseconds of CPU. */
export interface ReplayedCosts {
  readonly items: number;
  readonly isCut: boolean;
  /** Of all functions together, per item. */
  readonly eventsMicros: number;
  /** The same, by the calls that were timed in the run itself. */
  readonly inPlaceMicros: number;
  /** The costliest first. */
  readonly functions: readonly FunctionCost[];
  readonly store: { readonly commandsPerItem: number; readonly micros: number };
  readonly scrape: ScrapeCost;
}

/** One scrape. */
export interface ScrapeCost {
  readonly micros: number;
  readonly bytes: number;
  readonly series: number;
}

export interface ReplayOptions {
  readonly recording: Recording;
  /** Those that ship. */
  readonly shipped: Events;
  /** Those that do nothing: what replaying costs by itself, and calling. */
  readonly silent: Events;
  readonly rounds: number;
  /** CPU of this process so far, in microseconds. */
  readonly cpuMicros: () => number;
}

const WARM_UP_ROUNDS = 3;

/** Replays a record against what ships and against nothing, in turns; what it costs is the difference of the medians. */
export function replay(options: ReplayOptions): Pick<ReplayedCosts, 'eventsMicros' | 'inPlaceMicros' | 'functions'> {
  const { recording, rounds } = options;
  const { calls, items, timed } = recording;
  const byName = Map.groupBy(calls, ({ name }) => name);
  const eventsMicros = costOf(calls, options, rounds) / items;
  const functions = [...byName].map(([name, own]): FunctionCost => {
    const durationsMs = timed.get(name) ?? [];
    const micros = costOf(own, options, rounds) / items;
    const cost = { name, callsPerItem: own.length / items, micros };
    if (durationsMs.length === 0) return cost;
    // The median: some were interrupted, by the kernel or to collect garbage.
    return { ...cost, inPlaceMicros: median(durationsMs) * 1_000 * cost.callsPerItem };
  });
  functions.sort((a, b) => b.micros - a.micros);
  const inPlaceMicros = functions.reduce((sum, { inPlaceMicros = 0 }) => sum + inPlaceMicros, 0);
  return { eventsMicros, inPlaceMicros, functions };
}

/** Microseconds of CPU that the calls take, less what they take when nothing comes of them; never below 0. */
function costOf(calls: readonly Call[], { shipped, silent, cpuMicros }: ReplayOptions, rounds: number): number {
  const loud = bind(calls, shipped);
  const mute = bind(calls, silent);
  const costs: { readonly loud: number; readonly mute: number }[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const cost = { loud: timeOf(loud, cpuMicros), mute: timeOf(mute, cpuMicros) };
    if (round >= 0) costs.push(cost);
  }
  return Math.max(0, median(costs.map((cost) => cost.loud)) - median(costs.map((cost) => cost.mute)));
}

interface Bound {
  readonly tell: Tell;
  readonly args: readonly unknown[];
}

/** @throws Error for a call of a function that there is not */
function bind(calls: readonly Call[], events: Events): Bound[] {
  const tells = tellsOf(events);
  return calls.map(({ name, args }) => {
    const tell = tells.get(name);
    if (!tell) throw new Error(`the record has a call of ${name}, which the events do not have`);
    return { tell, args };
  });
}

function timeOf(bound: readonly Bound[], cpuMicros: () => number): number {
  const startedAt = cpuMicros();
  for (const { tell, args } of bound) tell(...args);
  return cpuMicros() - startedAt;
}

/**
 * Microseconds of CPU that doing something takes: the median over rounds.
 *
 * @param times that it is done in each round
 */
export async function cpuOf(
  act: () => unknown,
  { rounds, times, cpuMicros }: Pick<ReplayOptions, 'rounds' | 'cpuMicros'> & { readonly times: number },
): Promise<number> {
  const costs: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const startedAt = cpuMicros();
    for (let time = 0; time < times; time++) await act();
    if (round >= 0) costs.push((cpuMicros() - startedAt) / times);
  }
  return median(costs);
}
