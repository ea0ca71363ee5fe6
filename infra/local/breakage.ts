import { InvalidArgumentError } from 'commander';
import type { FaultSwitch } from '../../models/host/fault-client.ts';
import type { DeepPartial, SetFaultsRequest } from '../../proto/generated/models/v1/faults.ts';
import type { SetMisbehaviourRequest } from '../../proto/generated/pubsub/v1/misbehaviour.ts';
import type { Part } from './part.ts';

/** What can be broken on purpose, and how. */
export interface Breakage {
  /** A model, `redis`, `catalog`, `pubsub`, `proxy` (the last of them) or `proxy-1` and so on. */
  readonly part: string;
  readonly how: How;
}

/** What can be done to every process: SIGKILL, and SIGSTOP; it comes back on its old address. */
const PROCESS_WAYS = ['kill', 'freeze'] as const;
/** What a model's fault switch can do, while its process goes on. */
const SWITCH_WAYS = ['down', 'hang', 'slow', 'errors'] as const;
/** How the embedded Pub/Sub can misbehave, while it goes on. It keeps all in memory: killed, it would lose it. */
const PUBSUB_WAYS = [
  'freeze',
  'refuse',
  'delay',
  'lose-confirmations',
  'drop-acks',
  'duplicate',
  'reorder',
  'cut',
  'all',
] as const;

type ProcessWay = (typeof PROCESS_WAYS)[number];
type SwitchWay = (typeof SWITCH_WAYS)[number];
export type PubSubWay = (typeof PUBSUB_WAYS)[number];
export type How = ProcessWay | SwitchWay | PubSubWay;

/** Where there is no switch that could tell them apart, a part that is down is killed, and one that hangs frozen. */
const ALIASES: Readonly<Record<string, ProcessWay>> = { down: 'kill', hang: 'freeze' };

/** What each part of a stack can be made to suffer, in the order in which it is worth trying. */
export function waysToBreak(
  models: readonly string[],
  proxies: readonly string[],
): ReadonlyMap<string, readonly How[]> {
  return new Map<string, readonly How[]>([
    ...proxies.map((proxy) => [proxy, PROCESS_WAYS] as const),
    ...models.map((model) => [model, [...PROCESS_WAYS, ...SWITCH_WAYS]] as const),
    ['redis', PROCESS_WAYS],
    ['catalog', PROCESS_WAYS],
    ['pubsub', PUBSUB_WAYS],
  ]);
}

/**
 * Reads `weapons=kill`.
 *
 * @throws InvalidArgumentError naming what can be broken, and how
 */
export function parseBreakage(text: string, ways: ReadonlyMap<string, readonly How[]>): Breakage {
  const [part = '', how = ''] = text.split('=', 2);
  const known = ways.get(part);
  if (!known) throw new InvalidArgumentError(`There is no part "${part}"; there are: ${[...ways.keys()].join(', ')}.`);
  const found = known.find((way) => way === how) ?? known.find((way) => way === ALIASES[how]);
  if (!found) throw new InvalidArgumentError(`Expected ${known.map((way) => `${part}=${way}`).join(' or ')}.`);
  return { part, how: found };
}

/** One way of breaking one part, and its end. Both resolve when it is so. */
export interface Way {
  break(): Promise<unknown>;
  repair(): Promise<unknown>;
}

type Ways<Names extends string> = Readonly<Record<Names, Way>>;

export function processWays(part: Part): Ways<ProcessWay> {
  return {
    kill: { break: () => part.kill(), repair: () => part.restart() },
    freeze: { break: async () => part.freeze(), repair: async () => part.thaw() },
  };
}

/** The faults of a model host for each way of its switch. */
const MODEL_FAULTS: Readonly<Record<SwitchWay, DeepPartial<SetFaultsRequest>>> = {
  down: { down: true },
  hang: { hang: true },
  // Mostly slower than the models' timeout of 300 ms.
  slow: { latency: { medianMs: 400, p99Ms: 2_000 } },
  // INTERNAL, UNAVAILABLE, RESOURCE_EXHAUSTED: 90 % together.
  errors: {
    errors: [
      { code: 13, rate: 0.3 },
      { code: 14, rate: 0.3 },
      { code: 8, rate: 0.3 },
    ],
  },
};

export function modelWays(part: Part, faults: FaultSwitch): Ways<ProcessWay | SwitchWay> {
  const switched = (way: SwitchWay): Way => ({
    break: () => faults.setFaults(MODEL_FAULTS[way]),
    repair: () => faults.setFaults({}),
  });
  return {
    ...processWays(part),
    down: switched('down'),
    hang: switched('hang'),
    slow: switched('slow'),
    errors: switched('errors'),
  };
}

/** What the embedded Pub/Sub does wrong for each of its ways. */
const MISBEHAVIOURS: Readonly<Record<Exclude<PubSubWay, 'freeze'>, DeepPartial<SetMisbehaviourRequest>>> = {
  // UNAVAILABLE and RESOURCE_EXHAUSTED, which are tried again within the publish, and PERMISSION_DENIED, which is not.
  refuse: {
    refusedPublishes: [
      { code: 14, share: 0.3 },
      { code: 8, share: 0.1 },
      { code: 7, share: 0.2 },
    ],
  },
  delay: { publishDelayMs: 1_500 },
  'lose-confirmations': { unconfirmedPublishes: 0.3 },
  'drop-acks': { droppedAcks: 0.3 },
  duplicate: { duplicates: 0.3 },
  reorder: { reordered: 0.5 },
  cut: { cutStreamsEveryMs: 500 },
  all: {
    refusedPublishes: [{ code: 14, share: 0.1 }],
    publishDelayMs: 200,
    unconfirmedPublishes: 0.1,
    droppedAcks: 0.1,
    duplicates: 0.1,
    reordered: 0.2,
    cutStreamsEveryMs: 1_000,
  },
};

/** The embedded Pub/Sub, as far as it can be broken. */
export interface BreakablePubSub extends Pick<Part, 'freeze' | 'thaw'> {
  setMisbehaviour(misbehaviour: DeepPartial<SetMisbehaviourRequest>): Promise<void>;
}

export function pubsubWays(pubsub: BreakablePubSub): Ways<PubSubWay> {
  const misbehaving = (way: keyof typeof MISBEHAVIOURS): Way => ({
    break: () => pubsub.setMisbehaviour(MISBEHAVIOURS[way]),
    repair: () => pubsub.setMisbehaviour({}),
  });
  return {
    freeze: { break: async () => pubsub.freeze(), repair: async () => pubsub.thaw() },
    refuse: misbehaving('refuse'),
    delay: misbehaving('delay'),
    'lose-confirmations': misbehaving('lose-confirmations'),
    'drop-acks': misbehaving('drop-acks'),
    duplicate: misbehaving('duplicate'),
    reorder: misbehaving('reorder'),
    cut: misbehaving('cut'),
    all: misbehaving('all'),
  };
}
