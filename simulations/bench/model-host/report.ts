import { plainTable, withRange } from '../plain-table.ts';
import type { Measured, MeasuredSize } from './measure.ts';
import type { Turn } from './turn.ts';

/** A row for each model and size of batch, and one for the model alone; medians, with the lowest and the highest. */
export function tableLines(measured: readonly Measured[]): string[] {
  const rows = measured.flatMap(({ model, sizes, alone }) => [
    ...sizes.map((size) => [model, ...columnsOf(size)]),
    [
      `${model} alone`,
      '',
      withRange(alone),
      withRange(
        alone.map((perSecond) => 1e6 / perSecond),
        1,
      ),
      '',
      '',
    ],
  ]);
  return plainTable(['model', 'batch', 'inputs/CPU s', 'CPU µs/input', 'inputs/s', 'CPU in use'], rows);
}

function columnsOf({ batch, turns }: MeasuredSize): string[] {
  return [
    String(batch),
    withRange(turns.map(({ inputs, cpuSeconds }) => inputs / cpuSeconds)),
    withRange(turns.map(microsOf), 1),
    withRange(turns.map(({ inputs, seconds }) => inputs / seconds)),
    withRange(
      turns.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds),
      2,
    ),
  ];
}

function microsOf({ inputs, cpuSeconds }: Turn): number {
  return (cpuSeconds / inputs) * 1e6;
}
