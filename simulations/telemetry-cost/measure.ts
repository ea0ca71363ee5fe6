import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutServers } from '../../infra/local/own-servers.ts';
import { readListings } from '../../infra/local/source.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import type { Reporter } from '../reporter.ts';
import { exchangeIn, FOLDER_VARIABLE, type Variant } from './exchange.ts';
import { orderOfTurns } from './figures.ts';
import type { ReplayedCosts } from './replay.ts';
import { type Turn, takeTurn } from './turn.ts';

export interface MeasureOptions {
  /** Of each kind. */
  readonly turns: number;
  readonly items: number;
  readonly warmUp: number;
  readonly rate: number;
  readonly rounds: number;
  readonly config: string;
  readonly listings: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

export interface Measured {
  /** In pairs: the first of one belong to the first of the other. */
  readonly shipped: readonly Turn[];
  readonly silent: readonly Turn[];
  readonly recording: Turn;
  readonly costs: ReplayedCosts;
}

/** How often a proxy with telemetry is scraped. Prometheus does it every 15 s in production: this is the dearer. */
export const SCRAPE_MS = 5_000;

/**
 * Runs turns with telemetry and without on one local stack, whose proxy is started anew for each, then one that is
 * recorded, and has the record replayed.
 *
 * @throws Error when the stack can't be started, or items are not settled
 */
export async function measure(options: MeasureOptions): Promise<Measured> {
  const { turns, items, warmUp, rate, env, signal, reporter } = options;
  await using folder = await temporaryFolder();
  const exchange = exchangeIn(folder.path);
  const listings = await readListings(options.listings);
  const order: readonly Variant[] = [...orderOfTurns<Variant, Variant>(turns, 'shipped', 'silent'), 'recording'];
  const become = (variant: Variant) => exchange.variant.write({ variant, skip: warmUp, items });

  let lastWords = '';
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  await become(order[0]!);
  const stack = await startStack({
    replicas: 1,
    config: options.config,
    env: withoutServers(env),
    broker: 'embedded',
    proxy: { script: 'simulations/telemetry-cost/proxy.ts', env: { [FOLDER_VARIABLE]: folder.path } },
    signal,
    tell: (line) => reporter.progress(line),
    onProxyLog: () => {},
    onLine(part, line) {
      if (part === 'proxy-1' && !line.startsWith('{')) lastWords = line;
    },
    onUnexpectedExit: (part, exit) => fail(new Error(`${part} has ended by itself (${exit.signal ?? exit.code})`)),
  });
  await using running = new AsyncDisposableStack();
  running.use(stack);
  const taken: Record<Variant, Turn[]> = { shipped: [], silent: [], recording: [] };
  let from = 0;
  for (const [index, variant] of order.entries()) {
    signal.throwIfAborted();
    reporter.progress(`turn ${index + 1} of ${order.length}: ${variant}`);
    if (index > 0) await changeTo(stack, () => become(variant));
    const scrapeEveryMs = variant === 'silent' ? undefined : SCRAPE_MS;
    const turn = { stack, listings, from, warmUp, items, rate, scrapeEveryMs, signal, failed };
    taken[variant].push(await takeTurn(turn));
    from += warmUp + items;
  }
  reporter.progress('replaying the record');
  await exchange.replay.write({ rounds: options.rounds });
  // The proxy replays when it has drained.
  await running.disposeAsync();
  const costs = await exchange.costs.read();
  if (!costs) throw new Error(`the proxy has ended without what its record costs; its last words: ${lastWords}`);
  const { shipped, silent, recording } = taken;
  return { shipped, silent, recording: recording[0]!, costs };
}

async function changeTo({ replicas }: Stack, become: () => Promise<void>): Promise<void> {
  await become();
  await replicas[0]!.restart();
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'eddy-telemetry-cost-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
