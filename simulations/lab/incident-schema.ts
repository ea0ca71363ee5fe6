import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { hint } from './nearest.ts';
import { MEASURES, type MeasureName } from './record.ts';

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;

function milliseconds(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return Math.round(Number(amount) * (MILLISECONDS[unit as keyof typeof MILLISECONDS] ?? Number.NaN));
}

/** Milliseconds as one would write them in an incident: "300ms", "90s", "5m". */
export function durationText(ms: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (ms > 0 && ms % MILLISECONDS[unit] === 0) return `${ms / MILLISECONDS[unit]}${unit}`;
  }
  return `${ms}ms`;
}

/** A duration as people write it; milliseconds once read. */
function duration(shortest: string, longest: string) {
  const expected = `expected a duration from ${shortest} to ${longest}, such as "${durationExample(longest)}"`;
  return z.string({ error: expected }).transform((text, context) => {
    const ms = milliseconds(text);
    if (ms >= milliseconds(shortest) && ms <= milliseconds(longest)) return ms;
    context.addIssue(expected);
    return z.NEVER;
  });
}

function durationExample(longest: string): string {
  return milliseconds(longest) > 60_000 ? '5m' : '5s';
}

function number(least: number, most: number) {
  const expected = `expected a number from ${least} to ${most}`;
  return z.number({ error: expected }).min(least, expected).max(most, expected);
}

function whole(least: number, most: number) {
  const expected = `expected a whole number from ${least} to ${most}`;
  return z.number({ error: expected }).int(expected).min(least, expected).max(most, expected);
}

/** Of calls, inputs, messages: all of them, unless another share is given. */
const share = number(0, 1).default(1);

/**
 * An object of these keys and no others. Of keys that it does not know the message has a line each, in their order.
 *
 * @param expected what to say where something else stands in its place
 */
function mapping<Shape extends z.ZodRawShape>(shape: Shape, expected?: string) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `is not a known key; ${hint(key, known)}`).join('\n')
        : (expected ?? `expected a mapping with the keys ${known.join(', ')}`),
  });
}

/** As {@link mapping}, with defaults for all that is left out. */
const section = <Shape extends z.ZodRawShape>(shape: Shape) => mapping(shape).prefault({} as never);

const CODES = Object.fromEntries(Object.entries(status).filter(([, code]) => typeof code === 'number' && code > 0));
const CODE_NAMES = Object.keys(CODES);

/** A gRPC status by its name; its number once read. */
const code = z
  .enum(CODE_NAMES, {
    error: ({ input }) => `"${input}" is not the name of a gRPC error status; ${hint(String(input), CODE_NAMES)}`,
  })
  .transform((name) => Number(CODES[name]));
const codes = z
  .array(code, { error: 'expected a list of gRPC statuses, such as [UNAVAILABLE, INTERNAL]' })
  .min(1, 'expected at least one gRPC status')
  .max(CODE_NAMES.length, `expected at most ${CODE_NAMES.length} gRPC statuses`);

const expectedModel = 'expected "ill" for the first model, "ill-2" for the second, "all", or the name of a model';
const model = z.string({ error: expectedModel }).regex(/^[a-z][a-z0-9-]{0,62}$/, expectedModel);
const replica = whole(1, 1_000);
const factor = number(1, 1_000);

/** A fault of one of those kinds, with what it needs to be told beyond its time. */
function fault<const Kind extends string, Shape extends z.ZodRawShape>(kinds: readonly Kind[], shape: Shape) {
  return mapping({
    kind: z.enum(kinds),
    /** Since the end of the calm. */
    at: duration('0s', '24h'),
    for: duration('100ms', '24h'),
    ...shape,
  });
}

const FAULTS = [
  fault(['model down', 'model hanging'], { model }),
  fault(['model slow'], { model, factor }),
  fault(['model late'], { model, median: duration('1ms', '10m'), p99: duration('1ms', '10m') }).refine(
    ({ median, p99 }) => median <= p99,
    { path: ['p99'], error: 'must not be shorter than the median' },
  ),
  fault(['model failing'], { model, share, codes: codes.prefault(['UNAVAILABLE']) }),
  fault(['model refusing inputs'], { model, share, codes: codes.prefault(['INVALID_ARGUMENT']) }),
  fault(['model answering garbage'], { model, share }),
  fault(['model flapping'], { model, period: duration('100ms', '1h') }),
  fault(['cache gone'], { forgets: z.boolean({ error: 'expected true or false' }).default(true) }),
  fault(['cache frozen', 'catalogue down', 'catalogue hanging', 'streams cut'], {}),
  fault(['cache slow', 'catalogue slow', 'publishes slow'], { delay: duration('1ms', '10m') }),
  fault(['publishes refused'], { share, code: code.prefault('UNAVAILABLE') }),
  fault(['publishes unconfirmed', 'acks lost', 'duplicates', 'reordering', 'poison flood'], { share }),
  fault(['replica crashed'], { replica }),
  fault(['replica crash-looping'], {
    replica,
    up: duration('1s', '1h').prefault('20s'),
    down: duration('1s', '1h').prefault('5s'),
  }),
  fault(['burst'], { factor }),
] as const;

