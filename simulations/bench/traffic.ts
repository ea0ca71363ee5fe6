import { setTimeout as sleep } from 'node:timers/promises';
import type { PubSub } from '@google-cloud/pubsub';
import { collect } from '../../infra/local/collector.ts';
import { publishAll } from '../../infra/local/publishing.ts';
import { ITEM_EVENTS } from '../../infra/local/pubsub-setup.ts';
import type { SourceMessage } from '../../infra/local/source.ts';

/** How items are sent. */
export interface Pace {
  /** Items per second. */
  readonly rate: number;
  /** Items that may be without a decision at one time; at as many, the next waits. */
  readonly outstanding: number;
}

/** Items per second that no contestant takes: what holds the items back is how many are outstanding. */
export const SATURATION = 10_000;

/** How a number of items went. */
export interface Passage {
  /** From the first publish to the last decision. */
  readonly seconds: number;
  /** From each item's publish, as it was begun, to its first decision, in milliseconds, in ascending order. */
  readonly delaysMs: readonly number[];
}

export interface Traffic extends AsyncDisposable {
  /**
   * Publishes items and resolves when each has a decision.
   *
   * @throws Error when nothing is heard any more of some
   */
  pass(items: AsyncIterable<SourceMessage>, pace: Pace, signal: AbortSignal): Promise<Passage>;
}

const POLL_MS = 5;
/** Longer than a lease of a minute and the pause after it: what a broker has lost on its way comes again after that. */
const PATIENCE_MS = 150_000;

/** @param decisionsTopic where decisions are heard, which name the message that they answer */
export async function openTraffic(pubsub: PubSub, decisionsTopic: string): Promise<Traffic> {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const ledger = createPassages();
  const ears = await collect(
    pubsub,
    decisionsTopic,
    ({ attributes }) => ledger.decided(attributes['source-message-id'] ?? '', Date.now()),
    fail,
  );

  async function pass(items: AsyncIterable<SourceMessage>, pace: Pace, signal: AbortSignal): Promise<Passage> {
    ledger.begin();
    const startedAtMs = Date.now();
    let begun = 0;
    async function* held(): AsyncGenerator<SourceMessage> {
      for await (const item of items) {
        await untilHeard(() => begun - ledger.settled < pace.outstanding, signal);
        begun++;
        yield item;
      }
    }
    await publishAll(held(), { pubsub, topic: ITEM_EVENTS, rate: pace.rate, signal, onPublished: ledger.published });
    await untilHeard(() => ledger.settled >= begun, signal);
    return { seconds: (ledger.lastAtMs - startedAtMs) / 1_000, delaysMs: ledger.delaysMs() };
  }

  /** Waits for decisions, as long as some come. */
  async function untilHeard(isEnough: () => boolean, signal: AbortSignal): Promise<void> {
    let heard = ledger.settled;
    let changedAtMs = Date.now();
    while (!isEnough()) {
      signal.throwIfAborted();
      if (ledger.settled !== heard) changedAtMs = Date.now();
      heard = ledger.settled;
      if (Date.now() - changedAtMs > PATIENCE_MS) throw new Error(`after ${heard} items nothing is decided any more`);
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  return {
    pass: (...args) => Promise.race([pass(...args), failed]),
    [Symbol.asyncDispose]: () => ears[Symbol.asyncDispose](),
  };
}

/** What was published, and when it was decided first; a decision may be heard of before the broker's answer to the publish. */
function createPassages() {
  let publishedAtMs = new Map<string, number>();
  let decidedAtMs = new Map<string, number>();
  let settled = 0;
  let lastAtMs = 0;
  return {
    begin() {
      publishedAtMs = new Map();
      decidedAtMs = new Map();
      settled = 0;
    },
    published(id: string, atMs: number) {
      publishedAtMs.set(id, atMs);
      if (decidedAtMs.has(id)) settled++;
    },
    decided(id: string, atMs: number) {
      if (decidedAtMs.has(id)) return;
      decidedAtMs.set(id, atMs);
      if (publishedAtMs.has(id)) settled++;
      lastAtMs = atMs;
    },
    get settled() {
      return settled;
    },
    get lastAtMs() {
      return lastAtMs;
    },
    delaysMs: () => [...publishedAtMs].map(([id, atMs]) => decidedAtMs.get(id)! - atMs).sort((a, b) => a - b),
  };
}
