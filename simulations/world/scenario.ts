import { status } from '@grpc/grpc-js';
import { relationFaults } from '../../proxy/config-relations.ts';
import { configSchema, ITEM_FIELDS } from '../../proxy/config-schema.ts';
import type { Role } from '../../proxy/proxy.ts';
import type { ModelTraits } from './model.ts';
import { createRandom, type Random } from './random.ts';
import type { Fault, FaultKind, Load, ScheduledFault, Setting } from './setting.ts';
import { CATEGORIES } from './workload.ts';
import type { Scenario } from './world.ts';

/** Draws a configuration, a workload and a schedule of faults. */
export function drawScenario(seed: number): Scenario {
  const random = createRandom(`scenario ${seed}`);
  const setting = drawSetting(random.fork('setting'));
  const load = drawLoad(random.fork('load'));
  return { seed, setting, load, faults: drawFaults(setting, load, random.fork('faults')) };
}

const NAMES = ['weapons', 'money', 'counterfeit', 'drugs', 'adult', 'animals'];

function drawSetting(random: Random): Setting {
  const names = NAMES.slice(0, random.integer(1, NAMES.length));
  const hasSeller = random.chance(0.7);
  const models = Object.fromEntries(names.map((name) => [name, drawModel(name, hasSeller, random)]));
  const replicas = random.pick([1, 1, 2, 2, 3, 4]);
  const areSplit = replicas > 1 && random.chance(0.2);
  const roles: Role[] = Array.from({ length: replicas }, (_, index) =>
    areSplit ? (index % 2 ? 'backlog' : 'items') : 'all',
  );
  const maxAge = random.chance(0.15) ? `${random.integer(20, 90)}s` : '6h';
  const config = configSchema.parse({
    pubsub: {
      project: 'world',
      publishTimeout: '5s',
      ackDeadline: '1m',
      decisionEncoding: random.pick(['json', 'protobuf']),
    },
    items: { budget: `${random.pick([1_500, 2_000, 4_000])}ms`, maxInFlight: random.pick([100, 500]) },
    backlog: {
      mode: random.pick(['combined', 'per-model']),
      budget: '5s',
      maxInFlight: random.pick([20, 200]),
      maxAge,
      maxAttempts: random.chance(0.1) ? random.integer(3, 8) : 1_000,
      share: random.pick([0.05, 0.2, 0.5]),
    },
    cache: {
      kind: random.pick(['redis', 'redis', 'redis', 'redis', 'memory', 'none']),
      url: 'redis://simulated',
      ttl: '1d',
    },
    ...(hasSeller
      ? { enrichment: { seller: { target: 'catalogue', timeout: '300ms', ttl: random.pick(['10s', '10m']) } } }
      : {}),
    models,
    shutdown: { drain: random.pick(['2s', '10s']) },
  });
  const faults = relationFaults(config);
  if (faults.length > 0) throw new Error(`a configuration was drawn that can't be: ${JSON.stringify(faults)}`);
  const minimumBackoffMs = random.pick([1_000, 5_000]);
  return {
    config,
    roles,
    models: names.map((name) => traitsOf(name, config.models[name]!, random)),
    subscriptions: {
      items: {
        ackDeadlineMs: random.pick([10_000, 30_000]),
        retryPolicy: { minimumBackoffMs: 1_000, maximumBackoffMs: random.pick([5_000, 20_000]) },
      },
      backlog: {
        ackDeadlineMs: random.pick([10_000, 60_000]),
        retryPolicy: { minimumBackoffMs, maximumBackoffMs: minimumBackoffMs * random.integer(1, 12) },
      },
    },
  };
}

