import Table from 'cli-table3';
import { linesOf, NO_LINES } from '../bare-table.ts';
import { type Spread, spreadOf } from '../telemetry-cost/figures.ts';

/** Lines of a table for a terminal; the column of names to the left, the others, which have figures, to the right. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  names: 'first' | 'last' = 'first',
): string[] {
  const named = names === 'first' ? 0 : head.length - 1;
  const table = new Table({
    head: [...head],
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, index) => (index === named ? 'left' : 'right')),
  });
  table.push(...rows.map((row) => [...row]));
  return linesOf(table);
}

/** `200 (100–300)`: the median, with the lowest and the highest where they differ from it as they are written. */
export function withRange(values: readonly number[], digits = 0): string {
  const { median, lowest, highest }: Spread = spreadOf(values);
  const [middle, from, to] = [median, lowest, highest].map((value) => value.toFixed(digits));
  return from === to ? middle! : `${middle} (${from}–${to})`;
}

export function medianOf(values: readonly number[]): number {
  return spreadOf(values).median;
}

/** `–` for what is not there. */
export function orNone(value: number, write: (value: number) => string): string {
  return Number.isNaN(value) ? '–' : write(value);
}

export const MIB = 2 ** 20;
