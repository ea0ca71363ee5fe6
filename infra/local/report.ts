import { setTimeout as sleep } from 'node:timers/promises';
import type { Books } from './books.ts';
import type { LocalOptions } from './command.ts';
import { notOver, openList } from './open-list.ts';
import { receivedItems } from './received.ts';
import { createDelays, type Delays } from './seen/delays.ts';
import type { Stack } from './stack.ts';

/** The delays of first words: in calm times, and of what was published while something was broken by `--break`. */
export interface DelaySpans {
  /** When the first event is published, which `--after` counts from. */
  begin(atMs: number): void;
  add(publishedAtMs: number, delayMs: number): void;
  lines(): string[];
}

export function createDelaySpans({
  break: breakages,
  after,
  for: forMs = Number.POSITIVE_INFINITY,
}: Pick<LocalOptions, 'break' | 'after' | 'for'>): DelaySpans {
  const calm = createDelays();
  const broken = createDelays();
  let breakFromMs = Number.POSITIVE_INFINITY;
  const lineOf = (when: string, delays: Delays) => {
    const at = (quantile: number) => `${delays.at(quantile) ?? '–'} ms`;
    return `first decision${when}: p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (${delays.count} events)`;
  };
  return {
    begin(atMs) {
      breakFromMs = atMs + after;
    },
    add(publishedAtMs, delayMs) {
      const isBroken = breakages.length > 0 && publishedAtMs >= breakFromMs && publishedAtMs < breakFromMs + forMs;
      (isBroken ? broken : calm).add(delayMs);
    },
    lines: () =>
      breakages.length === 0 ? [lineOf('', calm)] : [lineOf(' in calm times', calm), lineOf(' while broken', broken)],
  };
}

export interface ReportOptions {
  readonly stack: Stack;
  readonly spans: DelaySpans;
  readonly mostBehind: number;
  /** Events per second. */
  readonly rate: number;
  readonly models: readonly string[];
}

/** How the run went, in figures: delays, the load of each model, the proxies' CPU. */
export async function reportLines({ stack, spans, mostBehind, rate, models }: ReportOptions): Promise<string[]> {
  const lines = ['', ...spans.lines(), `main stream: at most ${mostBehind} events behind at ${rate} events per second`];
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
