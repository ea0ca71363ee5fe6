import { type Logger, pino } from 'pino';
import { parseConfig } from '../../proxy/config.ts';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { type Role, type Proxy as RunningProxy, startProxy } from '../../proxy/proxy.ts';
import type { EmulatorProject } from '../servers/servers.ts';
import { type Labels, parseMetrics, sumOf } from './metrics-text.ts';
import { type Backoff, createQueues, type Queues } from './queues.ts';
import { type Answer, type RecordingModel, startRecordingModel } from './recording-model.ts';

type Section = Readonly<Record<string, unknown>>;

export interface ModelSetup {
  /** What it says until the test says otherwise: 0.1 by default. */
  readonly answer?: number | Answer;
  /** Settings of its configuration that are not the rig's. */
  readonly settings?: Section;
}

export interface RigOptions {
  readonly emulator: EmulatorProject;
  /** By the models' names, which are their topics' as well. */
  readonly models: Readonly<Record<string, ModelSetup>>;
  /** Sections of the configuration, each laid over the rig's. */
  readonly settings?: Readonly<Record<string, Section>>;
  readonly backoff?: Backoff;
  /** The proxy that is started with the rig; `none` leaves it to the test. By default `all`. */
  readonly role?: Role | 'none';
}

/** Everything around the proxy, and the proxy: the real emulator, real model hosts, ears on all that is published. */
export interface Rig extends Queues {
  /** @throws Error when the rig has no model of that name */
  model(name: string): RecordingModel;
  /** The proxies that run in this process. */
  readonly proxies: readonly RunningProxy[];
  /** The log lines of all proxies of this process. */
  readonly log: readonly LogLine[];
  /** The configuration as a file would hold it; JSON is YAML. */
  configText(settings?: Readonly<Record<string, Section>>): string;
  /** Starts one more proxy, by default one that does everything, as the rig says unless sections say otherwise. */
  startProxy(role?: Role, settings?: Readonly<Record<string, Section>>): Promise<RunningProxy>;
  /** Ends a proxy as SIGTERM does: it drains. */
  stopProxy(proxy: RunningProxy): Promise<void>;
  /** A metric, summed over the proxies that run in this process. */
  metric(name: string, labels?: Labels): Promise<number>;
}

export interface LogLine {
  readonly level: string;
  readonly event?: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** Patient: what a test does not want to time out must not, on a machine with other work. */
const TIMEOUTS = {
  items: { budget: '6s' },
  backlog: { budget: '6s' },
  pubsub: { publishTimeout: '5s', ackDeadline: '30s' },
  model: { timeout: '4s', breaker: { minimumCalls: 100_000, reset: '5s' } },
};

let rigs = 0;

export async function startRig(options: RigOptions): Promise<Rig> {
  const { emulator, models, settings = {}, backoff = { minMs: 200, maxMs: 1_000 }, role = 'all' } = options;
  const suffix = String(++rigs);
  await using starting = new AsyncDisposableStack();
  process.env['PUBSUB_EMULATOR_HOST'] = emulator.host;
  const pubsub = starting.adopt(connectPubSub(emulator.projectId), (it) => it.close());
  const log: LogLine[] = [];
  const logger = logInto(log);
  const explain = () => ['The proxies said at last:', ...log.slice(-15).map((line) => JSON.stringify(line))].join('\n');
  const queues = starting.use(await createQueues({ pubsub, suffix, backoff, explain }));

  const running = new Map<string, RecordingModel>();
  for (const [name, { answer = 0.1 }] of Object.entries(models)) {
    const model = await startRecordingModel({
      name,
      // Of this rig alone: what another test has left in a shared Redis does not answer for it.
      version: `${name}-${suffix}-1`,
      answer: typeof answer === 'number' ? () => answer : answer,
    });
    running.set(name, starting.use(model));
  }

  function configText(overrides: Readonly<Record<string, Section>> = {}): string {
    const modelSections = Object.entries(models).map(([name, setup]) => {
      const section = {
        topic: name,
        target: running.get(name)!.address,
        reads: ['title', 'description'],
        policy: { review: 0.7, remove: 0.95 },
        ...TIMEOUTS.model,
        ...setup.settings,
      };
      return [name, section];
    });
    const base: Record<string, Section> = {
      pubsub: { project: emulator.projectId, ...queues.names, ...TIMEOUTS.pubsub },
      items: TIMEOUTS.items,
      backlog: TIMEOUTS.backlog,
      http: { port: 0 },
      grpc: { port: 0 },
      shutdown: { drain: '3s' },
      models: Object.fromEntries(modelSections),
    };
    for (const layer of [settings, overrides]) {
      for (const [name, section] of Object.entries(layer)) base[name] = { ...base[name], ...section };
    }
    return JSON.stringify(base, null, 2);
  }

  const proxies: RunningProxy[] = [];
  starting.defer(async () => void (await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()))));
  async function startOne(as: Role = 'all', overrides?: Readonly<Record<string, Section>>): Promise<RunningProxy> {
    const proxy = await startProxy(parseConfig(configText(overrides), {}), as, logger);
    proxies.push(proxy);
    return proxy;
  }
  if (role !== 'none') await startOne(role);

  const whole = starting.move();
  return {
    ...queues,
    model(name) {
      const model = running.get(name);
      if (!model) throw new Error(`the rig has no model ${name}`);
      return model;
    },
    proxies,
    log,
    configText,
    startProxy: startOne,
    async stopProxy(proxy) {
      proxies.splice(proxies.indexOf(proxy), 1);
      await proxy[Symbol.asyncDispose]();
    },
    async metric(name, labels) {
      const texts = proxies.map(async ({ http }) => (await fetch(`http://${http}/metrics`)).text());
      return sumOf(parseMetrics((await Promise.all(texts)).join('\n')), name, labels);
    },
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  };
}

function logInto(lines: LogLine[]): Logger {
  const write = (line: string) => void lines.push(JSON.parse(line));
  return pino({ level: 'debug', formatters: { level: (label) => ({ level: label }) } }, { write });
}
