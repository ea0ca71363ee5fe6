import type { Config } from '../../proxy/config-schema.ts';
import { createPipeline, type Makers, type Pipeline, type PipelineOptions } from '../../proxy/pipeline.ts';
import type { Role } from '../../proxy/proxy.ts';
import { bypassing } from '../../proxy/store/bypass.ts';
import { memoryStore, noStore } from '../../proxy/store/memory.ts';
import type { SharedStore } from '../../proxy/store/store.ts';
import type { Events } from '../../proxy/telemetry/events.ts';
import type { SimulatedCatalog } from './catalog.ts';
import type { Host } from './host.ts';
import type { ModelObserver, SimulatedModel } from './model.ts';
import { connectPubSub, type PubSubWorld } from './pubsub.ts';
import type { SimulatedStore } from './store.ts';

/** What the replicas of a world share. */
export interface Surroundings {
  readonly config: Config;
  readonly pubsub: PubSubWorld;
  /** Redis, as a replica of this name finds it. */
  readonly storeOf: (name: string) => SimulatedStore;
  readonly catalog: SimulatedCatalog;
  /** By their target in the configuration. */
  readonly models: ReadonlyMap<string, SimulatedModel>;
  readonly modelObserver: ModelObserver;
  readonly eventsOf: (host: Host) => Events;
  readonly onStore: (host: Host, isAvailable: boolean) => void;
  /** A replica's panel is there, and nothing was asked of it yet. */
  readonly onPanel: (host: Host, pipeline: Pipeline) => void;
  readonly build: Build;
}

/** What replicas are, where that is not what ships. */
export interface Build {
  readonly makers?: Makers;
  /** In place of the whole pipeline. */
  readonly createPipeline?: (options: PipelineOptions, host: Host) => Promise<Pipeline>;
  /** Each replica has a Redis of its own beside it, which outlives its process. */
  readonly hasSidecar?: boolean;
}

/** One proxy, through its crashes and restarts. */
export interface Replica {
  readonly name: string;
  /** Undefined while it is down or starting. */
  readonly pipeline: Pipeline | undefined;
  readonly host: Host | undefined;
  readonly isDraining: boolean;
  /** Without effect while it runs. */
  start(): Promise<void>;
  /** As SIGKILL does it: from now on it sends and hears nothing. */
  crash(): void;
  /** As SIGTERM does it: drains, and ends. */
  stop(): Promise<void>;
  /** Its wall clock goes so much before, or after, the true time from now on. */
  setClock(aheadMs: number): void;
}

export function createReplica(name: string, role: Role, surroundings: Surroundings): Replica {
  const { config, pubsub, catalog, models, modelObserver, eventsOf, onStore, onPanel, build } = surroundings;
  const pipelineOf = build.createPipeline ?? createPipeline;
  const redis = surroundings.storeOf(name);
  let aheadMs = 0;
  let starts = 0;
  let running: { host: Host; pipeline: Pipeline; store: SharedStore; isDraining: boolean } | undefined;
  let isStarting = false;
  let isCrashDue = false;

  function openStore(host: Host): SharedStore {
    const { kind, ttl: ttlMs, maxEntries, timeout } = config.cache;
    if (kind === 'none') return noStore();
    if (kind === 'memory') return memoryStore({ maxEntries, ttlMs });
    const onAvailability = (isAvailable: boolean) => onStore(host, isAvailable);
    return bypassing(redis.connect(host, ttlMs), { timeoutMs: timeout, onAvailability });
  }

  async function release({ host, pipeline, store }: NonNullable<typeof running>): Promise<void> {
    host.isUp = false;
    host.downAtMs = performance.now();
    running = undefined;
    pipeline.close();
    await store[Symbol.asyncDispose]();
  }

  return {
    name,
    get pipeline() {
      return running?.pipeline;
    },
    get host() {
      return running?.host;
    },
    get isDraining() {
      return running?.isDraining ?? false;
    },
    async start() {
      isCrashDue = false;
      if (running || isStarting) return;
      starts++;
      const host: Host = { name: starts > 1 ? `${name} (start ${starts})` : name, isUp: true };
      isStarting = true;
      const events = eventsOf(host);
      const store = openStore(host);
      const options: PipelineOptions = {
        config,
        intakes: (['items', 'backlog'] as const).filter((intake) => role === 'all' || role === intake),
        connections: {
          pubsub: connectPubSub(pubsub, host),
          store,
          catalog: catalog.connect(host),
          connectModel: (target) => models.get(target)!.connect(host, modelObserver),
          clock: { wallMs: () => Date.now() + aheadMs, nowMs: () => performance.now() },
        },
        events,
        ...(build.makers ? { makers: build.makers } : {}),
      };
      const pipeline = await pipelineOf(options, host);
      isStarting = false;
      running = { host, pipeline, store, isDraining: false };
      onPanel(host, pipeline);
      pipeline.open();
      // Taking nothing in yet, it might as well have gone down a moment later.
      if (isCrashDue) this.crash();
    },
    crash() {
      isCrashDue = isStarting;
      if (running) void release(running);
    },
    async stop() {
      const stopping = running;
      if (!stopping || stopping.isDraining) return;
      stopping.isDraining = true;
      await stopping.pipeline.drain();
      if (running === stopping) await release(stopping);
    },
    setClock(ms) {
      aheadMs = ms;
    },
  };
}
