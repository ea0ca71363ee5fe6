/** A value at a time. */
export interface Point {
  /** Hours, from any beginning. */
  readonly hours: number;
  readonly value: number;
}

/** The straight line that fits best (least squares). */
export interface Trend {
  /** Per hour. */
  readonly slope: number;
  /** How far off the slope may be by the points' scatter: one standard error, per hour. */
  readonly slopeError: number;
}

/** The line through points; level, and of unknown error, for fewer than three. */
export function trendOf(points: readonly Point[]): Trend {
  if (points.length < 3) return { slope: 0, slopeError: Number.POSITIVE_INFINITY };
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanHours = meanOf(points.map(({ hours }) => hours));
  const meanValue = meanOf(points.map(({ value }) => value));
  let spread = 0;
  let together = 0;
  for (const { hours, value } of points) {
    spread += (hours - meanHours) ** 2;
    together += (hours - meanHours) * (value - meanValue);
  }
  if (spread === 0) return { slope: 0, slopeError: Number.POSITIVE_INFINITY };
  const slope = together / spread;
  const residuals = points.map(({ hours, value }) => value - meanValue - slope * (hours - meanHours));
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  return { slope, slopeError: Math.sqrt(squares / (points.length - 2) / spread) };
}

/**
 * The lowest point of each of so many equal spans of time; spans without a point are left out. What is in work at the
 * moment of a sample, and is gone at the next, does not count so.
 */
export function lowestOf(points: readonly Point[], spans: number): Point[] {
  const from = Math.min(...points.map(({ hours }) => hours));
  const to = Math.max(...points.map(({ hours }) => hours));
  const lowest = new Map<number, Point>();
  for (const point of points) {
    const span = to > from ? Math.min(spans - 1, Math.floor(((point.hours - from) / (to - from)) * spans)) : 0;
    if (point.value < (lowest.get(span)?.value ?? Number.POSITIVE_INFINITY)) lowest.set(span, point);
  }
  return [...lowest].sort(([a], [b]) => a - b).map(([, point]) => point);
}

/** The middle value; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
