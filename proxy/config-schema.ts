import { z } from 'zod';

/** The parts of an item that a model may read; together they are its cache key. */
export const ITEM_FIELDS = ['title', 'description', 'category', 'price', 'imageUrls', 'sellerId'] as const;
export type ItemField = (typeof ITEM_FIELDS)[number];

/** What the proxy can fetch for the models: the names of the enrichment sources. */
export const SOURCES = ['seller'] as const;
export type Source = (typeof SOURCES)[number];

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A duration as people write it, "300ms" or "1.5s"; milliseconds once read. */
const expectedDuration = 'expected a duration such as "300ms", "5s", "10m", "24h" or "7d"';
const durationUpTo = (longestMs: number, longest: string) =>
  z
    .string({ error: expectedDuration })
    .regex(DURATION, expectedDuration)
    .transform((text) => {
      const [, amount, unit] = DURATION.exec(text) as unknown as [string, string, keyof typeof MILLISECONDS];
      return Math.round(Number(amount) * MILLISECONDS[unit]);
    })
    .refine((ms) => ms >= 1 && ms <= longestMs, `expected 1ms to ${longest}`);
const duration = durationUpTo(3_600_000, '1h');
const longDuration = durationUpTo(366 * 86_400_000, '366d');

const share = z.number().min(0).max(1);
const count = z.number().int().min(1);
const bytesInFlight = count
  .default(128 * 1_048_576)
  .describe('Bytes of messages that are worked on at one time; what comes beyond goes back to the queue at once.');
const portNumber = z.number().int().min(0).max(65_535);
/** A number, or the digits that an environment variable holds. */
const port = z.union(
  [
    portNumber,
    z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(portNumber),
  ],
  {
    error: 'expected a port, 0 to 65535',
  },
);
const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and hyphens');
const target = z.string().min(1).describe('A gRPC target: "dns:///weapons:50051" or "127.0.0.1:50051".');

/** A default for a whole section: what the section becomes when it is left out. */
const section = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never);

const verdictOrBaseline = z.union([z.enum(['PASS', 'REVIEW']), z.strictObject({ baseline: share })], {
  error: 'expected PASS, REVIEW or { baseline: a number from 0 to 1 }',
});

const model = z.strictObject({
  topic: name.describe('The violation topic that this model judges; one model a topic.'),
  target,
  reads: z.array(z.enum(ITEM_FIELDS)).min(1).describe("The item's fields that the model sees: they are its cache key."),
  needs: z.array(z.enum(SOURCES)).default([]).describe('What must be fetched for it.'),
  when: section({
    events: z
      .array(z.enum(['LISTED', 'UPDATED', 'DELISTED']))
      .min(1)
      .default(['LISTED', 'UPDATED']),
    categories: z.array(z.string().min(1)).optional().describe('Only items of these categories or below them.'),
    exceptCategories: z.array(z.string().min(1)).default([]).describe('Not items of these categories or below them.'),
  }),
  timeout: duration.prefault('300ms').describe('The longest that one call may take.'),
  batch: section({
    max: count.max(1_000).default(32).describe('Inputs per call.'),
    maxBytes: count.default(1_048_576).describe('Bytes per call; a single larger input still goes, alone.'),
  }),
  concurrency: section({
    initial: count.max(1_000).default(8).describe('Calls at one time, at the start and after the slow start.'),
    max: count.max(1_000).default(64),
  }),
  queue: count
    .default(2_000)
    .describe(
      'Inputs of live items that may wait for a free call; more are pending at once. What the backlog brings waits within its own bound, backlog.maxInFlight.',
    ),
  breaker: section({
    failureRate: share.default(0.5),
    window: duration.prefault('10s'),
    minimumCalls: count.default(20),
    reset: duration.prefault('5s').describe('How long it stays open before it lets one call through.'),
  }),
  policy: z.strictObject({
    review: share,
    remove: share,
    whilePending: verdictOrBaseline.default('PASS').describe('Stands in for a score that is still owed.'),
    whenFailed: verdictOrBaseline.default('REVIEW').describe('Stands in for a score that will never come.'),
  }),
});

export const configSchema = z
  .strictObject({
    pubsub: z.strictObject({
      project: z.string().min(1),
      topics: section({
        decisions: z.string().min(1).default('moderation-decisions'),
        backlog: z.string().min(1).default('moderation-backlog'),
        quarantine: z.string().min(1).default('moderation-quarantine'),
        deadLetter: z.string().min(1).default('moderation-dead-letter'),
      }),
      subscriptions: section({
        items: z.string().min(1).default('item-events-proxy'),
        backlog: z.string().min(1).default('moderation-backlog-proxy'),
      }),
      ackDeadline: duration.prefault('1m').describe('The longest that a message is leased, extensions included.'),
      publishTimeout: duration.prefault('5s').describe('The longest that the broker may take to confirm a publish.'),
      maxPublishesInFlight: count.default(10_000),
      decisionEncoding: z.enum(['json', 'protobuf']).default('json'),
    }),
    items: section({
      budget: duration.prefault('2s').describe('The longest that one pass of an item may take before it is decided.'),
      maxInFlight: count.default(500).describe('Messages that are worked on at one time.'),
      maxBytesInFlight: bytesInFlight,
    }),
    backlog: section({
      mode: z.enum(['combined', 'per-model']).default('combined'),
      budget: duration
        .prefault('15s')
        .describe(
          'How long a pass may take; what it brings waits so long for its turn at a model that has much to catch up on.',
        ),
      maxInFlight: count.default(200),
      maxBytesInFlight: bytesInFlight,
      maxAge: longDuration.prefault('1d').describe('Counted from the first entry; older is given up.'),
      maxAttempts: count.default(1_000).describe('Times that one model is asked for one item before it is given up.'),
      share: share
        .min(0.01)
        .default(0.2)
        .describe("The backlog's part of a model's calls while live traffic waits for the same model."),
    }),
    cache: section({
      kind: z.enum(['redis', 'memory', 'none']).default('memory'),
      url: z.string().min(1).optional().describe('redis:// or rediss://; needed for kind redis.'),
      timeout: duration.prefault('15ms').describe('The longest that one cache command may take before it is bypassed.'),
      ttl: longDuration.prefault('1d'),
      maxEntries: count
        .default(100_000)
        .describe('What each replica keeps in memory: revisions in any case, predictions too where kind is memory.'),
    }),
    enrichment: section({
      seller: z
        .strictObject({
          target,
          timeout: duration.prefault('300ms'),
          ttl: longDuration.prefault('10m').describe('How long a profile is used before it is fetched again.'),
          maxEntries: count.default(50_000),
          concurrency: count.default(64).describe('Calls at one time; more wait within the timeout.'),
        })
        .optional(),
    }),
    models: z.record(name, model).refine((models) => Object.keys(models).length > 0, 'expected at least one model'),
    http: section({ host: z.string().min(1).default('127.0.0.1'), port: port.default(8_080) }),
    grpc: section({ host: z.string().min(1).default('127.0.0.1'), port: port.default(50_050) }),
    shutdown: section({
      drain: duration.prefault('10s').describe('How long messages in work may take to finish before they are nacked.'),
    }),
    log: section({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }),
  })
  .describe('The configuration of the Eddy proxy.');

/** The whole configuration, read: durations in milliseconds, defaults filled in. */
export type Config = z.output<typeof configSchema>;
export type ModelConfig = Config['models'][string];
export type Policy = ModelConfig['policy'];
