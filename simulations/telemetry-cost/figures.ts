import { median } from 'simple-statistics';

/** Several measurements of the same. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** @throws Error when there are none */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('there is nothing of which to take the median');
  return { median: median([...values]), lowest: Math.min(...values), highest: Math.max(...values) };
}

/** What a scrape costs an item. */
export function scrapeMicrosPerItem(scrapeMicros: number, everyMs: number, itemsPerSecond: number): number {
  return scrapeMicros / (itemsPerSecond * (everyMs / 1_000));
}

/** The order of turns: each kind as often as the other, side by side in pairs, and each first as often as it can be. */
export function orderOfTurns<A, B>(turns: number, first: A, second: B): (A | B)[] {
  return Array.from({ length: turns }, (_, index) => (index % 2 === 0 ? [first, second] : [second, first])).flat();
}

/** How the judgement reads, and what it is. */
export interface Judgement {
  readonly passed: boolean;
  readonly line: string;
}

/**
 * @param costMicros what telemetry costs an item
 * @param itemMicros what an item costs in all
 * @param most the share that it may have, 0 to 1
 */
export function judge(costMicros: number, itemMicros: number, most: number): Judgement {
  const share = costMicros / itemMicros;
  const passed = share <= most;
  const cost = `${costMicros.toFixed(1)} µs of ${Math.round(itemMicros)} µs per item`;
  const line = `telemetry costs ${cost}: ${percent(share)} (at most ${percent(most)})  ${passed ? 'PASS' : 'FAIL'}`;
  return { passed, line };
}

/** `1.6 %`, or `3 %`. */
export function percent(share: number, digits = 1): string {
  return `${Number((share * 100).toFixed(digits))} %`;
}
