import { setTimeout as sleep } from 'node:timers/promises';
import type { protos, SubscriberOptions } from '@google-cloud/pubsub';
import type { Broker } from './broker.ts';
import { type Listener, type OnMessage, openListener } from './listener.ts';

export type SubscriptionSettings = protos.google.pubsub.v1.ISubscription;
export type TopicSettings = protos.google.pubsub.v1.ITopic;
export type MessageSettings = protos.google.pubsub.v1.IPubsubMessage;

/** A message that a unary pull has leased. */
export interface Pulled {
  readonly ackId: string;
  readonly text: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly id: string;
  readonly publishedAtMs: number;
  readonly orderingKey: string;
  /** 0 without a dead-letter policy. */
  readonly deliveryAttempt: number;
  /** Before the pull was asked for: its lease began no earlier. Milliseconds, of a clock that only goes forward. */
  readonly askedAtMs: number;
  /** When the answer was here. */
  readonly pulledAtMs: number;
}

export type Kind = 'topics' | 'subscriptions' | 'snapshots';

/** What a test works with: a broker, and names that no other test has. Disposing of it closes what it has opened. */
export interface Bench extends AsyncDisposable {
  readonly broker: Broker;
  /** The whole name of something; by default of something that nobody has named before. */
  name(kind: Kind, id?: string): string;
  createTopic(settings?: TopicSettings): Promise<string>;
  createSubscription(topic: string, settings?: SubscriptionSettings): Promise<string>;
  /** Publishes in one request; resolves with the messages' ids. */
  publish(topic: string, ...messages: readonly (string | MessageSettings)[]): Promise<string[]>;
  /** What can be had at once, one pull's worth of it. */
  pull(subscription: string, maxMessages?: number): Promise<Pulled[]>;
  /** Pulls until there are that many. @throws Error with what came, when that takes too long. */
  pullUntil(subscription: string, count: number, withinMs?: number): Promise<Pulled[]>;
  /** Everything that comes while it waits. */
  pullFor(subscription: string, durationMs: number): Promise<Pulled[]>;
  acknowledge(subscription: string, ...messages: readonly Pulled[]): Promise<void>;
  /** 0 gives the messages back. */
  modifyDeadline(subscription: string, seconds: number, ...messages: readonly Pulled[]): Promise<void>;
  /** Receives through the client's stream; each message is acknowledged unless `onMessage` says otherwise. */
  listen(subscription: string, onMessage?: OnMessage, options?: SubscriberOptions): Listener;
}

/** Generous: a machine with other work must not fail a test. */
export const PATIENCE_MS = 40_000;

const POLL_MS = 200;
const CALL = { timeout: 20_000 };

let lastName = 0;

export function openBench(broker: Broker): Bench {
  const { publisher, subscriber, projectId } = broker;
  const listeners: Listener[] = [];
  const name = (kind: Kind, id = `${kind}-${++lastName}`) => `projects/${projectId}/${kind}/${id}`;

  async function pull(subscription: string, maxMessages = 1_000): Promise<Pulled[]> {
    const askedAtMs = performance.now();
    const request = { subscription, maxMessages, returnImmediately: true };
    const [{ receivedMessages }] = await subscriber.pull(request, CALL);
    const pulledAtMs = performance.now();
    return (receivedMessages ?? []).map((received) => ({ ...pulled(received), askedAtMs, pulledAtMs }));
  }

  async function collect(subscription: string, isEnough: (all: readonly Pulled[]) => boolean, durationMs: number) {
    const end = performance.now() + durationMs;
    const all = await pull(subscription);
    while (!isEnough(all) && performance.now() < end) {
      await sleep(POLL_MS);
      all.push(...(await pull(subscription)));
    }
    return all;
  }

  return {
    broker,
    name,
    async createTopic(settings = {}) {
      const [{ name: created }] = await publisher.createTopic({ name: name('topics'), ...settings }, CALL);
      return created ?? '';
    },
    async createSubscription(topic, settings = {}) {
      const request = { name: name('subscriptions'), topic, ...settings };
      const [{ name: created }] = await subscriber.createSubscription(request, CALL);
      return created ?? '';
    },
    async publish(topic, ...messages) {
      const wanted = messages.map((one) => (typeof one === 'string' ? { data: Buffer.from(one) } : one));
      const [{ messageIds }] = await publisher.publish({ topic, messages: wanted }, CALL);
      return messageIds ?? [];
    },
    pull,
    async pullUntil(subscription, count, withinMs = PATIENCE_MS) {
      const all = await collect(subscription, ({ length }) => length >= count, withinMs);
      if (all.length < count) {
        throw new Error(`Of ${count} messages ${all.length} came in ${withinMs} ms: ${textsOf(all).join(', ')}`);
      }
      return all;
    },
    pullFor: (subscription, durationMs) => collect(subscription, () => false, durationMs),
    async acknowledge(subscription, ...messages) {
      await subscriber.acknowledge({ subscription, ackIds: messages.map(({ ackId }) => ackId) }, CALL);
    },
    async modifyDeadline(subscription, ackDeadlineSeconds, ...messages) {
      const ackIds = messages.map(({ ackId }) => ackId);
      await subscriber.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds }, CALL);
    },
    listen(subscription, onMessage, options) {
      const listener = openListener(broker.pubsub, subscription, onMessage, options);
      listeners.push(listener);
      return listener;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

export function textsOf(messages: readonly { readonly text: string }[]): string[] {
  return messages.map(({ text }) => text);
}

function pulled({ ackId, message, deliveryAttempt }: protos.google.pubsub.v1.IReceivedMessage) {
  const data = Buffer.from(message?.data ?? '');
  const { seconds = 0, nanos = 0 } = message?.publishTime ?? {};
  return {
    ackId: ackId ?? '',
    text: data.toString(),
    data,
    attributes: message?.attributes ?? {},
    id: message?.messageId ?? '',
    publishedAtMs: Number(seconds) * 1_000 + Number(nanos) / 1e6,
    orderingKey: message?.orderingKey ?? '',
    deliveryAttempt: deliveryAttempt ?? 0,
  };
}
