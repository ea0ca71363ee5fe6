import { hash } from 'node:crypto';
import { createBroker, type Disturbance } from '../../infra/pubsub/broker/broker.ts';
import type { Pipeline } from '../../proxy/pipeline.ts';
import type { Events } from '../../proxy/telemetry/events.ts';
import { createAsking } from './asking.ts';
import { createBooks, type Totals } from './books.ts';
import { createCatalog, profileOf } from './catalog.ts';
import { driven } from './driven-broker.ts';
import { type Breakable, begin, describeFault } from './faults.ts';
import type { Host } from './host.ts';
import { createModel, probabilityOf } from './model.ts';
import { createOrder } from './order.ts';
import type { PubSubConditions, PubSubObserver } from './pubsub.ts';
import { createPunctuality } from './punctuality.ts';
import { createRandom } from './random.ts';
import { createReplica, type Surroundings } from './replica.ts';
import type { Fault, Load, ScheduledFault, Setting } from './setting.ts';
import { settleBoundMs } from './settle-bound.ts';
import { createStore } from './store.ts';
import { createTrouble } from './trouble.ts';
import type { Violation, Witness } from './violation.ts';
import { startVirtualTime } from './virtual-time.ts';
import { createWorkload, type ScoreOf } from './workload.ts';

/** All that determines a run. */
export interface Scenario {
  readonly seed: number;
  readonly setting: Setting;
  readonly load: Load;
  readonly faults: readonly ScheduledFault[];
}

export interface RunResult {
  readonly totals: Totals;
  readonly violations: readonly Violation[];
  /** Messages handed to replicas, by either subscription, and those of them that were not the first time. */
  readonly deliveries: number;
  readonly redeliveries: number;
  readonly decisions: number;
  readonly modelCalls: number;
  /** Decisions that followed another replica's on a newer revision, where the replicas could not know of each other. */
  readonly overtaken: number;
  /** The longest that an event took from its publish to its acknowledgement, in milliseconds. */
  readonly longestMainMs: number;
  /** From the end of the faults until all was settled, and how long it might have taken, in milliseconds. */
  readonly settledInMs: number;
  readonly settleBoundMs: number;
  /** Milliseconds of virtual time. */
  readonly durationMs: number;
  /** The same for the same scenario, whenever and wherever it is run. */
  readonly digest: string;
  /** The way of the item that was followed. */
  readonly trace: readonly string[];
}

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const PROJECT = 'world';
const ITEM_EVENTS = 'item-events';
/** What a store's word may be old when a decision leaves: FRESH_MS of the spine, a look-up, and what else a pass takes. */
const SHARED_KNOWLEDGE_MS = 60;
/** What a pass may take beyond its budget while publishes work: rivals, a last look-up, the publish itself. */
const PASS_SLACK_MS = 250;
/** How long a breaker, a limit, and what has piled up may feel a fault that is over. */
const AFTERMATH_MS = 20_000;
/** More violations of one run say nothing new. */
const MAX_VIOLATIONS = 20;

