import { linearRegression } from 'simple-statistics';
import type { Size } from '../compare.ts';
import type { Contestant } from '../contestants.ts';
import type { Ground } from '../ground.ts';
import { medianOf } from '../plain-table.ts';
import type { Turn, TurnPlan } from '../turn.ts';
import { type Telling, takeTurns } from '../turns.ts';
import type { AxisKind } from './chart.ts';

/** What was measured at one place of a curve. */
export interface CurvePoint {
  readonly x: number;
  readonly turns: readonly Turn[];
}

/** A quantity against which the cost of an item is measured, by turns. */
export interface Curve {
  /** `cost per item against the number of models` */
  readonly title: string;
  /** Heading of the first column, and name of the axis: `models`. */
  readonly quantity: string;
  readonly axis: AxisKind;
  readonly values: readonly number[];
  /** What a value can be. */
  readonly range: readonly [from: number, to: number];
  /** Whether others than eddy can be measured. */
  readonly hasOthers: boolean;
  readonly write: (x: number) => string;
  readonly plan: (x: number, contestant: Contestant, ground: Ground, size: Size) => TurnPlan;
  /** Where a point stands in the chart, if that is not what it was set to. */
  readonly place?: (point: CurvePoint) => number;
  /** What it comes to, in a line each. */
  readonly statements: (points: readonly CurvePoint[]) => readonly string[];
  /** Whether the delay is drawn, too. */
  readonly hasDelays?: boolean;
}

export interface Wanted {
  readonly values: readonly number[];
  readonly contestants: readonly Contestant[];
  readonly turns: number;
}

/** Takes so many turns of each contestant at each value, the values in turns as well. */
export async function measureCurve(
  ground: Ground,
  curve: Curve,
  { values, contestants, turns }: Wanted,
  size: Size,
  telling: Telling,
): Promise<ReadonlyMap<Contestant, readonly CurvePoint[]>> {
  const places = contestants.flatMap((contestant) => values.map((x) => ({ contestant, x })));
  const plans = places.map(({ contestant, x }) => ({
    ...curve.plan(x, contestant, ground, size),
    name: `${contestant}, ${curve.quantity}: ${curve.write(x)}`,
  }));
  const taken = await takeTurns(ground, plans, turns, telling);
  const points = places.map((place, index) => ({ ...place, turns: taken[index]! }));
  return new Map(
    contestants.map((contestant) => [contestant, points.filter((point) => point.contestant === contestant)]),
  );
}

/** Microseconds of CPU per item, the median of a point's turns. */
export function costOf({ turns }: Pick<CurvePoint, 'turns'>): number {
  return medianOf(turns.map(({ itemMicros }) => itemMicros));
}

/** By how many microseconds an item is dearer with each unit of the quantity: the straight line that fits best. */
export function slopeOf(points: readonly CurvePoint[]): number {
  return linearRegression(points.map((point) => [point.x, costOf(point)])).m;
}

/** `at 100 %: 32 % of the cost at 0 %`. Nothing for a single point. */
export function shareOfFirst(points: readonly CurvePoint[], write: (x: number) => string): string[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return [];
  const share = costOf(last) / costOf(first);
  return [`at ${write(last.x)}: ${(share * 100).toFixed(0)} % of the cost at ${write(first.x)}`];
}
