/** A point of a line; `null` where the line is interrupted. */
export type Point = readonly [second: number, value: number | null];

/** Over so many seconds without a value a line goes straight on; a longer gap shows. */
const BRIDGED_S = 15;

/**
 * The mean over the seconds up to each one, of those that have a value.
 *
 * @param windowS seconds
 */
export function meanBefore(values: readonly (number | null)[], windowS: number): (number | null)[] {
  let sum = 0;
  let count = 0;
  return values.map((value, second) => {
    const leaving = values[second - windowS] ?? null;
    if (value !== null) {
      sum += value;
      count++;
    }
    if (leaving !== null) {
      sum -= leaving;
      count--;
    }
    // Sums of differences drift by a rounding error that would show as a negative load.
    return count === 0 ? null : Math.max(0, Math.round((sum / count) * 1e6) / 1e6);
  });
}

/**
 * A series as a line of few points that looks the same: nothing of it is further from the line than the tolerance.
 *
 * @param values by second
 * @param resolutionS seconds that a chart can tell apart: of each such span the extremes are kept
 * @param tolerance in the unit of the values
 */
export function lineOf(values: readonly (number | null)[], resolutionS: number, tolerance: number): Point[] {
  const stretches = stretchesOf(values);
  return stretches.flatMap((stretch, index) => {
    const thinned = simplify(extremes(stretch, resolutionS), tolerance);
    const [first] = thinned;
    // A line through one point is none: a short dash shows it.
    if (thinned.length === 1 && first) thinned.push([first[0] + Math.max(0.5, resolutionS), first[1]]);
    const end = thinned.at(-1)!;
    return index < stretches.length - 1 ? [...thinned, [end[0], null] as const] : thinned;
  });
}

type Known = readonly [second: number, value: number];

function stretchesOf(values: readonly (number | null)[]): Known[][] {
  const stretches: Known[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [second, value] of values.entries()) {
    if (value === null || !Number.isFinite(value)) continue;
    if (second - last > BRIDGED_S) stretches.push([]);
    stretches.at(-1)!.push([second, value]);
    last = second;
  }
  return stretches;
}

/** Of each span the first, the least, the greatest and the last point, in their order. */
function extremes(points: readonly Known[], spanS: number): Known[] {
  if (spanS <= 1) return [...points];
  const spans = Map.groupBy(points, ([second]) => Math.floor(second / spanS));
  return [...spans.values()].flatMap((span) => {
    const byValue = span.toSorted(([, a], [, b]) => a - b);
    const kept = new Set([span[0]!, byValue[0]!, byValue.at(-1)!, span.at(-1)!]);
    return [...kept].sort(([a], [b]) => a - b);
  });
}

/** Ramer, Douglas and Peucker's way, with the vertical distance, as a peak matters more than a flank. */
function simplify(points: readonly Known[], tolerance: number): Known[] {
  if (points.length <= 2) return [...points];
  const kept = new Uint8Array(points.length);
  kept[0] = 1;
  kept[points.length - 1] = 1;
  const open: [number, number][] = [[0, points.length - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    const [x, y] = points[from]!;
    const slope = (points[to]![1] - y) / (points[to]![0] - x);
    let farthest = from;
    let distance = tolerance;
    for (let index = from + 1; index < to; index++) {
      const [second, value] = points[index]!;
      const off = Math.abs(value - (y + slope * (second - x)));
      if (off > distance) [farthest, distance] = [index, off];
    }
    if (farthest === from) continue;
    kept[farthest] = 1;
    open.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, index) => kept[index] === 1);
}
