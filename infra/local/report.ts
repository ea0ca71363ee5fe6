import { setTimeout as sleep } from 'node:timers/promises';
import type { Books } from './books.ts';
import type { LocalOptions } from './command.ts';
import { notOver, openList } from './open-list.ts';
import { receivedItems } from './received.ts';
import type { Stack } from './stack.ts';

export interface ReportOptions {
  readonly stack: Stack;
  readonly books: Books;
  readonly options: LocalOptions;
  readonly startedAtMs: number;
  readonly models: readonly string[];
}

/** How the run went, in figures: delays, the load of each model, the proxies' CPU. */
export async function reportLines({ stack, books, options, startedAtMs, models }: ReportOptions): Promise<string[]> {
  const delays = books.delays();
  const lines = [''];
  const breakFromMs = startedAtMs + options.after;
  const breakToMs = breakFromMs + (options.for ?? Number.POSITIVE_INFINITY);
  const isBroken = ({ publishedAtMs }: { publishedAtMs: number }) =>
    publishedAtMs >= breakFromMs && publishedAtMs < breakToMs;
  const spans =
    options.break.length === 0
      ? ([['', delays]] as const)
      : ([
          [' in calm times', delays.filter((delay) => !isBroken(delay))],
          [' while broken', delays.filter(isBroken)],
        ] as const);
  for (const [when, span] of spans) {
    const sorted = span.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
    const at = (quantile: number) =>
      `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? '–'} ms`;
    lines.push(`first decision${when}: p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (${sorted.length} events)`);
  }

  lines.push(`main stream: at most ${mostBehind(delays)} events behind at ${options.rate} events per second`);

  lines.push(...(await Promise.all(models.map((model) => loadLine(stack, model)))));

  const figures = await Promise.all(stack.replicas.map((replica) => replica.figures()));
  const cpuSeconds = figures.reduce((sum, replica) => sum + replica.cpuSeconds, 0);
  const received = await receivedItems(stack.replicas);
  const perItem = received > 0 ? Math.round((cpuSeconds / received) * 1e6) : 0;
  lines.push(`proxy: ${perItem} µs of CPU per item (${cpuSeconds.toFixed(2)} s for ${received} messages)`);
  return lines;
}

/** A model that is frozen or killed when all ends does not hold it up. */
const LOAD_TIMEOUT_MS = 1_000;

async function loadLine(stack: Pick<Stack, 'load'>, model: string): Promise<string> {
  const late = sleep(LOAD_TIMEOUT_MS, undefined, { ref: false });
  const load = await Promise.race([stack.load(model).catch(() => undefined), late]);
  if (!load) return `${model}: does not answer`;
  return `${model}: ${load.inputs} inputs in ${load.calls} calls, at most ${load.peakConcurrency} at one time`;
}

/** What has not come to its end, message by message. */
export function openLines(books: Books): string[] {
  return openList(books.open(), (key) => `message ${key}: ${notOver(books.accountOf(key)!)}`);
}

/** The most events that had been published and not heard of at one time. */
export function mostBehind(delays: ReturnType<Books['delays']>): number {
  const changes = delays.flatMap(({ publishedAtMs, delayMs }): [atMs: number, by: number][] => [
    [publishedAtMs, 1],
    [publishedAtMs + delayMs, -1],
  ]);
  // What is heard of in the same millisecond as another is published is no longer behind it.
  changes.sort(([a, byA], [b, byB]) => a - b || byA - byB);
  let behind = 0;
  let most = 0;
  for (const [, by] of changes) {
    behind += by;
    most = Math.max(most, behind);
  }
  return most;
}
