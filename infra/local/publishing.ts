import { setTimeout as sleep } from 'node:timers/promises';
import type { PubSub } from '@google-cloud/pubsub';
import { publishOptions } from '../../proxy/outlets/publisher.ts';
import type { SourceMessage } from './source.ts';

export interface PublishingOptions {
  readonly pubsub: PubSub;
  readonly topic: string;
  /** Messages per second. */
  readonly rate: number;
  readonly signal: AbortSignal;
  readonly onPublished: (messageId: string, atMs: number) => void;
}

/** Publishes that the broker has not confirmed; while there are as many, no more are begun. */
const MAX_IN_FLIGHT = 2_000;
const STEP_MS = 20;
const PUBLISH_TIMEOUT_MS = 10_000;

/**
 * Publishes at a steady rate until there is no more or the signal says stop; resolves when all is confirmed.
 *
 * @returns how many were published
 * @throws Error when the broker refuses one
 */
export async function publishAll(
  messages: AsyncIterable<SourceMessage>,
  { pubsub, topic: name, rate, signal, onPublished }: PublishingOptions,
): Promise<number> {
  const topic = pubsub.topic(name, publishOptions(PUBLISH_TIMEOUT_MS));
  const inFlight = new Set<Promise<void>>();
  const startedAtMs = performance.now();
  let failure: unknown;
  let count = 0;
  for await (const message of messages) {
    while (!signal.aborted && count >= ((performance.now() - startedAtMs + STEP_MS) / 1_000) * rate) {
      await sleep(STEP_MS, undefined, { signal }).catch(() => {}); // Woken by the signal, which the loop looks at.
    }
    if (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
    if (failure !== undefined) throw failure;
    if (signal.aborted) break;
    count++;
    const atMs = Date.now();
    const publish = topic
      .publishMessage(message)
      .then((id) => onPublished(id, atMs))
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => inFlight.delete(publish));
    inFlight.add(publish);
  }
  await Promise.all(inFlight);
  if (failure !== undefined) throw failure;
  return count;
}
