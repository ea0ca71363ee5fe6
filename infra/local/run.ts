import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../grpc/log.ts';
import { openTelemetry } from '../telemetry/open-telemetry.ts';
import { type Books, booksLine, createBooks, isSettled, REMEMBERED } from './books.ts';
import { type Breakages, createBreakages } from './breakages.ts';
import type { LocalOptions } from './command.ts';
import { shareMessages } from './console/burst.ts';
import { interruptSignal, untilAborted } from './interrupt.ts';
import { keepBooks } from './keep-books.ts';
import { publishAll } from './publishing.ts';
import { ITEM_EVENTS } from './pubsub-setup.ts';
import type { ProxyLog } from './replica.ts';
import { createDelaySpans, openLines, reportLines } from './report.ts';
import { checkScraping, startScraping } from './scraping.ts';
import { watchFirstWords } from './seen/first-words.ts';
import { startLiveLine } from './seen/live-line.ts';
import { breakableParts, startWatching, type Watching } from './seen/watching.ts';
import { endlessEvents, fileMessages, type SourceMessage } from './source.ts';
import { MODELS, proxyNames, startStack } from './stack.ts';

/** Starts the stack, sends events, keeps the books, breaks what is to be broken, and tells how it went. */
export async function runLocalStack(options: LocalOptions, env: NodeJS.ProcessEnv): Promise<number> {
  using interrupt = interruptSignal();
  try {
    return await run(options, env, interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted && error === interrupt.signal.reason) return 130;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function run(options: LocalOptions, env: NodeJS.ProcessEnv, interrupted: AbortSignal): Promise<number> {
  await checkScraping(options);
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupted, stop.signal]);
  using live = startLiveLine({ screen: process.stdout, env });
  const { say } = live;
  // Where the environment asks for traces, each begins with the publishing of its event.
  const log = createLog('eddy-source', 'warn');
  await using telemetry = await openTelemetry({ service: 'eddy-source', env, log });
  const spans = createDelaySpans(options);
  const firstWords = watchFirstWords(createBooks({ remembered: REMEMBERED }), spans.add);
  const { books } = firstWords;
  let breakages: Breakages | undefined;
  let watching: Watching | undefined;
  await using stack = await startStack({
    replicas: options.replicas,
    config: options.config,
    broker: options.broker,
    env,
    signal,
    tell: say,
    onProxyLog: (log, replica) => heed(log, replica, books, options.replicas, say),
    onUnexpectedExit(part, exit) {
      say(`  error: ${part} has ended by itself (${exit.signal ?? `exit code ${exit.code}`})`);
      breakages?.ended(part);
    },
  });
  await using _scraping = await startScraping({ ...options, stack, signal, tell: say });
  const ways = await breakableParts(stack, options.replicas);
  const aliases = new Map([['proxy', proxyNames(options.replicas).at(-1)!]]);
  breakages = createBreakages({ stack, ways, aliases, say });
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  await using _books = await keepBooks(stack.pubsub, books, fail, (decision, messageId) =>
    watching?.decided(decision, messageId),
  );
  // What goes on when this fails must not go on against a stack that is being disposed of.
  await using loops = new AsyncDisposableStack();

  const messages = shareMessages(
    options.items
      ? fileMessages(options.items)
      : endlessEvents(options.listings, options.count ?? Number.POSITIVE_INFINITY),
  );
  const publish = (some: AsyncIterable<SourceMessage>, rate: number) =>
    publishAll(some, {
      pubsub: stack.pubsub,
      topic: ITEM_EVENTS,
      rate,
      signal,
      spans: telemetry.spans,
      onPublished(messageId, atMs, { data }) {
        watching?.published(messageId, data);
        books.published(messageId, atMs);
      },
      // Where people break Pub/Sub by a switch, they want to see it come back.
      insistForMs: options.console === false ? 0 : Number.POSITIVE_INFINITY,
      giveUp: signal,
    }).catch((error: unknown) => {
      if (signal.aborted) return 0; // What the broker refused, nobody waits for any more.
      throw error;
    });
  watching = await startWatching({
    stack,
    options,
    ways,
    firstWords,
    breakages,
    live,
    burst: (count) => publish(messages.take(count), Number.POSITIVE_INFINITY),
  });
  loops.use(watching);

  spans.begin(Date.now());
  const breaking = breakParts(options, breakages, signal);
  breaking.catch(fail);
  const publishing = publish(messages.steady, options.rate);
  loops.defer(async () => {
    stop.abort();
    await Promise.allSettled([breaking, publishing]);
  });
  await Promise.race([publishing, failed]);
  if (options.once) await Promise.race([settled(books, breaking, options.patience, signal), failed]);
  else await Promise.race([untilAborted(signal), failed]);
  const isStopped = interrupted.aborted;
  stop.abort();
  await breaking;
  await watching[Symbol.asyncDispose]();

  const { mostBehind } = firstWords;
  const { rate } = options;
  for (const line of await reportLines({ stack, spans, mostBehind, rate, models: MODELS })) say(line);
  const totals = books.totals();
  if (options.once && !isStopped) for (const line of openLines(books)) say(line);
  say(booksLine(totals, isStopped));
  return options.once && !isSettled(totals) ? 1 : 0;
}

/** What a proxy's log says that concerns the books, or people. */
function heed(log: ProxyLog, replica: number, books: Books, replicas: number, say: (line: string) => void): void {
  if (log.event === 'superseded' && log.messageId) books.superseded(log.messageId, Date.now());
  if (log.event === 'quarantined' || (log.level !== 'warn' && log.level !== 'error')) return;
  const { level, time: _time, service: _service, pid: _pid, event, ...rest } = log;
  const details = Object.entries(rest).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  say(`  ${level}: ${replicas > 1 ? `proxy ${replica}: ` : ''}${[event, ...details].join(', ')}`);
}

async function breakParts(options: LocalOptions, breakages: Breakages, signal: AbortSignal): Promise<void> {
  if (options.break.length === 0) return;
  const wait = (ms: number) =>
    sleep(ms, undefined, { signal }).then(
      () => true,
      () => false,
    );
  if (!(await wait(options.after))) return;
  for (const breakage of options.break) await breakages.break(breakage);
  if (options.for === undefined || !(await wait(options.for))) return;
  // What somebody has broken in another way since is theirs to repair.
  await Promise.all(options.break.map((breakage) => breakages.repair(breakage.part, breakage)));
}

/** Resolves when every message is settled or, once nothing is broken any more, nothing has been for too long. */
async function settled(books: Books, breaking: Promise<void>, patienceMs: number, signal: AbortSignal): Promise<void> {
  let isBreaking = true;
  const over = () => {
    isBreaking = false;
  };
  breaking.then(over, over);
  let last = '';
  let changedAtMs = Date.now();
  while (!signal.aborted) {
    const totals = books.totals();
    if (isSettled(totals)) return;
    const now = JSON.stringify(totals);
    if (now !== last || isBreaking) {
      last = now;
      changedAtMs = Date.now();
    }
    if (Date.now() - changedAtMs > patienceMs) return;
    await sleep(100, undefined, { signal }).catch(() => {}); // Woken by the signal, which the loop looks at.
  }
}
