import { join } from 'node:path';
import type { PubSub } from '@google-cloud/pubsub';
import { connectFaults, type FaultSwitch } from '../../models/host/fault-client.ts';
import type { Load } from '../../models/host/load-meter.ts';
import { modelNames } from '../../models/host/scorers.ts';
import type { GetCountsResponse } from '../../proto/generated/pubsub/v1/misbehaviour.ts';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import type { Target } from '../prometheus/targets.ts';
import { connectMisbehaviour } from '../pubsub/server/misbehaviour-client.ts';
import type { Exit } from '../servers/child-process.ts';
import { startNodeService } from '../servers/node-service.ts';
import { type BreakablePubSub, type Breakage, modelWays, processWays, pubsubWays, type Way } from './breakage.ts';
import { type BrokerWish, type CacheWish, type ChosenCache, chooseBroker, chooseCaches } from './choices.ts';
import { type Part, portOf, type ServicePart, startServicePart } from './part.ts';
import { type SubscriptionSettings, setUpPubSub } from './pubsub-setup.ts';
import { type ProxyLog, type Replica, startReplica } from './replica.ts';
import { startAll } from './start-all.ts';

/** The models of the local stack: every folder of models/ with a scorer. */
export const MODELS: readonly string[] = modelNames(join(import.meta.dirname, '../../models'));

/** The names of the proxies of a stack: `proxy-1`, `proxy-2`, … */
export function proxyNames(replicas: number): string[] {
  return Array.from({ length: replicas }, (_, index) => `proxy-${index + 1}`);
}

/** The environment variable by which infra/local/eddy.yaml takes a model's address: `WEAPONS_TARGET`. */
export function targetVariable(model: string): string {
  return `${model.toUpperCase().replaceAll('-', '_')}_TARGET`;
}

export interface StackOptions {
  /** Proxies; none where something else is run in their place by {@link Stack.environment}. */
  readonly replicas: number;
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
  /** Which Pub/Sub it must be; by default what there is. */
  readonly broker?: BrokerWish | undefined;
  /** What the proxies' caches are, where there is a redis-server; by default `shared`. */
  readonly cache?: CacheWish | undefined;
  /** How the proxies' subscriptions deliver; by default with short pauses. */
  readonly subscriptions?: SubscriptionSettings | undefined;
  /** What runs in place of the proxy: a program that takes its options, and what its environment has in addition. */
  readonly proxy?: { readonly script: string; readonly env: Readonly<Record<string, string>> } | undefined;
  /** Of the misbehaviour of the embedded Pub/Sub; by default by chance. */
  readonly seed?: number | undefined;
  readonly signal: AbortSignal;
  /** Told of every step of the start, for people. */
  readonly tell: (line: string) => void;
  /** A line of a proxy's log that is worth a look: warnings, and what the books need. */
  readonly onProxyLog: (line: ProxyLog, replica: number) => void;
  /** Options of Node for the programs of this repository, and what they then say: every line that one prints. */
  readonly nodeArgs?: readonly string[];
  readonly onLine?: (part: string, line: string) => void;
  /** Told when a part has ended although nobody asked it to. */
  readonly onUnexpectedExit?: (part: string, exit: Exit) => void;
}

/** Everything that runs locally. Disposing of it ends all of it, in the right order. */
export interface Stack extends AsyncDisposable {
  readonly pubsub: PubSub;
  readonly replicas: readonly Replica[];
  /** The processes of the stack that can be killed or frozen, by their names. */
  readonly parts: ReadonlyMap<string, Part>;
  /** Breaks a part; resolves when it is broken. */
  break(breakage: Breakage): Promise<void>;
  /** Ends a breakage; resolves when the part is back. */
  repair(breakage: Breakage): Promise<void>;
  /** What Pub/Sub has done so far, what it was told to do wrong included, where it is the embedded one. */
  misdeeds(): Promise<GetCountsResponse | undefined>;
  /** What a proxy's environment has in addition to this process's: where the models, the catalogue and the cache are. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a model's host has been asked, since it was started last. */
  load(model: string): Promise<Load>;
  /** Who serves figures for Prometheus, and where; that stays the same when a process is killed and restarted. */
  readonly targets: readonly Target[];
  /** Where a model is slower, or errs more often, than its ways of being broken say. */
  faults(model: string): FaultSwitch;
}

