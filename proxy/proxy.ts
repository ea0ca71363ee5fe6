import { credentials } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { startGrpcServer } from '../infra/grpc/server.ts';
import { startHttp } from './api/http.ts';
import { moderationService } from './api/moderation-service.ts';
import type { Config } from './config-schema.ts';
import { createEnricher, type Fetchers } from './enrichment/enrich.ts';
import { createSellerProfiles, type SellerProfilesObserver } from './enrichment/seller-profiles.ts';
import { checkPubSub } from './intake/check-pubsub.ts';
import { type IntakeHandle, openIntake } from './intake/lease.ts';
import { connectPubSub } from './intake/pubsub-client.ts';
import { type Clock, createSpine } from './moderate.ts';
import { createPublisher } from './outlets/publisher.ts';
import { createModelClient } from './panel/model-client.ts';
import { createPanel, type Panel } from './panel/panel.ts';
import { createPredictionCache } from './panel/prediction-cache.ts';
import { createFruitlessPasses } from './store/fruitless-passes.ts';
import { createLateOutcomes } from './store/late-outcomes.ts';
import { memoryStore, noStore } from './store/memory.ts';
import { redisStore } from './store/redis.ts';
import { createRevisions } from './store/revisions.ts';
import type { SharedStore } from './store/store.ts';
import { within } from './store/within.ts';
import { createEvents, type Events } from './telemetry/events.ts';
import { createMetrics, observePanel } from './telemetry/metrics.ts';

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

const VERSION_CHECK_MS = 1_000;
const CLOSE_MS = 3_000;
const systemClock: Clock = { wallMs: () => Date.now(), nowMs: () => performance.now() };

/**
 * Builds the proxy and starts it.
 *
 * @throws PubSubSetupError, AddressError
 */
export async function startProxy(config: Config, role: Role, log: Logger): Promise<Proxy> {
  await using starting = new AsyncDisposableStack();
  const metrics = createMetrics();
  const events = createEvents(log, metrics);
  const clock = systemClock;

  const pubsub = connectPubSub(config.pubsub.project);
  starting.defer(async () => {
    // By now nothing is published any more; a broker that does not answer must not keep the process.
    await within(pubsub.close(), CLOSE_MS).catch((error: Error) => log.warn({ event: 'close', reason: error.message }));
  });
  const intakes = (['items', 'backlog'] as const).filter((intake) => role === 'all' || role === intake);
  for (const warning of await checkPubSub(pubsub, config, intakes)) log.warn({ event: 'setup' }, warning);

  const store = starting.use(await openStore(config.cache, events));
  const panel = starting.adopt(
    createPanel({
      config,
      connect: (target) => createModelClient(target, credentials.createInsecure()),
      cache: createPredictionCache(store),
      now: clock.nowMs,
      observer: events,
    }),
    (it) => it.close(),
  );
  observePanel(metrics, panel);
  await learnVersions(panel, log, starting);

  const spine = createSpine({
    config,
    revisions: createRevisions(store, config.cache.maxEntries),
    fruitlessPasses: createFruitlessPasses(store, config.cache.maxEntries),
    lateOutcomes: createLateOutcomes(store, config.cache.maxEntries),
    enricher: createEnricher(await connectSources(config.enrichment, events.seller, log, starting)),
    panel,
    publisher: createPublisher(pubsub, config.pubsub, events),
    events,
    clock,
  });

  const open: IntakeHandle[] = [];
  let isDraining = false;
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  failure.catch(() => {}); // Whoever waits for it is told; nobody has to.

  const grpc = starting.use(
    await startGrpcServer({
      ...config.grpc,
      drainMs: config.shutdown.drain,
      services: [
        moderationService({
          spine,
          maxInFlight: config.items.maxInFlight,
          budgetMs: config.items.budget,
          onError: (error) => events.handlerFailed({ id: 'moderate' }, error),
        }),
      ],
    }),
  );
  const http = starting.use(
    await startHttp({
      ...config.http,
      registry: metrics.registry,
      notReadyBecause() {
        if (isDraining) return 'shutting down';
        return open.every(({ isOpen }) => isOpen) ? undefined : 'a subscription is not being received from';
      },
    }),
  );

  for (const intake of intakes) {
    open.push(
      openIntake({
        pubsub,
        subscription: config.pubsub.subscriptions[intake],
        maxInFlight: config[intake].maxInFlight,
        maxBytesInFlight: config[intake].maxBytesInFlight,
        drainMs: config.shutdown.drain,
        maxLeaseMs: config.pubsub.ackDeadline,
        handle: (message) => spine.moderate(intake, message),
        onFailure: (error) => fail(new Error(`subscription ${config.pubsub.subscriptions[intake]}: ${error.message}`)),
        onHandlerError: (error, message) => events.handlerFailed(message, error),
      }),
    );
  }
  // All that is in work ends side by side; meanwhile /readyz says that nothing more is taken.
  starting.defer(async () => {
    isDraining = true;
    const drains = open.map((intake) => intake.drain());
    const [, ...drained] = await Promise.all([grpc[Symbol.asyncDispose](), ...drains]);
    const nacked = drained.reduce((sum, one) => sum + one.nacked, 0);
    if (nacked > 0) log.warn({ event: 'drained', nacked });
  });

  const running = starting.move();
  return { http: http.address, grpc: grpc.address, failure, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function openStore(cache: Config['cache'], events: Events): Promise<SharedStore> {
  switch (cache.kind) {
    case 'redis':
      return redisStore({
        url: cache.url!,
        timeoutMs: cache.timeout,
        ttlMs: cache.ttl,
        onAvailability: events.storeChanged,
      });
    case 'memory':
      return memoryStore({ maxEntries: cache.maxEntries, ttlMs: cache.ttl });
    case 'none':
      return noStore();
  }
}

async function connectSources(
  { seller }: Config['enrichment'],
  observer: SellerProfilesObserver,
  log: Logger,
  resources: AsyncDisposableStack,
): Promise<Fetchers> {
  if (!seller) return {};
  const profiles = createSellerProfiles({
    target: seller.target,
    credentials: credentials.createInsecure(),
    timeoutMs: seller.timeout,
    ttlMs: seller.ttl,
    maxEntries: seller.maxEntries,
    concurrency: seller.concurrency,
    observer,
  });
  resources.defer(() => profiles.close());
  if (!(await profiles.connect())) {
    log.warn({ event: 'source', source: 'seller', target: seller.target }, 'does not answer; what needs it waits');
  }
  return { seller: ({ sellerId }) => profiles.profileOf(sellerId) };
}

/** Learns the models' versions now, and keeps them up to date. A model that is away is told of, and waited for by nobody. */
async function learnVersions(panel: Panel, log: Logger, resources: AsyncDisposableStack): Promise<void> {
  await panel.refreshVersions();
  for (const { name, version, config } of panel.members.values()) {
    if (version) log.info({ event: 'model', model: name, version });
    else
      log.warn(
        { event: 'model', model: name, target: config.target },
        'does not answer; its part waits in the backlog',
      );
  }
  const timer = setInterval(() => void panel.refreshVersions(), VERSION_CHECK_MS);
  resources.defer(() => clearInterval(timer));
}
