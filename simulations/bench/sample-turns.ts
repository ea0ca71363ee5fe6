import type { Contestant } from './contestants.ts';
import { bySide, type MachineUse, type Side } from './cpu-use.ts';
import type { CurvePoint } from './curves/curve.ts';
import type { Turns } from './report.ts';
import type { Turn } from './turn.ts';

/** A use of two cores in which every side rests but those that are given, with the cores that each has in use. */
export function sampleUse(loads: Readonly<Partial<Record<Side, number>>> = {}, busyCores = 1): MachineUse {
  return { sides: bySide((side) => ({ cores: loads[side] ?? 0, load: loads[side] ?? 0 })), busyCores, cores: 2 };
}

/** A turn for tests, of the CPU per item that is given. */
export function sampleTurn(itemMicros: number, changes: Partial<Turn> = {}): Turn {
  return {
    itemMicros,
    itemsPerSecond: 1_000,
    p50Ms: 10,
    p99Ms: 20,
    peakBytes: 100 * 2 ** 20,
    callsPerItem: 0.2,
    redisCommandsPerItem: 3,
    use: sampleUse(),
    ...changes,
  };
}

export function sampleTurns(costs: Readonly<Partial<Record<Contestant, readonly number[]>>>): Turns {
  return new Map(
    Object.entries(costs).map(([name, micros]) => [name as Contestant, micros.map((cost) => sampleTurn(cost))]),
  );
}

/** A point of a curve for tests: the CPU per item of each of its turns. */
export function samplePoint(x: number, ...costs: number[]): CurvePoint {
  return { x, turns: costs.map((cost) => sampleTurn(cost)) };
}
