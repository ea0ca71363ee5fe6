import { readDecision } from '../../infra/local/read-decision.ts';
import { TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import { concernedModels } from '../../proxy/moderation/plan.ts';
import type { Host } from '../world/host.ts';
import type { AskedInput } from '../world/model.ts';
import { createRandom } from '../world/random.ts';
import { SILENT } from '../world/silent-events.ts';
import { createStage } from '../world/stage.ts';
import { startVirtualTime } from '../world/virtual-time.ts';
import { startAutoscaler } from './autoscaler.ts';
import { createListings } from './listings.ts';
import { createRecorder, type Notes } from './recorder.ts';
import { capacityOf, type RunPlan } from './run-plan.ts';

export interface VirtualRun {
  readonly notes: Notes;
  /** Milliseconds of virtual time from the begin of the load until nothing was open, or was waited for, any more. */
  readonly durationMs: number;
}

const START_MS = Date.parse('2026-01-01T00:00:00Z');
/** What the replicas have to start in, before the load. */
const WARM_UP_MS = 2_000;
const TICK_MS = 1_000;

/** Runs an incident in virtual time. @param progress told how much of it is over, 0 to 1, now and then */
export async function runVirtual(plan: RunPlan, progress: (share: number) => void): Promise<VirtualRun> {
  const { seed, strategy, setting, ill, autoscaling, rate, mix, faults, loadMs, settleMs } = plan;
  const { config } = setting;
  using time = startVirtualTime(START_MS);
  using cleanup = new DisposableStack();
  const random = createRandom(`lab ${seed}`);
  const recorder = createRecorder();
  const atMs = () => time.nowMs - START_MS - WARM_UP_MS;
  const eventIdOf = new Map<string, string>();
  const { subscriptions, topics } = config.pubsub;

  const eventOf = ({ itemId, revision }: AskedInput) => eventIdOf.get(`${itemId}/${revision}`) ?? '';

  using stage = createStage({
    setting,
    random,
    now: () => time.nowMs,
    build: strategy.build,
    pubsubObserver: {
      publishing() {},
      stored(_host, topic, _id, data, attributes) {
        if (topic !== topics.decisions) return;
        const { eventId, topics: decided } = readDecision({ data, attributes });
        const models = decided.filter(({ state }) => state !== TopicState.PENDING).map(({ model }) => model);
        const isAbandoned = decided.some(({ state }) => state === TopicState.ABANDONED);
        recorder.decided(eventId, atMs(), models, isAbandoned);
      },
      delivered(_host, subscription, { message: { id } }) {
        if (!strategy.isForWorkers?.(subscription)) recorder.count('proxyLoad', atMs());
        if (subscription === subscriptions.items) recorder.delivered(eventIdOf.get(id) ?? '', atMs());
      },
      acknowledging(_host, subscription, id) {
        if (subscription === subscriptions.items) recorder.acknowledged(eventIdOf.get(id) ?? '', atMs());
      },
      nacked() {},
    },
    modelObserver: {
      calling: (_host, model, inputs, asked) => recorder.asked(model, atMs(), inputs.length, asked.map(eventOf)),
      answered(_host, model, asked, scored) {
        recorder.answered(model, asked.filter((_, index) => scored[index]).map(eventOf));
      },
      ended() {},
    },
    onCatalogCall: (sellerId) => recorder.dependencyCalled(sellerId, atMs()),
    eventsOf: (_host: Host) => ({
      ...SILENT,
      superseded: ({ event }) => recorder.closed(event.eventId, atMs()),
      concluded({ event, publishedAtMs }, { decision }, nowMs) {
        if (decision) recorder.toldDelay(event.eventId, atMs(), nowMs - publishedAtMs);
      },
    }),
  });
  for (const model of stage.models.values()) cleanup.use(startAutoscaler(model, autoscaling));
  for (const replica of stage.replicas) void replica.start();
  await time.advance(START_MS + WARM_UP_MS);

  const listings = createListings(mix, random.fork('listings'));
  const arrivals = random.fork('arrivals');
  for (const { atMs: fromMs, forMs, begin } of faults) {
    setTimeout(() => setTimeout(begin(stage.parts, mix), forMs), fromMs);
  }
  const before = new Map<string, number>();
  const capacityPerServer = capacityOf(setting, ill);
  const tick = setInterval(() => {
    recorder.tick(atMs());
    recorder.gauge('backlog', atMs(), stage.waiting('backlog') + stage.waitingInQueues());
    for (const [name, { askedMs, servers }] of stage.models) {
      recorder.offered(name, atMs() - 1, (askedMs - (before.get(name) ?? 0)) / (servers * TICK_MS));
      before.set(name, askedMs);
      if (name === ill) recorder.gauge('illCapacity', atMs(), servers * capacityPerServer);
    }
    progress(Math.min(1, atMs() / loadMs));
  }, TICK_MS);
  cleanup.defer(() => clearInterval(tick));

  function publishNext(): void {
    if (atMs() >= loadMs) return;
    for (const { event, ...message } of listings.next()) {
      const id = stage.publish(message);
      if (!event) continue;
      eventIdOf.set(id, event.eventId).set(`${event.item!.itemId}/${event.item!.revision}`, event.eventId);
      recorder.published(event.eventId, atMs(), concernedModels(event as ValidEvent, config.models));
    }
    setTimeout(publishNext, arrivals.exponential(1_000 / (rate * stage.parts.load.factor)));
  }
  publishNext();
  await time.advance(START_MS + WARM_UP_MS + loadMs);
  const isSettled = () => stage.waiting('items') + stage.waiting('backlog') + stage.waitingInQueues() === 0;
  await time.advance(time.nowMs + settleMs, isSettled);
  const durationMs = atMs();
  for (const replica of stage.replicas) void replica.stop();
  await time.advance(time.nowMs + config.shutdown.drain + 1_000);
  return { notes: recorder.notes, durationMs };
}
