import { type Logger, pino } from 'pino';
import type { ProxyMakers } from '../../proxy/proxy.ts';
import { createEvents, type EventsOptions } from '../../proxy/telemetry/events.ts';
import { createStoreEvents } from '../../proxy/telemetry/store-events.ts';
import { SILENT } from '../world/silent-events.ts';
import type { Exchange, VariantWish } from './exchange.ts';
import { createRecorder, type Recording } from './recorder.ts';
import { cpuOf, type ReplayedCosts, replay, type ScrapeCost } from './replay.ts';

/** What a proxy is made of, and what is to be done when it has drained. */
export interface Program {
  readonly makers: Partial<ProxyMakers>;
  end(): Promise<void>;
}

/** Ten times as many as an item has in calm times. */
const CALLS_PER_ITEM = 100;
/** Seldom enough that the clock costs next to nothing, and no multiple of the calls that a function has per item. */
const TIME_EVERY = 7;
const SCRAPES_PER_ROUND = 10;
const COMMANDS_PER_ROUND = 100_000;

/** @throws Error when the exchange does not say which variant it is to be */
export async function programOf(exchange: Exchange): Promise<Program> {
  const said = await exchange.variant.read();
  if (!said) throw new Error('no variant is written down: this proxy is started by npm run telemetry-cost');
  const end = () => Promise.resolve();
  switch (said.variant) {
    case 'shipped':
      return { makers: {}, end };
    case 'silent':
      return { makers: { createEvents: () => SILENT }, end };
    case 'recording':
      return recordingProgram(exchange, said);
  }
}

function recordingProgram(exchange: Exchange, { skip, items }: VariantWish): Program {
  const now = () => performance.now();
  const recorder = createRecorder({ skip, maxCalls: items * CALLS_PER_ITEM, timeEvery: TIME_EVERY, now });
  let options: EventsOptions | undefined;
  return {
    makers: {
      createEvents(given) {
        options = given;
        return recorder.listenTo(createEvents(given));
      },
    },
    async end() {
      const wish = await exchange.replay.read();
      if (wish && options) await exchange.costs.write(await costsOf(recorder.recording, options, wish.rounds));
    },
  };
}

/** The counters go on from where the run has left them: they have all series that a run leads to. */
async function costsOf(recording: Recording, options: EventsOptions, rounds: number): Promise<ReplayedCosts> {
  const { items, received, isCut } = recording;
  const { metrics } = options;
  const means = { rounds, cpuMicros };
  const scrape = await scrapeCost(options, means);
  const log = nowhere(options.log.level);
  const shipped = createEvents({ ...options, log });
  const replayed = replay({ recording, shipped, silent: SILENT, ...means });

  const { values } = await metrics.storeCommands.get();
  const commandsPerItem = values.reduce((sum, { value }) => sum + value, 0) / received;
  const { onCommand } = createStoreEvents(log, metrics);
  const perCommand = await cpuOf(
    () => {
      for (let count = 0; count < COMMANDS_PER_ROUND; count++) onCommand('answered', 1);
    },
    { ...means, times: 1 },
  );
  const store = { commandsPerItem, micros: (perCommand / COMMANDS_PER_ROUND) * commandsPerItem };
  return { ...replayed, items, isCut, store, scrape };
}

async function scrapeCost(
  { metrics: { registry } }: EventsOptions,
  means: { readonly rounds: number; readonly cpuMicros: () => number },
): Promise<ScrapeCost> {
  const text = await registry.metrics();
  const micros = await cpuOf(() => registry.metrics(), { ...means, times: SCRAPES_PER_ROUND });
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  return { micros, bytes: Buffer.byteLength(text), series };
}

/** A log that is written as the proxy's is (infra/grpc/log.ts), to nowhere. */
function nowhere(level: string): Logger {
  const options = {
    level,
    base: { service: 'eddy-proxy', pid: process.pid },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, { write() {} });
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
