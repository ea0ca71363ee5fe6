import { setTimeout as sleep } from 'node:timers/promises';
import { ITEM_EVENTS } from '../../../infra/local/pubsub-setup.ts';
import type { ItemEvent } from '../../../proto/generated/moderation/v1/item.ts';
import { type PublisherClient, publishOptions } from '../../../proxy/outlets/publisher.ts';
import type { Random } from '../../world/random.ts';
import type { ListingMessage } from '../listings.ts';

export interface LoadOptions {
  readonly pubsub: PublisherClient;
  readonly listings: { next(): ListingMessage[] };
  readonly arrivals: Random;
  /** Events per second, on average. */
  readonly rate: number;
  /** How many times that; looked at before each event. */
  readonly load: { readonly factor: number };
  readonly loadMs: number;
  /** Milliseconds since the begin of the load. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told of each event before it is published. */
  readonly onPublish: (event: ItemEvent) => void;
}

/** Publishes that the broker has not confirmed; while there are as many, no more are begun. */
const MAX_IN_FLIGHT = 2_000;
const PUBLISH_TIMEOUT_MS = 10_000;

/**
 * Publishes events that come independently of each other, until the load is over or the signal says stop; resolves when
 * all are confirmed.
 *
 * @throws Error when the broker does not confirm one
 */
export async function publishLoad(options: LoadOptions): Promise<void> {
  const { pubsub, listings, arrivals, rate, load, loadMs, now, signal, onPublish } = options;
  const topic = pubsub.topic(ITEM_EVENTS, publishOptions(PUBLISH_TIMEOUT_MS));
  const inFlight = new Set<Promise<void>>();
  let failure: unknown;
  let nextAtMs = 0;
  while (nextAtMs < loadMs) {
    const pauseMs = nextAtMs - now();
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {}); // The signal is looked at below.
    if (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
    if (failure !== undefined || signal.aborted) break;
    for (const { event, data, attributes } of listings.next()) {
      if (event) onPublish(event);
      const publish = topic
        .publishMessage({ data, attributes: { ...attributes } })
        .then(
          () => {},
          (error: unknown) => {
            failure ??= error;
          },
        )
        .finally(() => inFlight.delete(publish));
      inFlight.add(publish);
    }
    nextAtMs += arrivals.exponential(1_000 / (rate * load.factor));
  }
  await Promise.all(inFlight);
  if (failure === undefined) return;
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new Error(`an event could not be published: ${reason}`, { cause: failure });
}
