import { type Broker, createBroker, type Disturbance } from '../../infra/pubsub/broker/broker.ts';
import type { Pipeline } from '../../proxy/pipeline.ts';
import type { Events } from '../../proxy/telemetry/events.ts';
import { createCatalog } from './catalog.ts';
import { driven } from './driven-broker.ts';
import { inFairTurns } from './fair-turns.ts';
import type { Breakable } from './faults.ts';
import type { Host } from './host.ts';
import { createModel, type ModelObserver, type SimulatedModel } from './model.ts';
import type { PubSubConditions, PubSubObserver } from './pubsub.ts';
import type { Random } from './random.ts';
import { type Build, createReplica, type Replica } from './replica.ts';
import type { Setting } from './setting.ts';
import { createStore, type SimulatedStore } from './store.ts';

/** A message as its publisher sends it. */
export interface PublishedItem {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What stands around the replicas of a world, and the replicas: all of it there, nothing happening yet. */
export interface Stage extends Disposable {
  readonly broker: Broker;
  readonly store: SimulatedStore;
  /** By name. */
  readonly models: ReadonlyMap<string, SimulatedModel>;
  readonly replicas: readonly Replica[];
  /** What faults act on. `load.factor` is for whoever publishes. */
  readonly parts: Breakable;
  /** Publishes an event, and answers the id of its message. */
  publish(item: PublishedItem): string;
  /** The full name of the subscription of an intake, as the broker knows it. */
  subscriptionPath(intake: 'items' | 'backlog'): string;
  /** Messages of an intake that are not acknowledged. */
  waiting(intake: 'items' | 'backlog'): number;
  /** The same of all the queues that there are beyond Eddy's. */
  waitingInQueues(): number;
}

export interface StageOptions {
  readonly setting: Setting;
  readonly random: Random;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pubsubObserver: PubSubObserver;
  readonly modelObserver: ModelObserver;
  readonly eventsOf: (host: Host) => Events;
  /** A replica has begun, or ended, to bypass its store. */
  readonly onStore?: (host: Host, isAvailable: boolean) => void;
  /** Told of each call to the catalogue. */
  readonly onCatalogCall?: (sellerId: string) => void;
  /** A replica's panel is there, and nothing was asked of it yet. */
  readonly onPanel?: (host: Host, pipeline: Pipeline) => void;
  /** What the replicas are, and the topics with a subscription of the same name that they need beyond Eddy's. */
  readonly build?: Build & { readonly queues?: readonly string[] };
}

const PROJECT = 'world';
const ITEM_EVENTS = 'item-events';

export function createStage(options: StageOptions): Stage {
  const { setting, random, now, pubsubObserver, modelObserver, eventsOf, build = {} } = options;
  const { onStore = () => {}, onPanel = () => {} } = options;
  const { config } = setting;
  const disturbance: Disturbance = { duplicate: 0, reorder: 0, dropAcks: 0 };
  const broker = driven(createBroker({ now, random: random.fork('broker').next, disturbance }));
  broker.onDeliverable = inFairTurns(broker.onDeliverable, random.fork('turns'));
  const topicPath = (name: string) => `projects/${PROJECT}/topics/${name}`;
  const queuePath = (name: string) => `projects/${PROJECT}/subscriptions/${name}`;
  const subscriptionPath = (intake: 'items' | 'backlog') => queuePath(config.pubsub.subscriptions[intake]);
  for (const name of [ITEM_EVENTS, ...Object.values(config.pubsub.topics)])
    broker.createTopic({ name: topicPath(name) });
  for (const intake of ['items', 'backlog'] as const) {
    const topic = topicPath(intake === 'items' ? ITEM_EVENTS : config.pubsub.topics.backlog);
    broker.createSubscription({ name: subscriptionPath(intake), topic, ...setting.subscriptions[intake] });
  }
  const { queues = [] } = build;
  for (const name of queues) {
    broker.createTopic({ name: topicPath(name) });
    broker.createSubscription({ name: queuePath(name), topic: topicPath(name), ...setting.subscriptions.backlog });
  }

  const store = createStore(random.fork('store'));
  const sidecar = (name: string) => createStore(random.fork(`store of ${name}`));
  const catalog = createCatalog(random.fork('catalogue'), options.onCatalogCall);
  const models = new Map(
    setting.models.map((traits) => [traits.name, createModel(traits, random.fork(`model ${traits.name}`))]),
  );
  const conditions: PubSubConditions = {
    refusals: { share: 0, code: 0 },
    publishDelayMs: 0,
    lostConfirmations: 0,
    streamsCutUntilMs: 0,
  };
  const surroundings = {
    config,
    pubsub: { broker, project: PROJECT, conditions, random: random.fork('network'), observer: pubsubObserver },
    storeOf: build.hasSidecar ? sidecar : () => store,
    catalog,
    models: new Map(Object.entries(config.models).map(([name, { target }]) => [target, models.get(name)!])),
    modelObserver,
    eventsOf,
    onStore,
    onPanel,
    build,
  };
  const replicas = setting.roles.map((role, index) => createReplica(`replica ${index}`, role, surroundings));

  function waitingIn(path: string): number {
    const { undelivered, leased } = broker.stats(path);
    return undelivered + leased;
  }

  return {
    broker,
    store,
    models,
    replicas,
    parts: {
      models,
      store,
      catalog: catalog.conditions,
      pubsub: conditions,
      disturbance,
      replicas,
      load: { factor: 1 },
    },
    publish: (item) => broker.publish(topicPath(ITEM_EVENTS), [{ ...item, orderingKey: '' }])[0]!,
    subscriptionPath,
    waiting: (intake) => waitingIn(subscriptionPath(intake)),
    waitingInQueues: () => queues.reduce((sum, name) => sum + waitingIn(queuePath(name)), 0),
    [Symbol.dispose]: () => broker[Symbol.dispose](),
  };
}
