import { credentials } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { startGrpcServer } from '../infra/grpc/server.ts';
import { startHttp } from '../infra/http/endpoint.ts';
import type { Spans } from '../infra/telemetry/spans.ts';
import { moderationService } from './api/moderation-service.ts';
import type { Config } from './config-schema.ts';
import { type CatalogClient, createCatalogClient } from './enrichment/catalog-client.ts';
import { checkPubSub } from './intake/check-pubsub.ts';
import { connectSubscriptions } from './intake/google-subscriptions.ts';
import { connectPubSub } from './intake/pubsub-client.ts';
import type { Clock } from './moderate.ts';
import { connectTopics } from './outlets/google-topics.ts';
import { createModelClient } from './panel/model-client.ts';
import type { Panel } from './panel/panel.ts';
import { createPipeline, type Makers, SHIPPED } from './pipeline.ts';
import { createLedger, type Ledger } from './store/ledger.ts';
import { memoryStore, noStore } from './store/memory.ts';
import { redisStore } from './store/redis.ts';
import type { SharedStore } from './store/store.ts';
import { within } from './store/within.ts';
import { createEvents, ENTRIES, type Events, type EventsOptions } from './telemetry/events.ts';
import { addGauges } from './telemetry/gauges.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createOldest } from './telemetry/oldest.ts';
import { createStoreEvents, type StoreEvents } from './telemetry/store-events.ts';
import { createTracing } from './telemetry/tracing/span-tracing.ts';

/** Which intakes a proxy opens: both, or one, so that they can be scaled apart. */
export type Role = 'all' | 'items' | 'backlog';

/** A proxy at work. Disposing of it drains: no more messages, those in work settled in the drain time, the rest nacked. */
export interface Proxy extends AsyncDisposable {
  /** `host:port` of the health and metrics endpoint. */
  readonly http: string;
  /** `host:port` of the synchronous endpoint. */
  readonly grpc: string;
  /** Rejects when the proxy can't go on, a subscription that is gone for example. Never resolves. */
  readonly failure: Promise<never>;
}

/** What makes the parts of a proxy that are rehearsed, or measured, in other forms. */
export interface ProxyMakers extends Makers {
  readonly createEvents: (options: EventsOptions) => Events;
}

const CLOSE_MS = 3_000;
const SHARE_MS = 1_000;
const systemClock: Clock = { wallMs: () => Date.now(), nowMs: () => performance.now() };

/**
 * Builds the proxy and starts it.
 *
 * @param spans by which items are traced, where they are
 * @throws PubSubSetupError, AddressError
 */
export async function startProxy(
  config: Config,
  role: Role,
  log: Logger,
  makers: Partial<ProxyMakers> = {},
  spans?: Spans,
): Promise<Proxy> {
  await using starting = new AsyncDisposableStack();
  const metrics = createMetrics(config);
  const clock = systemClock;

  const pubsub = connectPubSub(config.pubsub.project);
  starting.defer(async () => {
    // By now nothing is published any more; a broker that does not answer must not keep the process.
    await within(pubsub.close(), CLOSE_MS).catch((error: Error) => log.warn({ event: 'close', reason: error.message }));
  });
  const intakes = (['items', 'backlog'] as const).filter((intake) => role === 'all' || role === intake);
  const { warnings, backlogPauseMs } = await checkPubSub(pubsub, config, intakes);
  for (const warning of warnings) log.warn({ event: 'setup' }, warning);
  const topics = starting.use(await connectTopics(pubsub));
  const { subscription } = await connectSubscriptions(pubsub, {
    settlementsLost(name, what, count, error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn(
        { event: 'settlement', subscription: name, what, count, reason },
        'not confirmed; will be delivered again',
      );
    },
    streamLost(name, { message: reason }) {
      log.warn({ event: 'stream', subscription: name, reason }, 'nothing is received at the moment; trying again');
    },
  });

  const store = starting.use(await openStore(config.cache, createStoreEvents(log, metrics)));
  const ledger = createLedger({ accounts: [...Object.keys(config.models), ENTRIES], store, now: clock.nowMs });
  starting.use(shareEverySecond(ledger));
  const oldest = createOldest(backlogPauseMs + config.pubsub.ackDeadline, clock.nowMs);
  const tellOf = makers.createEvents ?? createEvents;
  const events = tellOf({ config, log, metrics, ledger, oldest });
  const pipeline = starting.adopt(
    await createPipeline({
      config,
      intakes,
      connections: {
        pubsub: { subscription, topic: topics.topic },
        store,
        catalog: await connectCatalog(config.enrichment, log),
        connectModel: (target) => createModelClient(target, credentials.createInsecure()),
        clock,
      },
      events,
      tracing: createTracing(spans, config),
      makers: { ...SHIPPED, ...makers },
    }),
    (it) => it.close(),
  );
  const { panel, spine } = pipeline;
  tellVersions(panel, log);

  const service = moderationService({
    spine,
    maxInFlight: config.items.maxInFlight,
    budgetMs: config.items.budget,
  });
  addGauges(metrics, { ...pipeline, service, ledger, oldest, wallMs: clock.wallMs });

  let isDraining = false;
  const grpc = starting.use(
    await startGrpcServer({
      ...config.grpc,
      drainMs: config.shutdown.drain,
      services: [service],
    }),
  );
  const http = starting.use(
    await startHttp({
      ...config.http,
      registry: metrics.registry,
      // Neither models nor the cache make it unready: what they can't do waits in the backlog.
      notReadyBecause() {
        if (isDraining) return 'shutting down';
        return pipeline.intakes.every(({ isOpen }) => isOpen) ? undefined : 'a subscription is not being received from';
      },
    }),
  );

  // All that is in work ends side by side; meanwhile /readyz says that nothing more is taken.
  starting.defer(async () => {
    isDraining = true;
    const [{ nacked }] = await Promise.all([pipeline.drain(), grpc[Symbol.asyncDispose]()]);
    if (nacked > 0) log.warn({ event: 'drained', nacked });
  });

  pipeline.open();
  const { failure } = pipeline;
  const running = starting.move();
  return { http: http.address, grpc: grpc.address, failure, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** What is told to the other replicas last is what the drain has settled. */
function shareEverySecond(ledger: Ledger): AsyncDisposable {
  const timer = setInterval(() => void ledger.share(), SHARE_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await ledger.share();
    },
  };
}

async function openStore(cache: Config['cache'], storeEvents: StoreEvents): Promise<SharedStore> {
  switch (cache.kind) {
    case 'redis':
      return redisStore({
        url: cache.url!,
        timeoutMs: cache.timeout,
        ttlMs: cache.ttl,
        ...storeEvents,
      });
    case 'memory':
      return memoryStore({ maxEntries: cache.maxEntries, ttlMs: cache.ttl });
    case 'none':
      return noStore();
  }
}

async function connectCatalog({ seller }: Config['enrichment'], log: Logger): Promise<CatalogClient | undefined> {
  if (!seller) return undefined;
  const client = createCatalogClient(seller.target, credentials.createInsecure());
  if (!(await client.connect())) {
    log.warn({ event: 'source', source: 'seller', target: seller.target }, 'does not answer; what needs it waits');
  }
  return client;
}

/** A model that is away is told of, and waited for by nobody. */
function tellVersions(panel: Panel, log: Logger): void {
  for (const { name, version, config } of panel.members.values()) {
    if (version) log.info({ event: 'model', model: name, version });
    else {
      const target = config.target;
      log.warn({ event: 'model', model: name, target }, 'does not answer; its part waits in the backlog');
    }
  }
}
