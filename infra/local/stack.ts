import { join } from 'node:path';
import type { PubSub } from '@google-cloud/pubsub';
import { connectFaults, type FaultSwitch } from '../../models/host/fault-client.ts';
import type { Load } from '../../models/host/load-meter.ts';
import { modelNames } from '../../models/host/scorers.ts';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { type NodeService, startNodeService } from '../servers/node-service.ts';
import { type Breakage, MODEL_FAULTS } from './breakage.ts';
import { type ChosenCache, chooseBroker, chooseCache } from './choices.ts';
import { setUpPubSub } from './pubsub-setup.ts';
import { type Samples, scrape, total } from './scrape.ts';

/** The models of the local stack: every folder of models/ with a scorer. */
export const MODELS: readonly string[] = modelNames(join(import.meta.dirname, '../../models'));

/** The environment variable by which infra/local/eddy.yaml takes a model's address: `WEAPONS_TARGET`. */
function targetVariable(model: string): string {
  return `${model.toUpperCase().replaceAll('-', '_')}_TARGET`;
}

export interface StackOptions {
  readonly replicas: number;
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Told of every step of the start, for people. */
  readonly tell: (line: string) => void;
  /** A line of a proxy's log that is worth a look: warnings, and what the books need. */
  readonly onProxyLog: (line: ProxyLog, replica: number) => void;
}

export interface ProxyLog {
  readonly level: string;
  readonly event?: string;
  readonly messageId?: string;
  readonly [field: string]: unknown;
}

/** Everything that runs locally. Disposing of it ends all of it, in the right order. */
export interface Stack extends AsyncDisposable {
  readonly pubsub: PubSub;
  readonly replicas: readonly Replica[];
  /** Breaks a part; resolves when it is broken. */
  break(breakage: Breakage): Promise<void>;
  /** Ends a breakage; resolves when the part is back. */
  repair(breakage: Breakage): Promise<void>;
  /** What a model's host has been asked. */
  load(model: string): Promise<Load>;
}

/** One proxy process; a new one takes its place when it was killed and is repaired. */
export interface Replica {
  readonly pid: number;
  readonly grpc: string;
  /** Its figures, those of killed processes before it included; those of the last time when it does not answer. */
  figures(): Promise<Figures>;
}

export interface Figures {
  readonly samples: Samples;
  /** CPU since the process was ready, in seconds. */
  readonly cpuSeconds: number;
}

