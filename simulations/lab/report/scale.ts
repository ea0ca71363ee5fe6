import { formatNumber } from './format.ts';

/** A linear axis from 0: where it ends, and from line to line. */
export interface Scale {
  readonly max: number;
  readonly step: number;
}

const MAX_LINES = 5;
const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600];
const DAY_S = 86_400;

/** An axis that ends on a line, at or above a value. */
export function scaleTo(value: number): Scale {
  const rough = Math.max(value, Number.MIN_VALUE * 1e10) / MAX_LINES;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough * (1 - 1e-9))!;
  return endingOnLine(value, step);
}

/** The same for times, with lines at times as clocks have them. */
export function timeScaleTo(seconds: number): Scale {
  if (seconds < 4) return scaleTo(seconds);
  return endingOnLine(seconds, timeStep(seconds, MAX_LINES));
}

/** Seconds between the marks of the time axis of a run, of which there are at most so many. */
export function timeStep(seconds: number, marks: number): number {
  return TIME_STEPS_S.find((step) => seconds / step <= marks) ?? Math.ceil(seconds / marks / DAY_S) * DAY_S;
}

function endingOnLine(value: number, step: number): Scale {
  const lines = Math.max(1, Math.ceil(value / step - 1e-9));
  return { max: Number((lines * step).toPrecision(12)), step };
}

/** The marks of an axis, 0 included. */
export function marksOf({ max, step }: Scale): number[] {
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
}

/** Times on an axis in the one unit that suits it: `0`, `2`, `4 min`; the unit stands with the last one. */
export function timeMark(seconds: number, { max, step }: Scale): string {
  const [size, unit] = step % 3_600 === 0 ? [3_600, 'h'] : step % 60 === 0 ? [60, 'min'] : [1, 's'];
  return withLastUnit(seconds / size, unit, seconds + step > max + 1e-9);
}

/** Numbers on an axis; the unit stands with the last one. */
export function numberMark(value: number, { max, step }: Scale, unit: string): string {
  return withLastUnit(value, unit, value + step > max + 1e-9);
}

function withLastUnit(value: number, unit: string, isLast: boolean): string {
  const text = formatNumber(value, 4);
  if (!isLast || unit === '') return text;
  return unit.startsWith('/') ? `${text}${unit}` : `${text} ${unit}`;
}