function drawModel(name: string, hasSeller: boolean, random: Random) {
  const initial = random.pick([1, 4, 8]);
  const timeout = random.pick([100, 300, 800]);
  return {
    topic: `about-${name}`,
    target: name,
    reads: random.pick([['title'], ['title', 'description', 'category'], [...ITEM_FIELDS]]),
    needs: hasSeller && random.chance(0.4) ? ['seller'] : [],
    when: {
      events: random.pick([['LISTED', 'UPDATED'], ['LISTED', 'UPDATED'], ['LISTED']]),
      ...(random.chance(0.2) ? { categories: [random.pick(CATEGORIES.filter(Boolean))] } : {}),
      ...(random.chance(0.2) ? { exceptCategories: [random.pick(CATEGORIES.filter(Boolean))] } : {}),
    },
    timeout: `${timeout}ms`,
    batch: { max: random.pick([1, 4, 32]), maxBytes: random.pick([2_000, 1_048_576]) },
    concurrency: { initial, max: initial * random.pick([1, 2, 8]) },
    queue: random.pick([50, 2_000]),
    breaker: {
      failureRate: random.pick([0.3, 0.5, 0.9]),
      window: random.pick(['5s', '10s']),
      minimumCalls: random.pick([3, 10, 20]),
      reset: random.pick(['1s', '5s']),
    },
    policy: {
      review: 0.7,
      remove: 0.9,
      whilePending: random.pick(['PASS', 'REVIEW', { baseline: 0.95 }]),
      whenFailed: random.pick(['PASS', 'REVIEW', { baseline: 0.1 }]),
    },
  };
}

function traitsOf(
  name: string,
  { reads, needs, timeout }: Setting['config']['models'][string],
  random: Random,
): ModelTraits {
  return { name, reads, needs, servers: random.integer(4, 16), serviceMs: random.between(3, timeout / 10) };
}

function drawLoad(random: Random): Load {
  return {
    durationMs: random.integer(45, 120) * 1_000,
    rate: random.between(5, 25),
    edits: random.pick([0.1, 0.3, 0.5]),
    delistings: random.pick([0.05, 0.3]),
    repeats: random.pick([0, 0.05]),
    disorder: random.pick([0, 0.1]),
    invalid: random.pick([0, 0.02]),
  };
}

const ALL_CODES = Array.from({ length: 16 }, (_, code) => code + 1);

/** Every kind of fault, and how it is drawn; undefined where the setting has nothing that it could strike. */
const DRAWS: Readonly<Record<FaultKind, (setting: Setting, random: Random) => Fault | undefined>> = {
  'model down': (setting, random) => ({ kind: 'model down', model: anyModel(setting, random) }),
  'model hanging': (setting, random) => ({ kind: 'model hanging', model: anyModel(setting, random) }),
  'model slow': (setting, random) => ({
    kind: 'model slow',
    model: anyModel(setting, random),
    factor: random.between(3, 60),
  }),
  'model failing': (setting, random) => ({
    kind: 'model failing',
    model: anyModel(setting, random),
    share: random.pick([0.05, 0.3, 0.9, 1]),
    codes: random.chance(0.5)
      ? [random.pick(ALL_CODES)]
      : [status.UNAVAILABLE, status.INTERNAL, status.RESOURCE_EXHAUSTED],
  }),
  'model refusing inputs': (setting, random) => ({
    kind: 'model refusing inputs',
    model: anyModel(setting, random),
    share: random.pick([0.05, 0.5, 1]),
    codes: [random.pick(ALL_CODES)],
  }),
  'model answering garbage': (setting, random) => ({
    kind: 'model answering garbage',
    model: anyModel(setting, random),
    share: random.pick([0.1, 1]),
  }),
  'model flapping': (setting, random) => ({
    kind: 'model flapping',
    model: anyModel(setting, random),
    periodMs: random.integer(200, 4_000),
  }),
  'model deployed': (setting, random) => ({
    kind: 'model deployed',
    model: anyModel(setting, random),
    version: `v${random.integer(2, 9)}`,
  }),
  'cache gone': ({ config }, random) =>
    isShared(config) ? { kind: 'cache gone', forgets: random.chance(0.5) } : undefined,
  'cache frozen': ({ config }) => (isShared(config) ? { kind: 'cache frozen' } : undefined),
  'cache losing entries': ({ config }, random) =>
    isShared(config) ? { kind: 'cache losing entries', share: random.pick([0.05, 0.5, 1]) } : undefined,
  'cache slow': ({ config }, random) =>
    isShared(config) ? { kind: 'cache slow', delayMs: random.pick([5, 14, 30]) } : undefined,
  'catalogue down': ({ config }) => (config.enrichment.seller ? { kind: 'catalogue down' } : undefined),
  'catalogue hanging': ({ config }) => (config.enrichment.seller ? { kind: 'catalogue hanging' } : undefined),
  'catalogue slow': ({ config }, random) =>
    config.enrichment.seller ? { kind: 'catalogue slow', delayMs: random.pick([100, 290, 1_000]) } : undefined,
  'publishes refused': (_setting, random) => ({
    kind: 'publishes refused',
    share: random.pick([0.1, 0.5, 1]),
    code: random.pick([status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.PERMISSION_DENIED, status.NOT_FOUND]),
  }),
  'publishes slow': (_setting, random) => ({ kind: 'publishes slow', delayMs: random.pick([500, 3_000, 6_000]) }),
  'publishes unconfirmed': (_setting, random) => ({ kind: 'publishes unconfirmed', share: random.pick([0.1, 0.5, 1]) }),
  'acks lost': (_setting, random) => ({ kind: 'acks lost', share: random.pick([0.05, 0.5]) }),
  duplicates: (_setting, random) => ({ kind: 'duplicates', share: random.pick([0.05, 0.5]) }),
  reordering: (_setting, random) => ({ kind: 'reordering', share: random.pick([0.1, 0.8]) }),
  'streams cut': () => ({ kind: 'streams cut' }),
  'replica crashed': ({ roles }, random) => ({ kind: 'replica crashed', replica: random.integer(0, roles.length - 1) }),
  'replica restarted': ({ roles }, random) => ({
    kind: 'replica restarted',
    replica: random.integer(0, roles.length - 1),
  }),
  'clock jumped': ({ roles }, random) => ({
    kind: 'clock jumped',
    replica: random.integer(0, roles.length - 1),
    byMs: random.pick([-1, 1]) * random.integer(1, 300) * 1_000,
  }),
  burst: (_setting, random) => ({ kind: 'burst', factor: random.between(2, 10) }),
};

