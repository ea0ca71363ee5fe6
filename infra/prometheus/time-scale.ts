import { parse, stringify } from 'yaml';
import { z } from 'zod';

const UNITS_MS = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
} as const;
const DURATION = /(\d+)(ms|[smhdwy])/g;
const isDuration = /^(?:\d+(?:ms|[smhdwy]))+$/;

/** The least that is made of a duration: Prometheus knows no shorter one than a millisecond. */
const LEAST_MS = 1;

const ruleFile = z.object({
  groups: z.array(
    z.looseObject({
      interval: z.string().optional(),
      rules: z.array(
        z.looseObject({ expr: z.string(), for: z.string().optional(), keep_firing_for: z.string().optional() }),
      ),
    }),
  ),
});

/**
 * A file of Prometheus' rules in which time passes faster: every `for`, every interval, and in the expressions every
 * range, step of a subquery and offset is divided by `timeScale`. An incident of an hour can then be rehearsed in a
 * minute. Rates, being per second, and thresholds stay what they are.
 *
 * @param timeScale above 0; 60 makes seconds of minutes
 * @throws RangeError for another scale; Error when the text is no file of rules
 */
export function scaleRules(yaml: string, timeScale: number): string {
  if (!(timeScale > 0 && Number.isFinite(timeScale))) {
    throw new RangeError(`expected a time scale above 0, got ${timeScale}`);
  }
  const file = ruleFile.parse(parse(yaml));
  const scale = (duration: string) => scaleDuration(duration, timeScale);
  for (const group of file.groups) {
    if (group.interval !== undefined) group.interval = scale(group.interval);
    for (const rule of group.rules) {
      if (rule.for !== undefined) rule.for = scale(rule.for);
      if (rule.keep_firing_for !== undefined) rule.keep_firing_for = scale(rule.keep_firing_for);
      rule.expr = scaleExpression(rule.expr, timeScale);
    }
  }
  return stringify(file, { aliasDuplicateObjects: false });
}

/** Strings, which are left alone; what stands in brackets, which is a range or a subquery; and offsets. */
const TIMES = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*|\[[^\]]*\]|\boffset\s+-?\s*[0-9a-z]+/g;

/** An expression in which all ranges, subqueries and offsets are divided by `timeScale`. */
export function scaleExpression(expr: string, timeScale: number): string {
  return expr.replace(TIMES, (found) =>
    /^["'`#]/.test(found)
      ? found
      : found.replace(/(?:\d+(?:ms|[smhdwy]))+/g, (duration) => scaleDuration(duration, timeScale)),
  );
}

/** Every range of an expression, of subqueries the outer one, in milliseconds. */
export function rangesMs(expr: string): number[] {
  return [...expr.matchAll(TIMES)]
    .filter(([found]) => found.startsWith('['))
    .map(([found]) => durationMs(found.slice(1, -1).split(':')[0]!.trim()));
}

/** Milliseconds of a duration as Prometheus writes it: `5m`, `1h30m`. */
export function durationMs(duration: string): number {
  if (!isDuration.test(duration)) throw new RangeError(`expected a duration such as 5m or 1h30m, got "${duration}"`);
  let ms = 0;
  for (const [, amount, unit] of duration.matchAll(DURATION)) {
    ms += Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
  }
  return ms;
}

function scaleDuration(duration: string, timeScale: number): string {
  const ms = durationMs(duration);
  return ms === 0 ? '0s' : `${Math.max(LEAST_MS, Math.round(ms / timeScale))}ms`;
}
