import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Stack } from '../../infra/local/stack.ts';
import { descendantsOf, figuresOf } from './process-figures.ts';

/** The sides of a run; the driver is this process, which sends items and hears decisions. */
export const SIDES = ['contestant', 'Pub/Sub', 'models', 'catalogue', 'Redis', 'driver'] as const;
export type Side = (typeof SIDES)[number];

/** What one side has used of the machine in a span of time. */
export interface SideUse {
  /** Cores, on average: seconds of CPU per second. */
  readonly cores: number;
  /**
   * Of what it could use at the most, 0 to 1: of the core that the one thread of a Node program or of Redis can have, of
   * the models the busiest one's; of all cores where threads share the work.
   */
  readonly load: number;
}

export interface MachineUse {
  readonly sides: Readonly<Record<Side, SideUse>>;
  /** Cores in use, by whomever. */
  readonly busyCores: number;
  readonly cores: number;
}

/** CPU used by the processes of each side until now, in seconds, and the time. */
export interface Reading {
  readonly atMs: number;
  readonly sides: Readonly<Record<Side, readonly ProcessReading[]>>;
  readonly busySeconds: number;
}

interface ProcessReading {
  readonly cpuSeconds: number;
  readonly mainThreadSeconds: number;
}

/** Watches from now on; what it answers tells the use until the moment that it is called. */
export async function watchCpu(
  stack: Pick<Stack, 'parts'>,
  contestant: number,
  hasThreads: (side: Side) => boolean,
): Promise<() => Promise<MachineUse>> {
  const pids = await pidsOf(stack, contestant);
  const before = await read(pids);
  return async () => useBetween(before, await read(pids), availableParallelism(), hasThreads);
}

/** @param hasThreads whether a side's work is shared by threads */
export function useBetween(
  before: Reading,
  after: Reading,
  cores: number,
  hasThreads: (side: Side) => boolean,
): MachineUse {
  const seconds = (after.atMs - before.atMs) / 1_000;
  const useOf = (side: Side): SideUse => {
    const used = after.sides[side].map((reading, index) => {
      const earlier = before.sides[side][index]!;
      const ofAll = (reading.cpuSeconds - earlier.cpuSeconds) / seconds;
      const ofMain = (reading.mainThreadSeconds - earlier.mainThreadSeconds) / seconds;
      return { cores: ofAll, load: hasThreads(side) ? ofAll / cores : ofMain };
    });
    const sum = used.reduce((total, one) => total + one.cores, 0);
    return { cores: sum, load: Math.max(0, ...used.map(({ load }) => load)) };
  };
  return {
    sides: bySide(useOf),
    busyCores: (after.busySeconds - before.busySeconds) / seconds,
    cores,
  };
}

/** Something of every side. */
export function bySide<T>(of: (side: Side) => T): Record<Side, T> {
  return Object.fromEntries(SIDES.map((side) => [side, of(side)])) as Record<Side, T>;
}

/** The broker does not say what its process is: it is what this one has started besides the others. */
async function pidsOf({ parts }: Pick<Stack, 'parts'>, contestant: number): Promise<Record<Side, readonly number[]>> {
  const known = new Map([...parts].map(([name, { pid }]) => [name, pid]));
  const [catalogue, redis] = [known.get('catalog'), known.get('redis')];
  const models = [...known].filter(([name]) => name !== 'catalog' && name !== 'redis').map(([, pid]) => pid);
  const named = new Set([...known.values(), contestant]);
  const others = (await descendantsOf(process.pid)).filter((pid) => !named.has(pid));
  return {
    contestant: [contestant],
    'Pub/Sub': others,
    models,
    catalogue: catalogue === undefined ? [] : [catalogue],
    Redis: redis === undefined ? [] : [redis],
    driver: [process.pid],
  };
}

async function read(pids: Readonly<Record<Side, readonly number[]>>): Promise<Reading> {
  const [busySeconds, ...readings] = await Promise.all([
    busySecondsOfMachine(),
    ...SIDES.map(async (side) => [side, await Promise.all(pids[side].map(figuresOf))] as const),
  ]);
  return {
    atMs: performance.now(),
    sides: bySide((side) => readings.find(([name]) => name === side)![1]),
    busySeconds,
  };
}

/** All time of all cores that was neither idle nor waiting for a disk (proc(5)). */
async function busySecondsOfMachine(): Promise<number> {
  const [line] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [user, nice, system, , , irq, softirq, steal] = line!.split(/ +/).slice(1).map(Number);
  return (user! + nice! + system! + irq! + softirq! + steal!) / 100;
}