/** Everything that can happen in an incident. */
export const FAULT_KINDS: readonly string[] = FAULTS.flatMap(({ shape }) => shape.kind.options);

const faults = z
  .array(
    z.discriminatedUnion('kind', FAULTS, {
      error({ code, input }) {
        if (code !== 'invalid_union')
          return 'expected a fault, such as { kind: model down, model: ill, at: 0s, for: 5m }';
        const kind = (input as { kind?: unknown }).kind;
        return typeof kind === 'string'
          ? `"${kind}" is no kind of fault; ${hint(kind, FAULT_KINDS)}`
          : 'expected a kind of fault';
      },
    }),
    { error: 'expected a list of faults' },
  )
  .min(1, 'expected at least one fault')
  .max(100, 'expected at most 100 faults');

const expectedBound = 'expected bounds, such as { atMost: 1.3 }';
const limit = number(0, 1_000_000).optional();
const bound = mapping({ atLeast: limit, atMost: limit }, expectedBound)
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, expectedBound)
  .refine(
    ({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }) => atLeast <= atMost,
    'atLeast must not be above atMost',
  );
const bounds = Object.fromEntries(Object.keys(MEASURES).map((name) => [name, bound.optional()])) as Record<
  MeasureName,
  z.ZodOptional<typeof bound>
>;

const orderly = 'must not be below min; where one of the two is left out, its default counts';

/** Within Pub/Sub's own limits: https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscription */
function subscription(min: string, max: string) {
  return section({
    ackDeadline: duration('10s', '10m').prefault('10s'),
    backoff: section({
      min: duration('0s', '10m').prefault(min),
      max: duration('0s', '10m').prefault(max),
    }).refine((backoff) => backoff.min <= backoff.max, { path: ['max'], error: orderly }),
  });
}

const expectedTitle = 'expected one line of 1 to 100 characters';
const expectedAbout = 'expected a text of 1 to 2000 characters';
const expectedStrategy =
  'expected the name of a strategy, such as "eddy", or with a number of replicas, "memory-cache@1"';

export const incidentSchema = mapping(
  {
    title: z.string({ error: expectedTitle }).regex(/^[^\n\r]{1,100}$/, expectedTitle),
    /** What happens, and what it teaches. */
    about: z
      .string({ error: expectedAbout })
      .transform((text) => text.replace(/\s+/g, ' ').trim())
      .refine((text) => text.length >= 1 && text.length <= 2_000, expectedAbout),
    /** Before the first fault. */
    calm: duration('0s', '24h').prefault('1m'),
    /** After the last fault; the load goes on. */
    after: duration('1s', '24h').prefault('5m'),
    /** Events per second. */
    rate: number(0.1, 1_000).default(5),
    replicas: whole(1, 1_000).default(3),
    /** How many, where a configuration does not name them. */
    models: whole(1, 100).default(5),
    /** Shares of what is published: edits of listed items, events sent twice, messages that are no valid events. */
    workload: section({
      edits: number(0, 1).default(0),
      repeats: number(0, 1).default(0),
      invalid: number(0, 0.9).default(0),
    }),
    /** What each model is like. */
    model: section({
      /** Of one input, median; a batch gains nothing. */
      latency: duration('1ms', '10s').prefault('50ms'),
      /** One call at a time each. They scale as by a HorizontalPodAutoscaler: `target` is the utilisation it aims at. */
      pods: section({
        min: whole(1, 1_000).default(1),
        max: whole(1, 1_000).default(4),
        step: whole(1, 1_000).default(4),
        target: number(0.1, 1).default(0.7),
        lag: duration('0s', '1h').prefault('30s'),
        every: duration('1s', '1h').prefault('15s'),
      }).refine((pods) => pods.min <= pods.max, { path: ['max'], error: orderly }),
    }),
    subscriptions: section({ items: subscription('10s', '1m'), backlog: subscription('1s', '10s') }),
    faults,
    /** What must hold, by strategy. */
    expect: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,62}(@[1-9]\d{0,3})?$/, expectedStrategy), mapping(bounds), {
        error: 'expected strategies with the bounds of their measures, such as { eddy: { lost: { atMost: 0 } } }',
      })
      .default({}),
  },
  'expected an incident: a mapping with the keys title, about, faults and others',
).refine((incident) => lastsMs(incident) <= DAY_MS, {
  path: [],
  error: 'takes more than 24h from the begin of the calm to the end of what comes after the last fault',
});

const DAY_MS = milliseconds('24h');

interface Times {
  readonly calm: number;
  readonly after: number;
  readonly faults: readonly { readonly at: number; readonly for: number }[];
}

/** How long events are published, in milliseconds. */
export function lastsMs({ calm, after, faults }: Times): number {
  return calm + Math.max(...faults.map((fault) => fault.at + fault.for)) + after;
}

/** An incident as its file tells it: durations in milliseconds, codes as numbers, defaults filled in. */
export type IncidentSettings = z.output<typeof incidentSchema>;
export type IncidentFault = IncidentSettings['faults'][number];
