// Numbers for people. What is not known is a dash.

const DASH = '–';
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** @param {number | null} value */
export function count(value) {
  return value === null ? DASH : whole.format(value);
}

/** @param {number | null} perSecond */
export function rate(perSecond) {
  if (perSecond === null) return DASH;
  return `${perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1) : whole.format(perSecond)}/s`;
}

/** @param {number | null} part 0 to 1 */
export function share(part) {
  return part === null ? DASH : `${whole.format(part * 100)} %`;
}

/** @param {number | null} ms */
export function milliseconds(ms) {
  if (ms === null) return DASH;
  return ms < 1_000 ? `${ms < 9.95 ? ms.toFixed(1) : whole.format(ms)} ms` : duration(ms);
}

/** @param {number} ms */
export function duration(ms) {
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/**
 * In how long nothing will be owed.
 *
 * @param {number | null} seconds
 * @param {number | null} owed
 */
export function drain(seconds, owed) {
  if (owed === 0) return 'nothing owed';
  if (seconds === null) return 'not shrinking yet';
  return seconds < 1 ? 'drained in a moment' : `drained in ${duration(seconds * 1_000)}`;
}

/** @param {number} probability 0 to 1 */
export function score(probability) {
  return probability.toFixed(2);
}

/** @param {number} atMs */
export function time(atMs) {
  return clock.format(atMs);
}

/**
 * How many events a dot stands for, so that there are at most so many dots a second.
 *
 * @param {number} perSecond
 * @param {number} most
 */
export function eventsPerDot(perSecond, most) {
  for (let magnitude = 1; ; magnitude *= 10) {
    for (const step of [1, 2, 5]) if (perSecond / (step * magnitude) <= most) return step * magnitude;
  }
}
