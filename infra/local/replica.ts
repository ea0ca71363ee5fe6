import { type NodeService, startNodeService } from '../servers/node-service.ts';
import { PROXY_ENVIRONMENT, PROXY_NODE_OPTIONS } from '../servers/proxy-node-options.ts';
import { type Part, portOf, type ServicePartOptions, startServicePart } from './part.ts';
import { type Samples, scrape, total } from './scrape.ts';

/** One proxy process; a new one takes its place when it was killed and is restarted. */
export interface Replica extends Part {
  /** `host:port` of its health and metrics. */
  readonly http: string;
  readonly grpc: string;
  /** Its figures, those of killed processes before it included; those of the last time when it does not answer. */
  figures(): Promise<Figures>;
}

export interface Figures {
  readonly samples: Samples;
  /** CPU since the process was ready, in seconds. */
  readonly cpuSeconds: number;
}

export interface ProxyLog {
  readonly level: string;
  readonly event?: string;
  readonly messageId?: string;
  readonly [field: string]: unknown;
}

export interface ReplicaOptions extends Pick<ServicePartOptions, 'onUnexpectedExit'> {
  readonly name: string;
  /** The program, from the repository's root; by default `proxy/main.ts`. */
  readonly script?: string | undefined;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly onLog: (log: ProxyLog) => void;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** @throws StartError */
export async function startReplica(options: ReplicaOptions): Promise<Replica & AsyncDisposable> {
  const { name, script = 'proxy/main.ts', config, env, nodeArgs = [], signal, onLog, onLine } = options;
  const part = await startServicePart({
    ...options,
    start: (before) =>
      startNodeService({
        name,
        script,
        args: ['--config', config],
        nodeArgs: [...PROXY_NODE_OPTIONS, ...nodeArgs],
        // Readiness and the books read its log.
        env: {
          ...PROXY_ENVIRONMENT,
          ...env,
          HTTP_PORT: before ? portOf(before['http']) : '0',
          GRPC_PORT: before ? portOf(before['grpc']) : '0',
          LOG_LEVEL: 'info',
        },
        signal,
        onLine(line) {
          onLine?.(line);
          const log = parseLog(line);
          if (log) onLog(log);
        },
      }),
  });
  let startCpu = await cpuSecondsOf(part);
  let last: Figures = { samples: new Map(), cpuSeconds: 0 };
  // What processes before this one have counted.
  let before: Figures = last;

  return {
    get pid() {
      return part.pid;
    },
    get http() {
      return String(part.ready['http']);
    },
    get grpc() {
      return String(part.ready['grpc']);
    },
    async figures() {
      const samples = await scrape(String(part.ready['http']));
      if (samples) {
        const cpuSeconds = total(samples, 'process_cpu_seconds_total') - startCpu;
        last = { samples: added(before.samples, samples), cpuSeconds: before.cpuSeconds + cpuSeconds };
      }
      return last;
    },
    kill: part.kill,
    freeze: part.freeze,
    thaw: part.thaw,
    async restart() {
      before = last;
      await part.restart();
      startCpu = await cpuSecondsOf(part);
    },
    [Symbol.asyncDispose]: part[Symbol.asyncDispose],
  };
}

async function cpuSecondsOf({ ready }: Pick<NodeService, 'ready'>): Promise<number> {
  const samples = await scrape(String(ready['http']));
  return samples ? total(samples, 'process_cpu_seconds_total') : 0;
}

// By Prometheus' conventions.
const COUNTS = /^\w+_(?:total|count|sum|bucket)(?:\{|$)/;

/** What is counted goes on where the process before has ended; all else is what the process says that runs. */
function added(a: Samples, b: Samples): Samples {
  const sum = new Map(b);
  for (const [series, value] of a) {
    if (COUNTS.test(series)) sum.set(series, value + (b.get(series) ?? 0));
  }
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
