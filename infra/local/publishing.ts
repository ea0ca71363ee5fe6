import { setTimeout as sleep } from 'node:timers/promises';
import type { PubSub, Topic } from '@google-cloud/pubsub';
import { publishOptions } from '../../proxy/outlets/publisher.ts';
import { failSend, sentAttributes, startSend } from '../telemetry/message-spans.ts';
import type { Spans } from '../telemetry/spans.ts';
import type { SourceMessage } from './source.ts';

export interface PublishingOptions<Message extends SourceMessage> {
  readonly pubsub: PubSub;
  readonly topic: string;
  /** Messages per second. */
  readonly rate: number;
  readonly signal: AbortSignal;
  /** Told of what the broker has confirmed, and when it was published for the first time. */
  readonly onPublished: (messageId: string, atMs: number, message: Message) => void;
  /** For how long a message that the broker refuses is published again, in milliseconds. By default not at all. */
  readonly insistForMs?: number;
  /** Aborting it ends the insisting. */
  readonly giveUp?: AbortSignal;
  /** Begins a trace with every message, or goes on with that which the message names. */
  readonly spans?: Spans | undefined;
}

/** Publishes that the broker has not confirmed; while there are as many, no more are begun. */
const MAX_IN_FLIGHT = 2_000;
const STEP_MS = 20;
const PUBLISH_TIMEOUT_MS = 10_000;
const INSIST_PAUSE_MS = 200;

/**
 * Publishes at a steady rate until there is no more or the signal says stop; resolves when all is confirmed.
 *
 * @returns how many were published
 * @throws Error when the broker refuses one
 */
export async function publishAll<Message extends SourceMessage>(
  messages: AsyncIterable<Message>,
  { pubsub, topic: name, rate, signal, onPublished, insistForMs = 0, giveUp, spans }: PublishingOptions<Message>,
): Promise<number> {
  const topic = pubsub.topic(name, publishOptions(PUBLISH_TIMEOUT_MS));
  const send = sender(topic, name, spans);
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
    const publish = insist(() => send(message), insistForMs, giveUp)
      .then((id) => onPublished(id, atMs, message))
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

/** Publishes one message and tells its id; with a span, where there are any. */
function sender(topic: Topic, name: string, spans: Spans | undefined) {
  const send = ({ data, attributes }: SourceMessage) => topic.publishMessage({ data, attributes });
  if (!spans) return send;
  return async ({ data, attributes }: SourceMessage): Promise<string> => {
    const span = startSend(spans, { topic: name, bytes: data.length, parent: attributes });
    try {
      const id = await send({ data, attributes: sentAttributes(spans, span, attributes) });
      span.setAttribute('messaging.message.id', id);
      return id;
    } catch (error) {
      failSend(span, error);
      throw error;
    } finally {
      span.end();
    }
  };
}

async function insist(publish: () => Promise<string>, forMs: number, giveUp: AbortSignal | undefined): Promise<string> {
  const giveUpAtMs = performance.now() + forMs;
  for (;;) {
    try {
      return await publish();
    } catch (error) {
      if (giveUp?.aborted || performance.now() >= giveUpAtMs) throw error;
      await sleep(INSIST_PAUSE_MS);
    }
  }
}
