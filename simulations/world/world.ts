import { createAsking } from './asking.ts';
import { createBooks, type Totals } from './books.ts';
import { profileOf } from './catalog.ts';
import { begin, describeFault } from './faults.ts';
import type { Host } from './host.ts';
import { checkAtRest, checkEnded } from './limits.ts';
import { probabilityOf } from './model.ts';
import { createObservation } from './observation.ts';
import { createOrder } from './order.ts';
import { createPunctuality } from './punctuality.ts';
import { createRandom } from './random.ts';
import type { Load, ScheduledFault, Setting } from './setting.ts';
import { settleBoundMs } from './settle-bound.ts';
import { createStage } from './stage.ts';
import { createTroubles } from './troubles.ts';
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
  /** The first of them, {@link MAX_VIOLATIONS} at most. */
  readonly violations: readonly Violation[];
  /** Messages handed to replicas, by either subscription, and those of them that were not the first time. */
  readonly deliveries: number;
  readonly redeliveries: number;
  readonly decisions: number;
  readonly modelCalls: number;
  /** Decisions that followed one on a newer revision because nobody could have known: see {@link Order}. */
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
/** What a store's word may be old when a decision leaves: FRESH_MS of the spine, a look-up, and what else a pass takes. */
const SHARED_KNOWLEDGE_MS = 60;
/** What a pass may take beyond its budget while publishes work: rivals, a last look-up, the publish itself. */
const PASS_SLACK_MS = 250;
/** More violations of one run say nothing new. */
const MAX_VIOLATIONS = 20;

/** Runs the production pipeline through a scenario, and holds it to its promises. */
export async function runScenario({ seed, setting, load, faults }: Scenario, follow?: string): Promise<RunResult> {
  const { config, roles, subscriptions } = setting;
  using time = startVirtualTime(START_MS);
  const now = () => performance.now();
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

  const troubles = createTroubles(setting, load, now);
  const books = createBooks({ config, witness, isWell: troubles.isWell });
  const isShared = config.cache.kind === 'redis';
  const asking = createAsking({
    config,
    witness,
    books,
    cacheHolds: (host, answerer, sinceMs) =>
      isShared ? troubles.cache.noneSince(sinceMs - 100) : config.cache.kind === 'memory' && host === answerer,
  });
  const order = createOrder({
    books,
    witness,
    sharedRank(itemId) {
      const written = isShared ? stage.store.peek(`eddy:revision:${itemId}`) : undefined;
      if (!written) return 0;
      const ageMs = time.nowMs - written.writtenAtMs;
      const isKnowable = ageMs >= SHARED_KNOWLEDGE_MS && troubles.cache.noneSince(now() - SHARED_KNOWLEDGE_MS - 100);
      return isKnowable ? Number(written.value) : 0;
    },
    isSharedSince(ms) {
      const sinceMs = ms - 2 * config.pubsub.publishTimeout;
      return isShared && troubles.cache.noneSince(sinceMs) && troubles.publishes.noneSince(sinceMs);
    },
  });
  const punctuality = createPunctuality({
    witness,
    itemIdOf: (id) => books.event(id)?.itemId,
    boundMs: config.items.budget + subscriptions.items.ackDeadlineMs,
    passBoundMs: config.items.budget + PASS_SLACK_MS,
    perReturnMs: subscriptions.items.ackDeadlineMs + subscriptions.items.retryPolicy.maximumBackoffMs,
    publishesWorkedSince: troubles.publishes.noneSince,
  });
  const observation = createObservation({
    config,
    witness,
    troubles,
    books,
    asking,
    order,
    punctuality,
    replicaOn: (host: Host) => stage.replicas.find((replica) => replica.host === host),
    wallMs: () => time.nowMs,
    now,
  });
  using stage = createStage({
    setting,
    random,
    now: () => time.nowMs,
    pubsubObserver: observation.pubsub,
    modelObserver: observation.models,
    eventsOf: observation.eventsOf,
    onStore: observation.storeChanged,
    onPanel: (host, { panel }) => asking.watch(host, panel.members),
  });
  const { replicas, parts } = stage;

  // A world's life: replicas start, events and faults come, faults end, everything is settled, replicas end.
  for (const replica of replicas) void replica.start();
  await time.advance(START_MS + 1_000);

  for (const { atMs, forMs, fault } of faults) {
    setTimeout(() => {
      const end = begin(fault, parts);
      const endTrouble = troubles.begin(fault);
      trace.push(`${stamp()}-- ${describeFault(fault)}, for ${Math.round(forMs / 1_000)} s`);
      setTimeout(() => {
        end();
        // A call under way, and a publish that is tried again, outlast the fault.
        endTrouble(config.pubsub.publishTimeout + 2_000);
        trace.push(`${stamp()}-- over: ${describeFault(fault)}`);
      }, forMs);
    }, atMs);
  }
  const absence = setInterval(() => {
    const receivesEvents = ({ pipeline, isDraining }: (typeof replicas)[number], index: number) =>
      roles[index] !== 'backlog' && !isDraining && pipeline?.intakes.some(({ isOpen }) => isOpen);
    const areCut = parts.pubsub.streamsCutUntilMs > time.nowMs;
    if (areCut || !replicas.some(receivesEvents)) punctuality.nobodyReceived(100);
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
    for (const { event, ...message } of workload.next()) {
      const id = stage.publish(message);
      books.published(id, event);
      punctuality.published(id);
    }
    setTimeout(publishNext, arrivals.exponential(1_000 / (load.rate * parts.load.factor)));
  }
  publishNext();
  await time.advance(endsAtMs);

  const healedAtMs = time.nowMs;
  const waiting = () => stage.waiting('items') + stage.waiting('backlog');
  const boundMs = settleBoundMs(setting, waiting());
  await time.advance(healedAtMs + boundMs, () => waiting() === 0);
  const settledInMs = time.nowMs - healedAtMs;
  if (waiting() > 0) {
    const [items, entries] = [stage.waiting('items'), stage.waiting('backlog')];
    const what = `${items} events and ${entries} entries wait ${Math.round(boundMs / 1_000)} s after the last fault`;
    witness.violated('after healing, everything owed is delivered in time', undefined, what);
  }
  // What is no longer waited for, such as a call that was given up, ends within this.
  await time.advance(time.nowMs + config.pubsub.ackDeadline);
  for (const { name, pipeline } of replicas) if (pipeline) checkAtRest(name, pipeline, witness);

  const totals = books.close();
  clearInterval(absence);
  for (const replica of replicas) void replica.stop();
  await time.advance(time.nowMs + config.shutdown.drain + 1_000);
  stage[Symbol.dispose]();
  checkEnded(time.pendingTimers, witness);
  return {
    totals,
    violations,
    ...observation.counts(),
    overtaken: order.overtaken,
    longestMainMs: punctuality.longestMs,
    settledInMs,
    settleBoundMs: boundMs,
    durationMs: elapsedMs(),
    digest: observation.digest(),
    trace,
  };
}