/** Runs the production pipeline through a scenario, and holds it to its promises. */
export async function runScenario({ seed, setting, load, faults }: Scenario, follow?: string): Promise<RunResult> {
  const { config, roles } = setting;
  using time = startVirtualTime(START_MS);
  const random = createRandom(seed);
  const elapsedMs = () => time.nowMs - START_MS;
  const violations: Violation[] = [];
  const trace: string[] = [];
  const stamp = () => `${(elapsedMs() / 1_000).toFixed(3).padStart(9)} s  `;
  const witness: Witness = {
    violated(invariant, itemId, what) {
      if (violations.length < MAX_VIOLATIONS) violations.push({ invariant, itemId, what, atMs: elapsedMs() });
      if (itemId === follow) trace.push(`${stamp()}VIOLATION: ${what}`);
    },
    note(itemId, describe) {
      if (itemId === follow) trace.push(stamp() + describe());
    },
  };

  const disturbance: Disturbance = { duplicate: 0, reorder: 0, dropAcks: 0 };
  const brokerRandom = random.fork('broker');
  using broker = driven(createBroker({ now: () => time.nowMs, random: brokerRandom.next, disturbance }));
  const topicPath = (name: string) => `projects/${PROJECT}/topics/${name}`;
  const subscriptionPath = (intake: 'items' | 'backlog') =>
    `projects/${PROJECT}/subscriptions/${config.pubsub.subscriptions[intake]}`;
  for (const name of [ITEM_EVENTS, ...Object.values(config.pubsub.topics)])
    broker.createTopic({ name: topicPath(name) });
  for (const intake of ['items', 'backlog'] as const) {
    const topic = topicPath(intake === 'items' ? ITEM_EVENTS : config.pubsub.topics.backlog);
    broker.createSubscription({ name: subscriptionPath(intake), topic, ...setting.subscriptions[intake] });
  }

  const store = createStore(random.fork('store'));
  const catalog = createCatalog(random.fork('catalogue'));
  const models = new Map(
    setting.models.map((traits) => [traits.name, createModel(traits, random.fork(`model ${traits.name}`))]),
  );

  const now = () => performance.now();
  const publishTrouble = createTrouble(now);
  const cacheTrouble = createTrouble(now);
  const catalogTrouble = createTrouble(now);
  const modelTrouble = new Map(setting.models.map(({ name }) => [name, createTrouble(now)]));
  const anyTrouble = createTrouble(now);
  const books = createBooks({ config, witness, isWell });
  function isWell(model: string): boolean {
    const { serviceMs } = setting.models.find(({ name }) => name === model)!;
    const { batch, needs } = config.models[model]!;
    // One call at a time, as after a breaker has closed, is enough for several times the load.
    const hasRoom = (load.rate / 1_000) * serviceMs < batch.max / 4;
    const sinceMs = now() - AFTERMATH_MS;
    // What could not be published comes back all at once.
    const troubles = [modelTrouble.get(model)!, publishTrouble, anyTrouble];
    if (needs.length > 0) troubles.push(catalogTrouble);
    return hasRoom && troubles.every((trouble) => trouble.noneSince(sinceMs));
  }
  const cacheHolds = (host: Host, answerer: Host, sinceMs: number) =>
    config.cache.kind === 'redis'
      ? cacheTrouble.noneSince(sinceMs - 100)
      : config.cache.kind === 'memory' && host === answerer;
  const asking = createAsking({ config, witness, books, cacheHolds });
  const order = createOrder({
    books,
    witness,
    sharedRank(itemId) {
      if (config.cache.kind !== 'redis') return 0;
      const written = store.peek(`eddy:revision:${itemId}`);
      if (!written) return 0;
      const ageMs = time.nowMs - written.writtenAtMs;
      const isKnowable = ageMs >= SHARED_KNOWLEDGE_MS && cacheTrouble.noneSince(now() - SHARED_KNOWLEDGE_MS - 100);
      return isKnowable ? Number(written.value) : 0;
    },
    isSharedSince(ms) {
      const sinceMs = ms - 2 * config.pubsub.publishTimeout;
      return config.cache.kind === 'redis' && cacheTrouble.noneSince(sinceMs) && publishTrouble.noneSince(sinceMs);
    },
  });
  const punctuality = createPunctuality({
    witness,
    itemIdOf: (id) => books.event(id)?.itemId,
    boundMs: config.items.budget + setting.subscriptions.items.ackDeadlineMs,
    passBoundMs: config.items.budget + PASS_SLACK_MS,
    perReturnMs: setting.subscriptions.items.ackDeadlineMs + setting.subscriptions.items.retryPolicy.maximumBackoffMs,
    publishesWorkedSince: publishTrouble.noneSince,
  });

  const counts = { deliveries: 0, decisions: 0, modelCalls: 0 };
  const deliveredIds = new Set<string>();
  const digest: string[] = [];
  const isDraining = (host: Host) => replicas.some((replica) => replica.host === host && replica.isDraining);
  const { subscriptions, topics } = config.pubsub;

  const pubsubObserver: PubSubObserver = {
    publishing(host, topic, attributes) {
      if (topic === topics.decisions) order.publishing(host, attributes['source-message-id']!);
      const inFlight = replicas.find((replica) => replica.host === host)?.pipeline?.publisher.inFlight ?? 0;
      if (inFlight > config.pubsub.maxPublishesInFlight) {
        witness.violated('limits hold', undefined, `${inFlight} publishes in flight`);
      }
    },
    stored(host, topic, id, data, attributes, isGivenUp) {
      digest.push(`${time.nowMs} ${topic} ${id}`);
      books.stored(topic, id, data, attributes);
      if (topic !== topics.decisions) return;
      counts.decisions++;
      order.stored(host, attributes['source-message-id']!, isGivenUp);
    },
    delivered(host, subscription, { message: { id } }) {
      counts.deliveries++;
      deliveredIds.add(id);
      checkInWork(host);
      const source = subscription === subscriptions.items ? id : books.sourceOf(id);
      if (source) {
        order.knows(host, source);
        witness.note(books.event(source)!.itemId, () => `${subscription}: ${id} delivered to ${host.name}`);
      }
      if (subscription === subscriptions.items) punctuality.delivered(host, id);
    },
    acknowledging(host, subscription, id) {
      digest.push(`${time.nowMs} ack ${id}`);
      const source = subscription === subscriptions.items ? id : books.sourceOf(id)!;
      witness.note(books.event(source)!.itemId, () => `${subscription}: ${host.name} acknowledges ${id}`);
      books.acknowledging(subscription, id);
      if (subscription === subscriptions.items) punctuality.acknowledging(host, id);
    },
    nacked(host, subscription, id) {
      const source = subscription === subscriptions.items ? id : books.sourceOf(id)!;
      witness.note(books.event(source)!.itemId, () => `${subscription}: ${host.name} nacks ${id}`);
      if (subscription === subscriptions.items) punctuality.nacked(host, id, isDraining(host));
    },
  };

  function checkInWork(host: Host): void {
    const { pipeline } = replicas.find((replica) => replica.host === host) ?? {};
    const inWork = pipeline?.intakes.reduce((sum, { inFlight }) => sum + inFlight, 0) ?? 0;
    const most = config.items.maxInFlight + config.backlog.maxInFlight;
    if (inWork > most) witness.violated('limits hold', undefined, `${inWork} messages in work, at most ${most}`);
  }

  const conditions: PubSubConditions = {
    refusals: { share: 0, code: 0 },
    publishDelayMs: 0,
    lostConfirmations: 0,
    streamsCutUntilMs: 0,
  };
  const surroundings: Surroundings = {
    config,
    pubsub: { broker, project: PROJECT, conditions, random: random.fork('network'), observer: pubsubObserver },
    store,
    catalog,
    models: new Map(Object.entries(config.models).map(([name, { target }]) => [target, models.get(name)!])),
    modelObserver: {
      ...asking,
      calling(...call) {
        counts.modelCalls++;
        asking.calling(...call);
      },
    },
    eventsOf,
    onPanel: (host, { panel }) => asking.watch(host, panel.members),
  };
  const replicas = roles.map((role, index) => createReplica(`replica ${index}`, role, surroundings));

  function eventsOf(host: Host): Events {
    const nothing = () => {};
    return {
      received: nothing,
      settled: nothing,
      quarantined: nothing,
      consulted: nothing,
      concluded: nothing,
      published: nothing,
      called: nothing,
      coalesced: nothing,
      cacheHit: nothing,
      cacheMissed: nothing,
      cacheBypassed: nothing,
      seller: { fetched: nothing, servedStale: nothing },
      superseded({ sourceMessageId }) {
        if (host.isUp) books.superseded(sourceMessageId);
      },
      notConfirmed({ id }, error) {
        if (!host.isUp || !publishTrouble.noneSince(now() - config.pubsub.publishTimeout)) return;
        witness.violated('nothing fails without a fault', books.event(id)?.itemId, error.message);
      },
      handlerFailed({ id }, error) {
        const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
        witness.violated('nothing fails without a fault', books.event(id)?.itemId, what);
      },
      storeChanged(isAvailable) {
        if (isAvailable || !host.isUp || !cacheTrouble.noneSince(now())) return;
        witness.violated('nothing fails without a fault', undefined, `${host.name} bypasses the store`);
      },
      breakerChanged(model, state) {
        if (state === 'closed' && host.isUp) asking.breakerClosed(host, model);
      },
    };
  }

  // A world's life: replicas start, events and faults come, faults end, everything is settled, replicas end.
  for (const replica of replicas) void replica.start();
  await time.advance(START_MS + 1_000);

  const pace = { factor: 1 };
  const parts: Breakable = {
    models,
    store,
    catalog: catalog.conditions,
    pubsub: conditions,
    disturbance,
    replicas,
    load: pace,
  };
  for (const { atMs, forMs, fault } of faults) {
    setTimeout(() => {
      const end = begin(fault, parts);
      const endTrouble = troubleOf(fault).begin();
      trace.push(`${stamp()}-- ${describeFault(fault)}, for ${Math.round(forMs / 1_000)} s`);
      setTimeout(() => {
        end();
        // A call under way, and a publish that is tried again, outlast the fault.
        endTrouble(config.pubsub.publishTimeout + 2_000);
        trace.push(`${stamp()}-- over: ${describeFault(fault)}`);
      }, forMs);
    }, atMs);
  }
  function troubleOf(fault: Fault) {
    if ('model' in fault) return modelTrouble.get(fault.model)!;
    if (fault.kind.startsWith('cache')) return cacheTrouble;
    if (fault.kind.startsWith('publishes')) return publishTrouble;
    return fault.kind.startsWith('catalogue') ? catalogTrouble : anyTrouble;
  }
  const absence = setInterval(() => {
    const receivesEvents = ({ pipeline, isDraining: drains }: (typeof replicas)[number], index: number) =>
      roles[index] !== 'backlog' && !drains && pipeline?.intakes.some(({ isOpen }) => isOpen);
    if (conditions.streamsCutUntilMs > time.nowMs || !replicas.some(receivesEvents)) punctuality.nobodyReceived(100);
  }, 100);

  const scoreOf: ScoreOf = (item, model, version) => {
    const traits = setting.models.find(({ name }) => name === model)!;
    return probabilityOf({ item, enrichment: { seller: profileOf(item.sellerId) } }, traits, version);
  };
  const workload = createWorkload(load, config.models, scoreOf, random.fork('workload'));
  const arrivals = random.fork('arrivals');
  const endsAtMs = time.nowMs + load.durationMs;
  function publishNext(): void {
    if (time.nowMs >= endsAtMs) return;
    for (const { data, attributes, event } of workload.next()) {
      const [id] = broker.publish(topicPath(ITEM_EVENTS), [{ data, attributes, orderingKey: '' }]);
      books.published(id!, event);
      punctuality.published(id!);
    }
    setTimeout(publishNext, arrivals.exponential(1_000 / (load.rate * pace.factor)));
  }
  publishNext();
  await time.advance(endsAtMs);

  const healedAtMs = time.nowMs;
  const waitingIn = (intake: 'items' | 'backlog') => {
    const { undelivered, leased } = broker.stats(subscriptionPath(intake));
    return undelivered + leased;
  };
  const waiting = () => waitingIn('items') + waitingIn('backlog');
  const boundMs = settleBoundMs(setting, waiting());
  await time.advance(healedAtMs + boundMs, () => waiting() === 0);
  const settledInMs = time.nowMs - healedAtMs;
  if (waiting() > 0) {
    const what = `${waitingIn('items')} events and ${waitingIn('backlog')} entries wait ${Math.round(boundMs / 1_000)} s after the last fault`;
    witness.violated('after healing, everything owed is delivered in time', undefined, what);
  }
  // What is no longer waited for, such as a call that was given up, ends within this.
  await time.advance(time.nowMs + config.pubsub.ackDeadline);
  for (const { name, pipeline } of replicas) if (pipeline) checkAtRest(name, pipeline, witness);

  const totals = books.close();
  clearInterval(absence);
  for (const replica of replicas) void replica.stop();
  await time.advance(time.nowMs + config.shutdown.drain + 1_000);
  broker[Symbol.dispose]();
  if (time.pendingTimers > 0) {
    witness.violated(
      'limits hold',
      undefined,
      `${time.pendingTimers} timers are left although every replica has ended`,
    );
  }
  return {
    totals,
    violations,
    ...counts,
    redeliveries: counts.deliveries - deliveredIds.size,
    overtaken: order.overtaken,
    longestMainMs: punctuality.longestMs,
    settledInMs,
    settleBoundMs: boundMs,
    durationMs: elapsedMs(),
    digest: hash('sha256', digest.join('\n'), 'hex').slice(0, 16),
    trace,
  };
}

/** A replica that has nothing to do holds nothing. */
function checkAtRest(name: string, { panel, publisher, intakes }: Pipeline, witness: Witness): void {
  const held: Record<string, number> = {
    'publishes in flight': publisher.inFlight,
    'messages in work': intakes.reduce((sum, { inFlight }) => sum + inFlight, 0),
  };
  for (const member of panel.members.values()) {
    held[`inputs waiting for ${member.name}`] = member.waiting('live') + member.waiting('backlog');
    held[`inputs in flight to ${member.name}`] = member.inputsInFlight;
    held[`calls in flight to ${member.name}`] = member.callsInFlight;
  }
  for (const [what, count] of Object.entries(held)) {
    if (count !== 0) witness.violated('limits hold', undefined, `${name} at rest: ${count} ${what}`);
  }
}