/** Starts the whole stack on loopback. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, signal, tell } = options;
  await using starting = new AsyncDisposableStack();
  const [broker, cache] = await Promise.all([
    chooseBroker(env, signal).then((it) => starting.use(it)),
    chooseCache(env, signal).then((it) => starting.use(it)),
  ]);
  tell(`Pub/Sub    ${broker.description}`);
  tell(`cache      ${cache.description}`);

  process.env['PUBSUB_EMULATOR_HOST'] = broker.host; // Where the Pub/Sub client looks, and what the proxies inherit.
  const pubsub = connectPubSub(env['PUBSUB_PROJECT_ID'] || 'eddy-local');
  starting.defer(() => pubsub.close());
  await setUpPubSub(pubsub);

  const service = (name: string, script: string, args: string[]) =>
    startNodeService({ name, script, args, signal }).then((it) => starting.use(it));
  const [catalog, ...hosts] = await Promise.all([
    service('the catalogue', 'infra/catalog/main.ts', ['--port', '0']),
    ...MODELS.map((model) => service(`the model ${model}`, 'models/main.ts', [model, '--port', '0', '--faults', '0'])),
  ]);
  tell(`catalogue  ${catalog!.ready['address']}`);
  const switches = new Map<string, FaultSwitch>();
  const targets: Record<string, string> = { CATALOG_TARGET: String(catalog!.ready['address']) };
  for (const [index, host] of hosts.entries()) {
    const model = MODELS[index]!;
    tell(`model      ${host.ready['address']}  ${host.ready['version']}`);
    targets[targetVariable(model)] = String(host.ready['address']);
    switches.set(model, starting.use(connectFaults(String(host.ready['faults']))));
  }

  const startReplica = (number: number) => runReplica(number, { ...targets, ...cacheEnv(cache) }, options);
  const replicas = await Promise.all(
    Array.from({ length: options.replicas }, (_, number) => startReplica(number).then((it) => starting.use(it))),
  );
  for (const { grpc, pid } of replicas) tell(`proxy      ${grpc}  pid ${pid}`);

  const broken = brokenParts(switches, cache, replicas);
  const running = starting.move();
  return {
    pubsub,
    replicas,
    break: (breakage) => broken.break(breakage),
    repair: (breakage) => broken.repair(breakage),
    load: (model) => switches.get(model)!.getLoad(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function cacheEnv({ kind, url }: ChosenCache): Record<string, string> {
  return { CACHE_KIND: kind, ...(url ? { REDIS_URL: url } : {}) };
}

interface RunningReplica extends Replica, AsyncDisposable {
  kill(): Promise<void>;
  restart(): Promise<void>;
}

async function runReplica(number: number, env: Record<string, string>, options: StackOptions): Promise<RunningReplica> {
  const start = () =>
    startNodeService({
      name: `proxy ${number}`,
      script: 'proxy/main.ts',
      args: ['--config', options.config],
      // Readiness and the books read its log.
      env: { ...env, HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'info' },
      signal: options.signal,
      onLine(line) {
        const log = parseLog(line);
        if (log) options.onProxyLog(log, number);
      },
    });
  let process: NodeService = await start();
  let startCpu = await cpuSecondsOf(process);
  let last: Figures = { samples: new Map(), cpuSeconds: 0 };
  // What processes before this one have counted.
  let before: Figures = last;

  return {
    get pid() {
      return process.pid;
    },
    get grpc() {
      return String(process.ready['grpc']);
    },
    async figures() {
      const samples = await scrape(String(process.ready['http']));
      if (samples) {
        const cpuSeconds = total(samples, 'process_cpu_seconds_total') - startCpu;
        last = { samples: added(before.samples, samples), cpuSeconds: before.cpuSeconds + cpuSeconds };
      }
      return last;
    },
    async kill() {
      process.kill('SIGKILL');
      await process.exited;
    },
    async restart() {
      before = last;
      process = await start();
      startCpu = await cpuSecondsOf(process);
    },
    async [Symbol.asyncDispose]() {
      await process.stop();
    },
  };
}

async function cpuSecondsOf(process: NodeService): Promise<number> {
  const samples = await scrape(String(process.ready['http']));
  return samples ? total(samples, 'process_cpu_seconds_total') : 0;
}

function added(a: Samples, b: Samples): Samples {
  const sum = new Map(a);
  for (const [series, value] of b) sum.set(series, (sum.get(series) ?? 0) + value);
  return sum;
}

function parseLog(line: string): ProxyLog | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as ProxyLog;
  } catch {
    return undefined; // A line that was cut by the process's death.
  }
}

function brokenParts(
  switches: ReadonlyMap<string, FaultSwitch>,
  cache: ChosenCache,
  replicas: readonly RunningReplica[],
): Pick<Stack, 'break' | 'repair'> {
  // The last one: whoever looks at the first replica's endpoint keeps it.
  const victim = replicas.at(-1)!;
  const redis = () => {
    if (!cache.server)
      throw new Error('Redis is not of this stack: it can only be broken where the stack has started it');
    return cache.server;
  };
  return {
    async break({ part, how }) {
      if (part === 'proxy') await victim.kill();
      else if (part !== 'redis') await switches.get(part)!.setFaults(MODEL_FAULTS[how]);
      else if (how === 'hang') redis().freeze();
      else await redis().kill();
    },
    async repair({ part, how }) {
      if (part === 'proxy') await victim.restart();
      else if (part !== 'redis') await switches.get(part)!.setFaults({});
      else if (how === 'hang') redis().thaw();
      else await redis().restart();
    },
  };
}
