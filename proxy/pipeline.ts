import type { Config } from './config-schema.ts';
import type { CatalogClient } from './enrichment/catalog-client.ts';
import { createEnricher, type Fetchers } from './enrichment/enrich.ts';
import { createSellerProfiles } from './enrichment/seller-profiles.ts';
import { type IntakeHandle, openIntake, type SubscriberClient } from './intake/lease.ts';
import { type Clock, createSpine, type Spine } from './moderate.ts';
import { createPublisher, type Publisher, type PublisherClient } from './outlets/publisher.ts';
import type { ModelClient } from './panel/model-client.ts';
import { createPanel, type Panel } from './panel/panel.ts';
import { createPredictionCache } from './panel/prediction-cache.ts';
import { createFruitlessPasses } from './store/fruitless-passes.ts';
import { createLateOutcomes } from './store/late-outcomes.ts';
import { createRevisions } from './store/revisions.ts';
import type { SharedStore } from './store/store.ts';
import type { Events } from './telemetry/events.ts';
import type { Tracing } from './telemetry/tracing/tracing.ts';

/** What a proxy talks to. All that it does to the world goes through these, and all the time it knows comes from there. */
export interface Connections {
  readonly pubsub: SubscriberClient & PublisherClient;
  readonly store: SharedStore;
  /** Closed with the pipeline. */
  readonly catalog: CatalogClient | undefined;
  readonly connectModel: (target: string) => ModelClient;
  readonly clock: Clock;
}

/** What makes the parts that decide: what is rehearsed in place of the shipped ones goes here. */
export interface Makers {
  readonly createPanel: typeof createPanel;
  readonly createSpine: typeof createSpine;
}

export const SHIPPED: Makers = { createPanel, createSpine };

export interface PipelineOptions {
  readonly config: Config;
  readonly intakes: readonly ('items' | 'backlog')[];
  readonly connections: Connections;
  readonly events: Events;
  readonly makers?: Makers;
  /** Off unless given. */
  readonly tracing?: Tracing | undefined;
}

/** The moderation of items, put together: from the subscriptions to what is published. */
export interface Pipeline {
  readonly spine: Spine;
  readonly panel: Panel;
  readonly publisher: Publisher;
  /** The intakes that are open. */
  readonly intakes: readonly IntakeHandle[];
  /** Rejects when it can't go on, because a subscription is gone for example. Never resolves. */
  readonly failure: Promise<never>;
  /** Begins to receive. */
  open(): void;
  /** Takes no more messages, settles those in work in the drain time and nacks the rest. */
  drain(): Promise<{ readonly nacked: number }>;
  /** Lets go of the models and sources. After {@link drain}. */
  close(): void;
}

const VERSION_CHECK_MS = 1_000;

/** Puts the pipeline together. Resolves when the models have said their versions, or could not be asked in their time. */
export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { config, intakes, connections, events, makers = SHIPPED, tracing } = options;
  const { pubsub, store, catalog, connectModel, clock } = connections;
  using starting = new DisposableStack();
  const sources = createSources(config.enrichment, catalog, clock, events);
  starting.defer(() => sources.close());
  const panel = makers.createPanel({
    config,
    connect: connectModel,
    cache: createPredictionCache(store),
    now: clock.nowMs,
    observer: events,
  });
  starting.defer(() => panel.close());
  await panel.refreshVersions();
  const versionCheck = setInterval(() => void panel.refreshVersions(), VERSION_CHECK_MS);
  starting.defer(() => clearInterval(versionCheck));
  const publisher = createPublisher(pubsub, config.pubsub, events, clock.nowMs);
  const spine = makers.createSpine({
    config,
    revisions: createRevisions(store, config.cache.maxEntries),
    fruitlessPasses: createFruitlessPasses(store, config.cache.maxEntries),
    lateOutcomes: createLateOutcomes(store, config.cache.maxEntries),
    enricher: createEnricher(sources.fetchers),
    panel,
    publisher,
    events,
    clock,
    tracing,
  });

  const opened: IntakeHandle[] = [];
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  failure.catch(() => {}); // Whoever waits for it is told; nobody has to.

  function openOne(intake: 'items' | 'backlog'): IntakeHandle {
    const subscription = config.pubsub.subscriptions[intake];
    return openIntake({
      name: intake,
      pubsub,
      subscription,
      maxInFlight: config[intake].maxInFlight,
      maxBytesInFlight: config[intake].maxBytesInFlight,
      drainMs: config.shutdown.drain,
      maxLeaseMs: config.pubsub.ackDeadline,
      handle: (message) => spine.moderate(intake, message),
      onFailure: (error) => fail(new Error(`subscription ${subscription}: ${error.message}`)),
      onHandlerError: (error, message) => events.handlerFailed(message, error),
    });
  }

  const running = starting.move();
  return {
    spine,
    panel,
    publisher,
    intakes: opened,
    failure,
    open() {
      for (const intake of intakes) opened.push(openOne(intake));
    },
    async drain() {
      const drained = await Promise.all(opened.map((intake) => intake.drain()));
      return { nacked: drained.reduce((sum, { nacked }) => sum + nacked, 0) };
    },
    close: () => running.dispose(),
  };
}

function createSources(
  { seller }: Config['enrichment'],
  client: CatalogClient | undefined,
  clock: Clock,
  events: Events,
): { fetchers: Fetchers; close(): void } {
  if (!seller || !client) return { fetchers: {}, close() {} };
  const profiles = createSellerProfiles({
    client,
    timeoutMs: seller.timeout,
    ttlMs: seller.ttl,
    maxEntries: seller.maxEntries,
    concurrency: seller.concurrency,
    now: clock.nowMs,
    observer: events.seller,
  });
  return { fetchers: { seller: ({ sellerId }) => profiles.profileOf(sellerId) }, close: () => profiles.close() };
}
