import type { BacklogEntry } from '../../../proto/generated/moderation/v1/moderation.ts';
import type { Config } from '../../../proxy/config-schema.ts';
import { createEnricher } from '../../../proxy/enrichment/enrich.ts';
import { createSellerProfiles } from '../../../proxy/enrichment/seller-profiles.ts';
import { type IntakeHandle, type LeasedMessage, openIntake, type Settlement } from '../../../proxy/intake/lease.ts';
import { entryMessage } from '../../../proxy/outlets/messages.ts';
import { createPublisher } from '../../../proxy/outlets/publisher.ts';
import type { Panel } from '../../../proxy/panel/panel.ts';
import type { Connections, Pipeline, PipelineOptions } from '../../../proxy/pipeline.ts';
import { createRevisions } from '../../../proxy/store/revisions.ts';
import type { Events } from '../../../proxy/telemetry/events.ts';
import type { Strategy } from '../strategy.ts';
import { createAnswers } from './internal-queues-answers.ts';
import { createProxyEnds, tellFault } from './internal-queues-proxy.ts';
import { createWorker } from './internal-queues-worker.ts';

const ANSWERS = 'answers';
const requestsOf = (model: string) => `requests-${model}`;

/**
 * A queue for each model and one for their answers. The proxy publishes a request for each model that an event concerns,
 * and acknowledges the event; each model's workers take from its queue, `concurrency.initial` at a time and replica, and
 * publish what the model answers; the proxy makes a decision of every answer, from all answers that the store knows.
 *
 * The models do the I/O, because images don't fit in a queue: a worker fetches the seller's profile for its own model
 * alone and keeps it for the configured time, so that the catalogue is asked for each model instead of each item. What an
 * earlier try fetched does not travel with the request. Each call has one input.
 *
 * What it rests on: the store, which is a critical dependency here. While it is away, answers wait in their queue; what it
 * forgets meanwhile leaves items without a complete decision. Nothing is ever given up.
 *
 * Requests and answers are both `moderation.v1.BacklogEntry` in the form of the backlog mode per-model. The workers run
 * on the replicas' machines, and stop with them.
 *
 * @param models the names of the configured models
 */
export function internalQueues(models: readonly string[]): Strategy {
  return {
    name: 'internal-queues',
    about: 'A queue for each model, answers by another queue: the proxy never waits for a model.',
    config: { cache: { kind: 'redis' } },
    build: { createPipeline: createQueuedPipeline, queues: [...models.map(requestsOf), ANSWERS] },
    isForWorkers: (subscription) => subscription.startsWith(requestsOf('')),
    onlyVirtual: 'it needs queues and workers that do not ship',
  };
}

async function createQueuedPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { config, connections, events } = options;
  const { pubsub, store, clock } = connections;
  if (!store.isShared) {
    throw new Error(`cache.kind: expected redis, got ${config.cache.kind}; the answers to an item are gathered there`);
  }
  using starting = new DisposableStack();
  const publisher = createPublisher(pubsub, config.pubsub, events, connections.clock.nowMs);
  const requests = new Map(Object.keys(config.models).map((name) => [name, openQueue(requestsOf(name), options)]));
  const { takeIn, takeAnswer } = createProxyEnds({
    config,
    revisions: createRevisions(store, config.cache.maxEntries),
    answers: createAnswers(store),
    publisher,
    publishRequest: (request) => requests.get(request.owed[0]!.model)!(request),
    events,
    clock,
  });
  const works = openWorkers(options, starting);

  const opened: IntakeHandle[] = [];
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  failure.catch(() => {}); // Whoever waits for it is told; nobody has to.

  function open(
    subscription: string,
    limits: { readonly maxInFlight: number; readonly maxBytesInFlight: number },
    handle: (message: LeasedMessage) => Promise<Settlement>,
  ): void {
    const intake = openIntake({
      name: subscription,
      pubsub,
      subscription,
      ...limits,
      drainMs: config.shutdown.drain,
      maxLeaseMs: config.pubsub.ackDeadline,
      handle,
      onFailure: (error) => fail(new Error(`subscription ${subscription}: ${error.message}`)),
      onHandlerError: (error, message) => tellFault(events, message, error),
    });
    opened.push(intake);
  }

  const running = starting.move();
  return {
    spine: {
      moderate: () => Promise.reject(new Error('with internal queues no message passes the spine')),
      answer: () => Promise.reject(new Error('with internal queues there is no synchronous answer')),
    },
    panel: NO_PANEL,
    publisher,
    intakes: opened,
    failure,
    open() {
      if (options.intakes.includes('items')) open(config.pubsub.subscriptions.items, config.items, takeIn);
      if (!options.intakes.includes('backlog')) return;
      open(ANSWERS, config.backlog, takeAnswer);
      for (const [name, { concurrency }] of Object.entries(config.models)) {
        open(requestsOf(name), { ...config.backlog, maxInFlight: concurrency.initial }, works.get(name)!);
      }
    },
    async drain() {
      const drained = await Promise.all(opened.map((intake) => intake.drain()));
      return { nacked: drained.reduce((sum, { nacked }) => sum + nacked, 0) };
    },
    close: () => running.dispose(),
  };
}

/** A queue takes the backlog's place in a publisher of its own, for its bound, its deadline and its errors. */
function openQueue(name: string, { config, connections, events }: PipelineOptions) {
  const settings: Config['pubsub'] = { ...config.pubsub, topics: { ...config.pubsub.topics, backlog: name } };
  const publisher = createPublisher(connections.pubsub, settings, events, connections.clock.nowMs);
  return (entry: BacklogEntry) => publisher.publish('backlog', entryMessage(entry));
}

function openWorkers(options: PipelineOptions, starting: DisposableStack) {
  const { config, connections, events } = options;
  const publishAnswer = openQueue(ANSWERS, options);
  const works = new Map<string, ReturnType<typeof createWorker>>();
  for (const [name, model] of Object.entries(config.models)) {
    const client = connections.connectModel(model.target);
    starting.defer(() => client.close());
    const enricher = createEnricher(
      model.needs.includes('seller') ? openProfiles(config, connections, events, starting) : {},
    );
    works.set(
      name,
      createWorker({ name, model, client, enricher, publishAnswer, observer: events, clock: connections.clock }),
    );
  }
  return works;
}

function openProfiles(
  { enrichment: { seller } }: Config,
  connections: Connections,
  events: Events,
  starting: DisposableStack,
) {
  const { catalog: client, clock } = connections;
  if (!seller || !client) return {};
  const { timeout: timeoutMs, ttl: ttlMs, maxEntries, concurrency } = seller;
  const limits = { timeoutMs, ttlMs, maxEntries, concurrency };
  const profiles = createSellerProfiles({ client, ...limits, now: clock.nowMs, observer: events.seller });
  starting.defer(() => profiles.close());
  return { seller: ({ sellerId }: { readonly sellerId: string }) => profiles.profileOf(sellerId) };
}

const NO_PANEL: Panel = {
  members: new Map(),
  consult: () => Promise.reject(new Error('with internal queues no panel is consulted')),
  refreshVersions: () => Promise.resolve(),
  close() {},
};
