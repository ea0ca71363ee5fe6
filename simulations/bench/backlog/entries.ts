import { credentials } from '@grpc/grpc-js';
import { callUnary } from '../../../infra/grpc/call.ts';
import { PublisherClient } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { backlogEntry } from '../../../proxy/moderation/backlog-entry.ts';
import type { Case } from '../../../proxy/moderation/case.ts';
import type { ValidEvent } from '../../../proxy/moderation/event.ts';
import type { Outcomes, Scored } from '../../../proxy/moderation/outcome.ts';
import { entryMessage, type OutgoingMessage } from '../../../proxy/outlets/messages.ts';
import type { Ground } from '../ground.ts';

const TOPIC = 'moderation-backlog';
/** Pub/Sub takes as many in one request. */
const PER_REQUEST = 1_000;
const TIMEOUT_MS = 60_000;

/** The models of an entry: those that have answered, and the one that is down. */
export interface EntryModels {
  readonly scored: readonly string[];
  readonly owed: string;
}

/** The message of an entry as a proxy publishes it for an item whose last model is down. */
export function waitingEntry(
  listings: readonly ValidEvent[],
  number: number,
  { scored, owed }: EntryModels,
): OutgoingMessage {
  const { item, ...listing } = listings[number % listings.length]!;
  const nowMs = Date.now();
  const event: ValidEvent = { ...listing, eventId: `event-${number}`, item: { ...item, itemId: `item-${number}` } };
  const subject: Case = { intake: 'items', event, sourceMessageId: `${number}`, publishedAtMs: nowMs, traceparent: '' };
  const score: Scored = { state: 'scored', probability: 0.0123456789, modelVersion: 'bench-1' };
  const outcomes: Outcomes = new Map(scored.map((model) => [model, score]));
  const rest = [{ model: owed, attempts: 1, lastError: 'UNAVAILABLE: No connection established' }];
  return entryMessage(backlogEntry(subject, rest, [], outcomes, { seller: undefined }, nowMs));
}

/**
 * Puts as many entries on the backlog. Google's client would take most of the time that this takes: it goes by without it.
 */
export async function fillBacklog(
  { stack, pubsubHost, listings, numbers }: Pick<Ground, 'stack' | 'pubsubHost' | 'listings' | 'numbers'>,
  count: number,
  models: EntryModels,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (published: number) => void },
): Promise<void> {
  const client = new PublisherClient(pubsubHost, credentials.createInsecure());
  try {
    const { name: topic } = stack.pubsub.topic(TOPIC);
    const from = numbers(count);
    for (let sent = 0; sent < count; sent += PER_REQUEST) {
      signal.throwIfAborted();
      const messages = Array.from({ length: Math.min(PER_REQUEST, count - sent) }, (_, index) => ({
        ...waitingEntry(listings, from + sent + index, models),
        messageId: '',
        publishTime: undefined,
        orderingKey: '',
      }));
      const request = { topic, messages };
      await callUnary(client.publish.bind(client), request, { timeoutMs: TIMEOUT_MS, signal });
      onProgress?.(sent + messages.length);
    }
  } finally {
    client.close();
  }
}
