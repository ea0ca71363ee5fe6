import { setTimeout as sleep } from 'node:timers/promises';
import { type Books, booksLine, createBooks, isSettled } from '../../infra/local/books.ts';
import { keepBooks } from '../../infra/local/keep-books.ts';
import { publishAll } from '../../infra/local/publishing.ts';
import { ITEM_EVENTS } from '../../infra/local/pubsub-setup.ts';
import { scrape, total } from '../../infra/local/scrape.ts';
import type { Stack } from '../../infra/local/stack.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import { distinctItems } from './items.ts';

export interface TurnOptions {
  readonly stack: Stack;
  readonly listings: readonly ValidEvent[];
  /** The number of the first item: no two turns have the same. */
  readonly from: number;
  /** Items before those that count: until then the program warms up. */
  readonly warmUp: number;
  readonly items: number;
  /** Items per second; what is more than the stack can do waits in the broker. */
  readonly rate: number;
  /** How often the proxy is scraped, in milliseconds; not, unless given. */
  readonly scrapeEveryMs?: number | undefined;
  readonly signal: AbortSignal;
  /** Rejects when the stack can't go on. */
  readonly failed: Promise<never>;
}

export interface Turn {
  /** CPU of the proxy, in microseconds per item. */
  readonly itemMicros: number;
  readonly itemsPerSecond: number;
}

const POLL_MS = 50;
/** For how long nothing may be heard of items that are not settled. */
const PATIENCE_MS = 30_000;

/**
 * Sends items to the stack's first proxy and takes the CPU that they cost it, each counted as it is heard of.
 *
 * @throws Error when one of them does not settle, or the proxy does not say what CPU it has used
 */
export async function takeTurn(options: TurnOptions): Promise<Turn> {
  const { stack, from, warmUp, items, scrapeEveryMs, signal } = options;
  const { promise: unheard, reject: fail } = Promise.withResolvers<never>();
  unheard.catch(() => {});
  const books = createBooks();
  await using _books = await keepBooks(stack.pubsub, books, fail);
  const send = (first: number, count: number) =>
    Promise.race([sendAll(options, books, first, count), unheard, options.failed]);
  await send(from, warmUp);

  using _scraping = scrapeEveryMs === undefined ? undefined : scrapeEvery(stack, scrapeEveryMs);
  const cpuBefore = await cpuSecondsOf(stack);
  const startedAtMs = performance.now();
  await send(from + warmUp, items);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  signal.throwIfAborted();
  const cpuSeconds = (await cpuSecondsOf(stack)) - cpuBefore;
  return { itemMicros: (cpuSeconds * 1e6) / items, itemsPerSecond: items / seconds };
}

/** Resolves when all are settled. */
async function sendAll(
  { stack, listings, rate, signal }: TurnOptions,
  books: Books,
  from: number,
  count: number,
): Promise<void> {
  await publishAll(distinctItems(listings, from, count), {
    pubsub: stack.pubsub,
    topic: ITEM_EVENTS,
    rate,
    signal,
    onPublished: (messageId, atMs) => books.published(messageId, atMs),
  });
  let last = '';
  let changedAtMs = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const totals = books.totals();
    if (isSettled(totals)) return;
    const line = booksLine(totals);
    if (line !== last) changedAtMs = performance.now();
    last = line;
    if (performance.now() - changedAtMs > PATIENCE_MS) throw new Error(`nothing is settled any more: ${line}`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function cpuSecondsOf({ replicas }: Stack): Promise<number> {
  const { http } = replicas[0]!;
  const samples = await scrape(http);
  if (!samples) throw new Error(`the proxy at ${http} does not say what CPU it has used`);
  return total(samples, 'process_cpu_seconds_total');
}

/** As Prometheus does it; what a scrape says is of no interest. */
function scrapeEvery({ replicas }: Stack, everyMs: number): Disposable {
  const timer = setInterval(() => void scrape(replicas[0]!.http), everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