export const FAULT_KINDS = Object.keys(DRAWS) as FaultKind[];
const MODEL_FAULT_KINDS = FAULT_KINDS.filter((kind) => kind.startsWith('model'));
const REPLICA_FAULT_KINDS = FAULT_KINDS.filter((kind) => kind.startsWith('replica'));

/** Much of what can go wrong needs two ill models at one time, or a replica that ends while they are ill. */
function drawKind(random: Random): FaultKind {
  if (random.chance(0.4)) return random.pick(MODEL_FAULT_KINDS);
  return random.pick(random.chance(0.25) ? REPLICA_FAULT_KINDS : FAULT_KINDS);
}

function isShared({ cache }: Setting['config']): boolean {
  return cache.kind === 'redis';
}

function anyModel({ models }: Setting, random: Random): string {
  return random.pick(models).name;
}

/** What a fault changes, and its end makes whole again. */
function targetOf(fault: Fault): string {
  if ('model' in fault) return `model ${fault.model}`;
  if ('replica' in fault) return `replica ${fault.replica}`;
  return fault.kind.split(' ')[0]!;
}

/** What is beyond the capacity, at the time or when a replica is back, is late through no model's fault. */
function longestOf(fault: Fault): number {
  if (fault.kind === 'burst') return 4_000;
  return 'replica' in fault ? 15_000 : Number.POSITIVE_INFINITY;
}

function overlap(a: ScheduledFault, b: ScheduledFault): boolean {
  return a.atMs < b.atMs + b.forMs && b.atMs < a.atMs + a.forMs;
}

function drawFaults(setting: Setting, { durationMs }: Load, random: Random): ScheduledFault[] {
  const faults: ScheduledFault[] = [];
  for (let left = random.integer(2, 10); left > 0; left--) {
    const fault = DRAWS[drawKind(random)](setting, random);
    if (!fault) continue;
    const atMs = random.integer(0, durationMs * 0.7);
    const longestMs = Math.min(longestOf(fault), durationMs - atMs - 1_000);
    const scheduled = { atMs, forMs: random.integer(500, longestMs), fault };
    // Of two on one target, the end of the first would end the other.
    if (!faults.some((other) => targetOf(other.fault) === targetOf(fault) && overlap(other, scheduled))) {
      faults.push(scheduled);
    }
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}
