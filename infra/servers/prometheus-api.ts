import { z } from 'zod';

/** A value of a series at one time. */
export interface Sample {
  /** With `__name__`, where the expression leaves the metric its name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

export interface Alert {
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly activeAtMs: number;
  readonly value: number;
}

interface AnyRule {
  readonly group: string;
  /** Where Prometheus has read it. */
  readonly file: string;
  /** Of the alert, or of the series that is recorded. */
  readonly name: string;
  /** As Prometheus writes it, which is not letter by letter as it was read. */
  readonly query: string;
  /** `unknown` until it was evaluated. */
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError: string | undefined;
}

export type Rule =
  | (AnyRule & { readonly kind: 'recording' })
  | (AnyRule & {
      readonly kind: 'alerting';
      readonly state: 'inactive' | 'pending' | 'firing';
      readonly forMs: number;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    });

export interface ScrapedTarget {
  readonly labels: Readonly<Record<string, string>>;
  /** `host:port`. */
  readonly address: string;
  /** `unknown` until it was scraped. */
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

/** What can be asked of a Prometheus. Each answer is checked, and waited for 10 seconds at the longest. */
export interface PrometheusApi {
  /**
   * The value of an expression now, or at another time: a vector's samples, none where it is empty; a scalar is one sample
   * without labels.
   *
   * @throws PrometheusError naming the expression
   */
  query(expr: string, atMs?: number): Promise<Sample[]>;
  /** Its values from one time to another, both included. @throws PrometheusError naming the expression */
  queryRange(expr: string, fromMs: number, toMs: number, stepMs: number): Promise<Series[]>;
  alerts(): Promise<Alert[]>;
  rules(): Promise<Rule[]>;
  targets(): Promise<ScrapedTarget[]>;
}

/** Prometheus did not answer, refused, or answered something else than its API says. */
export class PrometheusError extends Error {
  override readonly name = 'PrometheusError';
}

const TIMEOUT_MS = 10_000;

const labels = z.record(z.string(), z.string());
/** Prometheus writes numbers as text, as JSON has neither NaN nor infinity. */
const number = z.string().transform((text, context) => {
  if (text === 'NaN') return Number.NaN;
  if (/^[+-]Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (text === '' || Number.isNaN(value)) context.addIssue(`expected a number, got "${text}"`);
  return value;
});
const time = z.string().transform((text) => Date.parse(text));
const point = z.tuple([z.number(), number]).transform(([seconds, value]) => ({ atMs: seconds * 1_000, value }));

const instant = z.discriminatedUnion('resultType', [
  z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z
        .object({ metric: labels, value: point })
        .transform(({ metric, value }): Sample => ({ labels: metric, ...value })),
    ),
  }),
  z.object({
    resultType: z.literal('scalar'),
    result: point.transform((value): Sample[] => [{ labels: {}, ...value }]),
  }),
]);
const range = z.object({
  resultType: z.literal('matrix'),
  result: z.array(
    z
      .object({ metric: labels, values: z.array(point) })
      .transform(({ metric, values }): Series => ({ labels: metric, points: values })),
  ),
});
const alerts = z.object({
  alerts: z.array(
    z
      .object({ state: z.enum(['pending', 'firing']), labels, annotations: labels, activeAt: time, value: number })
      .transform(
        ({ activeAt, ...rest }): Alert => ({ name: rest.labels['alertname'] ?? '', activeAtMs: activeAt, ...rest }),
      ),
  ),
});
const anyRule = {
  name: z.string(),
  query: z.string(),
  health: z.enum(['ok', 'err', 'unknown']),
  lastError: z.string().optional(),
};
const rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      rules: z.array(
        z.discriminatedUnion('type', [
          z.object({ ...anyRule, type: z.literal('recording') }),
          z.object({
            ...anyRule,
            type: z.literal('alerting'),
            state: z.enum(['inactive', 'pending', 'firing']),
            duration: z.number(),
            labels: labels.optional(),
            annotations: labels.optional(),
          }),
        ]),
      ),
    }),
  ),
});
const targets = z.object({
  activeTargets: z.array(
    z
      .object({
        labels,
        scrapeUrl: z.url(),
        health: z.enum(['up', 'down', 'unknown']),
        lastError: z.string(),
      })
      .transform(({ scrapeUrl, ...rest }): ScrapedTarget => ({ ...rest, address: new URL(scrapeUrl).host })),
  ),
});
const answer = z.union([
  z.object({ status: z.literal('success'), data: z.unknown() }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/** @param url such as `http://127.0.0.1:9090` */
export function connectPrometheus(url: string): PrometheusApi {
  /** @param what for errors: the expression, or what else was asked for */
  async function ask<T>(path: string, schema: z.ZodType<T>, what: string, form?: Record<string, string>): Promise<T> {
    const failed = (reason: string, cause?: unknown) =>
      new PrometheusError(`Prometheus at ${url} can't answer ${what}: ${reason}`, { cause });
    let body: unknown;
    try {
      const response = await fetch(new URL(path, url), {
        ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // A refusal is JSON too.
      body = await response.json();
    } catch (cause) {
      const { name, message, cause: reason } = cause as Error;
      if (name === 'TimeoutError') throw failed(`no answer within ${TIMEOUT_MS} ms`, cause);
      throw failed(reason instanceof Error ? `${message}: ${reason.message}` : message, cause);
    }
    const parsed = answer.safeParse(body);
    if (!parsed.success) throw failed(`not an answer of its API: ${z.prettifyError(parsed.error)}`);
    if (parsed.data.status === 'error') throw failed(`${parsed.data.errorType}: ${parsed.data.error}`);
    const data = schema.safeParse(parsed.data.data);
    if (!data.success) throw failed(`not an answer of its API: ${z.prettifyError(data.error)}`);
    return data.data;
  }

  return {
    async query(expr, atMs) {
      const form = { query: expr, ...(atMs === undefined ? {} : { time: seconds(atMs) }) };
      return (await ask('/api/v1/query', instant, quoted(expr), form)).result;
    },
    async queryRange(expr, fromMs, toMs, stepMs) {
      const form = { query: expr, start: seconds(fromMs), end: seconds(toMs), step: seconds(stepMs) };
      return (await ask('/api/v1/query_range', range, quoted(expr), form)).result;
    },
    alerts: async () => (await ask('/api/v1/alerts', alerts, 'which alerts there are')).alerts,
    async rules() {
      const { groups } = await ask('/api/v1/rules', rules, 'which rules there are');
      return groups.flatMap(({ name: group, file, rules: found }) =>
        found.map((rule): Rule => {
          const { name, query, health, lastError } = rule;
          const any: AnyRule = { group, file, name, query, health, lastError };
          if (rule.type === 'recording') return { ...any, kind: 'recording' };
          const { state, duration, labels: own = {}, annotations = {} } = rule;
          return { ...any, kind: 'alerting', state, forMs: duration * 1_000, labels: own, annotations };
        }),
      );
    },
    targets: async () => (await ask('/api/v1/targets?state=active', targets, 'what it scrapes')).activeTargets,
  };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

function quoted(expr: string): string {
  return `"${expr.replaceAll(/\s+/g, ' ').trim()}"`;
}