/** Starts the whole stack on loopback. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, signal, tell } = options;
  await using starting = new AsyncDisposableStack();
  const wish = { wish: options.cache, proxies: options.replicas };
  const [broker, ...caches] = await startAll(starting, [
    chooseBroker(env, signal, options),
    ...chooseCaches(env, signal, wish),
  ]);
  tell(`Pub/Sub    ${broker.description}`);
  for (const { description } of caches) tell(`cache      ${description}`);

  process.env['PUBSUB_EMULATOR_HOST'] = broker.host; // Where the Pub/Sub client looks, and what the proxies inherit.
  const pubsub = connectPubSub(env['PUBSUB_PROJECT_ID'] || 'eddy-local');
  starting.defer(() => pubsub.close());
  await setUpPubSub(pubsub, options.subscriptions);

  const [catalog, ...hosts] = await startAll(starting, [
    startCatalog(options),
    ...MODELS.map((model) => startModel(model, options)),
  ]);
  tell(`catalogue  ${catalog.ready['address']}`);
  const switches = new Map<string, FaultSwitch>();
  const targets: Record<string, string> = { CATALOG_TARGET: String(catalog.ready['address']) };
  const parts = new Map<string, Part>([['catalog', catalog]]);
  for (const [index, host] of hosts.entries()) {
    const model = MODELS[index]!;
    tell(`model      ${host.ready['address']}  ${host.ready['version']}`);
    targets[targetVariable(model)] = String(host.ready['address']);
    switches.set(model, starting.use(connectFaults(String(host.ready['faults']))));
    parts.set(model, host);
  }

  const misbehaviour = broker.embedded && starting.use(connectMisbehaviour(broker.embedded.host));
  const embedded = broker.embedded && misbehaviour && { ...broker.embedded, ...misbehaviour };
  const replicas = await startAll(
    starting,
    proxyNames(options.replicas).map((name, index) =>
      startReplica({
        ...watched(name, options),
        name,
        script: options.proxy?.script,
        config: options.config,
        env: { ...options.proxy?.env, ...targets, ...cacheEnv(caches[index % caches.length]!) },
        signal,
        onLog: (log) => options.onProxyLog(log, index + 1),
      }),
    ),
  );
  for (const [index, replica] of replicas.entries()) {
    tell(`proxy      ${replica.grpc}  pid ${replica.pid}`);
    parts.set(`proxy-${index + 1}`, replica);
  }
  for (const [index, { server }] of caches.entries()) {
    if (server) parts.set(caches.length > 1 ? `redis-${index + 1}` : 'redis', server);
  }

  const scraped = [
    ...replicas.map(({ http }): Target => ({ job: 'eddy-proxy', address: http })),
    ...hosts.map(({ ready }): Target => ({ job: 'eddy-model', address: String(ready['metrics']) })),
  ];

  const wayOf = (breakage: Breakage) =>
    findWay(breakage, { parts, switches, pubsub: embedded, last: replicas.at(-1)! });
  let isEnding = false;
  starting.defer(() => {
    isEnding = true;
  });
  void broker.embedded?.exited.then((exit) => {
    if (!isEnding) options.onUnexpectedExit?.('pubsub', exit);
  });
  const running = starting.move();
  return {
    pubsub,
    replicas,
    parts,
    break: async (breakage) => void (await wayOf(breakage).break()),
    repair: async (breakage) => void (await wayOf(breakage).repair()),
    misdeeds: async () => misbehaviour?.getCounts(),
    targets: scraped,
    environment: { ...targets, ...cacheEnv(caches[0]!) },
    load: (model) => switches.get(model)!.getLoad(),
    faults: (model) => switches.get(model)!,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function startCatalog(options: StackOptions): Promise<ServicePart> {
  const { onUnexpectedExit, ...service } = watched('catalog', options);
  return startServicePart({
    onUnexpectedExit,
    start: (before) =>
      startNodeService({
        ...service,
        name: 'the catalogue',
        script: 'infra/catalog/main.ts',
        args: ['--port', before ? portOf(before['address']) : '0'],
        signal: options.signal,
      }),
  });
}

function startModel(model: string, options: StackOptions): Promise<ServicePart> {
  const { onUnexpectedExit, ...service } = watched(model, options);
  return startServicePart({
    onUnexpectedExit,
    start(before) {
      const port = before ? portOf(before['address']) : '0';
      const faults = before ? portOf(before['faults']) : '0';
      const metrics = before ? portOf(before['metrics']) : '0';
      return startNodeService({
        ...service,
        name: `the model ${model}`,
        script: 'models/main.ts',
        args: [model, '--port', port, '--faults', faults, '--metrics', metrics],
        signal: options.signal,
      });
    },
  });
}

/** How a program is run so that whoever started the stack hears of it. */
function watched(part: string, { nodeArgs = [], onLine, onUnexpectedExit }: StackOptions) {
  return {
    nodeArgs,
    onLine: (line: string) => onLine?.(part, line),
    onUnexpectedExit: (exit: Exit) => onUnexpectedExit?.(part, exit),
  };
}

function cacheEnv({ kind, url }: ChosenCache): Record<string, string> {
  return { CACHE_KIND: kind, ...(url ? { REDIS_URL: url } : {}) };
}

interface Breakable {
  readonly parts: ReadonlyMap<string, Part>;
  readonly switches: ReadonlyMap<string, FaultSwitch>;
  /** Where it is the embedded one. */
  readonly pubsub: BreakablePubSub | undefined;
  /** The proxy that is meant by `proxy`: whoever looks at the first one's endpoint keeps it. */
  readonly last: Part;
}

/** @throws Error when the stack has no such part of its own */
function findWay({ part: name, how }: Breakage, { parts, switches, pubsub, last }: Breakable): Way {
  const ways: Readonly<Record<string, Way>> = waysOf();
  const found = ways[how];
  if (!found) throw new Error(`${name} can't be broken by ${how}, only by ${Object.keys(ways).join(', ')}`);
  return found;

  function waysOf(): Readonly<Record<string, Way>> {
    if (name === 'pubsub' && pubsub) return pubsubWays(pubsub);
    if (name === 'pubsub') throw new Error('pubsub is not the embedded one: only that can be broken');
    const part = name === 'proxy' ? last : parts.get(name);
    if (!part) throw new Error(`${name} is not of this stack: only what the stack has started itself can be broken`);
    const faults = switches.get(name);
    return faults ? modelWays(part, faults) : processWays(part);
  }
}
