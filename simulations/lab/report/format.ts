import { type Bound, MEASURES, type MeasureName } from '../record.ts';

/** What stands where there is no value. */
export const NONE = '–';

const MINUTE = 60;
const HOUR = 3_600;

/** A number with at most three significant digits; `–` where there is none. */
export function formatNumber(value: number | null, digits = 3): string {
  if (value === null || Number.isNaN(value)) return NONE;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (value !== 0 && Math.abs(value) < 0.001 && digits <= 3) return value > 0 ? '<0.001' : '>-0.001';
  // `+ 0` turns the negative zero into zero.
  return (value + 0).toLocaleString('en', { maximumSignificantDigits: digits });
}

/**
 * A time as people say it: `1.2 s`, `3 min 20 s`, `12 min`, `1 h 5 min`.
 *
 * @param value seconds
 */
export function formatDuration(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return formatNumber(value);
  if (value < 0) return `-${formatDuration(-value)}`;
  if (Number(value.toPrecision(3)) < MINUTE) return `${formatNumber(value)} s`;
  if (Math.round(value) < 10 * MINUTE) return twoUnits(Math.round(value), MINUTE, 'min', 's');
  const minutes = Math.round(value / MINUTE);
  return minutes < MINUTE ? `${minutes} min` : twoUnits(minutes, HOUR / MINUTE, 'h', 'min');
}

function twoUnits(value: number, size: number, large: string, small: string): string {
  const rest = value % size;
  return `${Math.floor(value / size).toLocaleString('en')} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** A measure's value with its unit: `1.04 × ideal`, `3 min 20 s`. */
export function formatMeasure(name: MeasureName, value: number | null, digits = 3): string {
  const { unit } = MEASURES[name];
  if (value === null) return NONE;
  if (unit === 's' && digits <= 3) return formatDuration(value);
  return withUnit(formatNumber(value, digits), unit);
}

/** A measure's value where the unit stands in the row's heading; a time keeps its unit, which varies. */
export function formatCell(name: MeasureName, value: number | null): string {
  return MEASURES[name].unit === 's' ? formatMeasure(name, value) : formatNumber(value);
}

/** A measure's title, with the unit that `formatCell` leaves out. */
export function headingOf(name: MeasureName): string {
  const { title, unit } = MEASURES[name];
  return unit === 's' || unit === '' ? title : `${title}, ${unit}`;
}

/** `at most 1.3`, `at least 0.9`, `from 0.9 to 1.1`, `exactly 0`. */
export function formatBound(name: MeasureName, { atLeast, atMost }: Bound): string {
  const say = (value: number) => formatCell(name, value);
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost ? `exactly ${say(atMost)}` : `from ${say(atLeast)} to ${say(atMost)}`;
  if (atMost !== undefined) return `at most ${say(atMost)}`;
  return atLeast === undefined ? 'unbounded' : `at least ${say(atLeast)}`;
}

/** A measure's value, with as many digits as it takes to tell it from the end of the bound that it misses. */
export function formatAgainst(name: MeasureName, value: number | null, { atLeast, atMost }: Bound): string {
  if (value === null) return NONE;
  const missed = atMost !== undefined && value > atMost ? atMost : atLeast;
  for (let digits = 3; missed !== undefined && missed !== value && digits < 9; digits++) {
    const said = formatMeasure(name, value, digits);
    if (said !== formatMeasure(name, missed, digits)) return said;
  }
  return formatMeasure(name, value);
}

/** Whether two values look alike where they are shown. */
export function lookAlike(name: MeasureName, a: number, b: number): boolean {
  return formatCell(name, a) === formatCell(name, b);
}

function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text} ${unit}`;
}
