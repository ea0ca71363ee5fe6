import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { type Books, createBooks, isSettled, REMEMBERED } from '../../infra/local/books.ts';
import { untilAborted } from '../../infra/local/interrupt.ts';
import { keepBooks } from '../../infra/local/keep-books.ts';
import { withoutServers } from '../../infra/local/own-servers.ts';
import { publishAll } from '../../infra/local/publishing.ts';
import { BACKOFF_SECONDS, ITEM_EVENTS } from '../../infra/local/pubsub-setup.ts';
import { endlessEvents } from '../../infra/local/source.ts';
import { MODELS, proxyNames, type Stack, startStack } from '../../infra/local/stack.ts';
import { readConfig } from '../../proxy/config.ts';
import { settleBoundMs } from '../chaos/settle-bound.ts';
import { inspectorAddress } from './inspector.ts';
import { mildFaults } from './mild-faults.ts';
import { createSamples, type Samples } from './series.ts';
import { lookAt } from './vitals.ts';

export interface SoakOptions {
  readonly durationMs: number;
  /** Events per second. */
  readonly rate: number;
  readonly config: string;
  readonly listings: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly samples: Samples;
  readonly books: Books;
  /** Told when no more events are sent, and for how long they were, in milliseconds. */
  readonly onLoadOver: (ranForMs: number) => void;
  /** Told how it goes, for people. */
  readonly tell: (line: string) => void;
}

const REPLICAS = 2;
const SAMPLE_MS = 10_000;
const FAULT_MS = 60_000;
/** Publishes that are refused are tried again for as long. */
const INSIST_MS = 60_000;
const POLL_MS = 100;
const MIB = 1_048_576;

/**
 * What each replica remembers of items is bounded by this number. In half an hour an ordinary bound would not be reached,
 * and memory would grow without anything being wrong; this one is reached before the judging begins.
 */
const CACHE_ENTRIES = 1_000;

/** Starts a set of samples and books for {@link runSoakStack}. */
export function emptyResults(): Pick<SoakOptions, 'samples' | 'books'> {
  return { samples: createSamples(), books: createBooks({ remembered: REMEMBERED }) };
}

/**
 * Runs the local stack at a steady rate, with a mild fault a minute, and takes samples of its processes. Stopped by the
 * signal it ends early; samples and books hold what is known by then.
 *
 * @throws Error when the stack can't start, or events can't be published or watched
 */
export async function runSoakStack(options: SoakOptions): Promise<void> {
  const { durationMs, rate, listings, samples, books, tell } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const env = withoutServers(options.env);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  await using folder = await temporaryFolder();
  const config = await boundedConfig(options.config, folder.path);
  const inspectors = new Map<string, string>();
  await using stack = await startStack({
    replicas: REPLICAS,
    config,
    env,
    signal,
    tell,
    onProxyLog: (log) => {
      if (log.event === 'superseded' && log.messageId) books.superseded(log.messageId, Date.now());
    },
    nodeArgs: ['--expose-gc', '--inspect=127.0.0.1:0'],
    onLine(part, line) {
      const address = inspectorAddress(line);
      if (address) inspectors.set(part, address);
    },
    onUnexpectedExit: (part, { code, signal: by }) => fail(new Error(`${part} has ended by itself (${by ?? code})`)),
  });
  await using _books = await keepBooks(stack.pubsub, books, fail);
  await using loops = new AsyncDisposableStack();

  const load = new AbortController();
  const until = AbortSignal.any([signal, load.signal]);
  const startedAtMs = Date.now();
  const publishing = publishAll(endlessEvents(listings, Number.POSITIVE_INFINITY), {
    pubsub: stack.pubsub,
    topic: ITEM_EVENTS,
    rate,
    signal: until,
    insistForMs: INSIST_MS,
    giveUp: signal,
    onPublished: books.published,
  });
  const sampling = again(SAMPLE_MS, until, async () => {
    await sample(stack, inspectors, samples, startedAtMs, until);
    tell(progressLine(samples, books, Date.now() - startedAtMs));
  });
  const faults = mildFaults(MODELS, `proxy-${REPLICAS}`, stack.parts);
  let turn = 0;
  const breaking = again(FAULT_MS, until, async () => {
    const fault = faults[turn++ % faults.length]!;
    tell(`  ${fault.name}`);
    await fault.run(stack, (ms) => sleep(ms, undefined, { signal: until }));
  });

  const all = Promise.all([publishing, sampling, breaking]);
  // What goes on when this fails must not go on against a stack that is being disposed of.
  loops.defer(async () => {
    end.abort();
    await Promise.allSettled([publishing, sampling, breaking]);
  });
  try {
    await Promise.race([sleep(durationMs, undefined, { signal }).catch(() => {}), all, failed]);
  } finally {
    options.onLoadOver(Date.now() - startedAtMs);
    load.abort();
  }
  const stopped = untilAborted(signal);
  await Promise.race([all, failed, stopped]);
  const boundMs = settleBoundMs(readConfig(config, env), { maximumBackoffMs: BACKOFF_SECONDS.maximum * 1_000 });
  await Promise.race([settled(books, boundMs, signal), failed]);
}

/** Does something once in a while until the signal; late rather than twice at a time. */
async function again(everyMs: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  for (let dueMs = performance.now() + everyMs; !signal.aborted; dueMs += everyMs) {
    try {
      await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal });
      await act();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** What is looked at: the programs of this repository that are told to have an inspector. */
const LOOKED_AT = ['catalog', ...MODELS, ...proxyNames(REPLICAS)];
/** What must be found flat: all of them that no mild fault restarts. */
export const JUDGED: readonly string[] = ['proxy-1', ...MODELS];

/** One sample of each program; one that can't be looked at now, frozen or on its way up, is counted as missed. */
async function sample(
  stack: Stack,
  inspectors: ReadonlyMap<string, string>,
  samples: Samples,
  startedAtMs: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    LOOKED_AT.map(async (name) => {
      const { pid } = stack.parts.get(name)!;
      const inspector = inspectors.get(name);
      const vitals = inspector && (await lookAt(pid, inspector).catch(() => undefined));
      if (vitals) samples.add(name, pid, Date.now() - startedAtMs, vitals);
      else if (!signal.aborted) samples.miss(name);
    }),
  );
}

function progressLine(samples: Samples, books: Books, elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000);
  const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  const processes = samples.all.map(({ process, samples: [...own] }) => {
    const newest = own.at(-1);
    if (!newest) return `${process} never looked at`;
    const { heapBytes, rssBytes, fds } = newest;
    return `${process} ${(heapBytes / MIB).toFixed(1)}/${(rssBytes / MIB).toFixed(0)} MiB ${fds} fds`;
  });
  const { published, waiting, unheard } = books.totals();
  return [clock, ...processes, `${published} events, ${waiting + unheard} open`].join('  ');
}

async function settled(books: Books, boundMs: number, signal: AbortSignal): Promise<void> {
  const giveUpAtMs = Date.now() + boundMs;
  while (!signal.aborted && !isSettled(books.totals()) && Date.now() < giveUpAtMs) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => {}); // Woken by the signal, which the loop looks at.
  }
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'eddy-soak-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** The configuration with bounds that are reached soon. */
async function boundedConfig(file: string, folder: string): Promise<string> {
  const config = parse(await readFile(file, 'utf8'));
  config.cache.maxEntries = CACHE_ENTRIES;
  const bounded = join(folder, 'soak.yaml');
  await writeFile(bounded, stringify(config));
  return bounded;
}
