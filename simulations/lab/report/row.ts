import type { Column } from './columns.ts';
import { type FaultKey, faultKeys } from './faults.ts';
import { formatDuration, formatNumber } from './format.ts';
import { type Line, peakOf, QUANTITIES, type Quantity, type QuantityName } from './quantities.ts';
import { type Scale, scaleTo, timeScaleTo } from './scale.ts';

/** One quantity under several strategies: panels of the same scales. */
export interface Row {
  readonly quantity: Quantity;
  /** Seconds that the time axis covers. */
  readonly durationS: number;
  readonly y: Scale;
  readonly faults: readonly FaultKey[];
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly column: Column;
  readonly lines: readonly Line[];
  /** Where lines leave the scale. */
  readonly beyond: readonly Beyond[];
  /** The greatest value of the first line, with its unit: `61/s`. */
  readonly peak: string;
}

/** The peak of a line that is beyond the scale. */
export interface Beyond {
  readonly line: Line;
  readonly second: number;
  readonly text: string;
}

/** What there is to draw of a quantity; `undefined` where no run has a value of it. */
export function rowOf(name: QuantityName, columns: readonly Column[]): Row | undefined {
  const quantity: Quantity = QUANTITIES[name];
  const records = columns.map(({ record }) => record);
  const drawn = columns.map((column) => ({ column, lines: quantity.lines(column.record, records) }));
  const own = drawn.flatMap(({ lines }) => lines.filter(({ isReference }) => !isReference));
  if (!own.some(({ values }) => values.some((value) => value !== null))) return undefined;

  const most = Math.max(quantity.floor(records), ...own.map(({ values }) => peakOf(values)));
  const limit = Math.min(most, quantity.ceiling?.(records) ?? most);
  const y = quantity.unit === 's' ? timeScaleTo(limit) : scaleTo(limit);
  const durationS = Math.max(1, ...own.map(({ values }) => values.length));
  return {
    quantity,
    y,
    durationS,
    faults: faultKeys(records),
    panels: drawn.map(({ column, lines }) => ({
      column,
      lines,
      beyond: lines.flatMap((line) => beyondOf(line, y, quantity)),
      peak: lines[0]!.values.some((value) => value !== null)
        ? amount(peakOf(lines[0]!.values), quantity)
        : 'not measured',
    })),
  };
}

function beyondOf(line: Line, { max }: Scale, quantity: Quantity): Beyond[] {
  const peak = peakOf(line.values);
  if (peak <= max) return [];
  return [{ line, second: line.values.indexOf(peak), text: amount(peak, quantity) }];
}

function amount(value: number, { unit }: Quantity): string {
  if (unit === 's') return formatDuration(value);
  return unit === '/s' ? `${formatNumber(value)}/s` : formatNumber(value);
}
