import type { PublishOptions } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import type { Broker, ReceivedMessage } from '../../infra/pubsub/broker/broker.ts';
import type { IncomingMessage, MessageStream, ReceiveOptions, SubscriberClient } from '../../proxy/intake/lease.ts';
import type { PublisherClient } from '../../proxy/outlets/publisher.ts';
import { type Host, later } from './host.ts';
import type { Random } from './random.ts';

/** How the broker treats its clients, beyond what at-least-once delivery allows by itself; changed at will. */
export interface PubSubConditions {
  /** The share of publish requests that are refused, and with which code. */
  refusals: { readonly share: number; readonly code: number };
  /** How long a publish takes on top of its usual time, in milliseconds. */
  publishDelayMs: number;
  /** The share of publish requests that are stored, but never confirmed. */
  lostConfirmations: number;
  /** Streams deliver nothing, and are opened again in vain, until then. */
  streamsCutUntilMs: number;
}

export interface PubSubObserver {
  publishing(host: Host, topic: string, attributes: Readonly<Record<string, string>>): void;
  /** `isGivenUp`: the replica has stopped waiting for it. */
  stored(
    host: Host,
    topic: string,
    id: string,
    data: Buffer,
    attributes: Readonly<Record<string, string>>,
    isGivenUp: boolean,
  ): void;
  delivered(host: Host, subscription: string, message: ReceivedMessage): void;
  /** The replica says so; it may not reach the broker. */
  acknowledging(host: Host, subscription: string, id: string): void;
  nacked(host: Host, subscription: string, id: string): void;
}

export interface PubSubWorld {
  readonly broker: Broker;
  readonly project: string;
  readonly conditions: PubSubConditions;
  readonly random: Random;
  readonly observer: PubSubObserver;
}

/** As the client does it: an attempt is followed by another one after these pauses, doubled each time. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;
/** The share of publishes answered by UNAVAILABLE that are stored. */
const STORED_ALL_THE_SAME = 0.2;
/** As the client does it: acks are gathered for so long, and those after the drain time have so long to be sent. */
const FLUSH_MS = 10;
const FINAL_NACK_MS = 1_000;
/** What a cut stream is opened again after. */
const REOPEN_MS = 1_000;

/**
 * Google's client as the proxy sees it, on a broker core: publishes in batches with retries up to a deadline, receives by
 * a stream with flow control, extends leases, acknowledges in batches, drains when it is closed.
 */
export function connectPubSub(world: PubSubWorld, host: Host): SubscriberClient & PublisherClient {
  return {
    topic: (name, options) => openTopic(world, host, `projects/${world.project}/topics/${name}`, name, options),
    subscription: (name, options) => openStream(world, host, name, options),
  };
}

interface Publishing {
  readonly message: { data: Buffer; attributes: Record<string, string> };
  readonly resolve: (id: string) => void;
  readonly reject: (error: Error) => void;
}

function openTopic(world: PubSubWorld, host: Host, path: string, name: string, options: PublishOptions) {
  const { broker, conditions, random, observer } = world;
  const { maxMessages = 100, maxMilliseconds = 10 } = options.batching!;
  const timeoutMs = Number(options.gaxOpts!.timeout);
  const retryCodes: readonly number[] = options.gaxOpts!.retry!.retryCodes ?? [];
  let batch: Publishing[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (batch.length === 0) return;
    request(batch, performance.now() + timeoutMs, FIRST_RETRY_MS);
    batch = [];
  }

  function request(sent: readonly Publishing[], expiresAtMs: number, retryMs: number): void {
    if (!host.isUp) return;
    const fail = (code: number, details: string) => {
      for (const { reject } of sent) reject(new Error(`${code} ${status[code]}: ${details}`));
    };
    const giveUp = setTimeout(
      () => fail(status.DEADLINE_EXCEEDED, 'no answer in time'),
      expiresAtMs - performance.now(),
    );
    const end = (work: () => void) =>
      later(host, random.between(0.3, 2), () => {
        clearTimeout(giveUp);
        work();
      });
    const store = (): string[] => {
      const isGivenUp = performance.now() >= expiresAtMs;
      const messages = sent.map(({ message }) => ({ ...message, orderingKey: '' }));
      const ids = broker.publish(path, messages);
      for (const [index, { data, attributes }] of messages.entries()) {
        observer.stored(host, name, ids[index]!, data, attributes, isGivenUp);
      }
      return ids;
    };
    // The request arrives, and is carried out, whatever becomes of its sender meanwhile.
    setTimeout(() => {
      const { refusals, lostConfirmations } = conditions;
      if (random.chance(refusals.share)) {
        // What is answered by UNAVAILABLE may have been stored before the connection broke.
        if (refusals.code === status.UNAVAILABLE && random.chance(STORED_ALL_THE_SAME)) store();
        return end(() => {
          const isLast = !retryCodes.includes(refusals.code) || performance.now() + retryMs >= expiresAtMs;
          if (isLast) fail(refusals.code, 'refused');
          else later(host, retryMs, () => request(sent, expiresAtMs, Math.min(2 * retryMs, LAST_RETRY_MS)));
        });
      }
      const ids = store();
      if (random.chance(lostConfirmations)) return;
      end(() => {
        for (const [index, { resolve }] of sent.entries()) resolve(ids[index]!);
      });
    }, random.between(0.3, 2) + conditions.publishDelayMs);
  }

  return {
    publishMessage: (message: Publishing['message']) =>
      new Promise<string>((resolve, reject) => {
        if (host.isUp) observer.publishing(host, name, message.attributes);
        batch.push({ message, resolve, reject });
        if (batch.length >= maxMessages) flush();
        else timer ??= setTimeout(flush, maxMilliseconds);
      }),
  };
}

interface Lease {
  readonly id: string;
  readonly sinceMs: number;
  readonly nack: () => void;
}

function openStream(world: PubSubWorld, host: Host, name: string, options: ReceiveOptions): MessageStream {
  const { broker, conditions, random, observer } = world;
  const path = `projects/${world.project}/subscriptions/${name}`;
  const { ackDeadlineMs } = broker.subscription(path);
  const { maxMessages, maxLeaseMs, drainMs } = options;
  const leases = new Map<string, Lease>();
  const receiver = {};
  let settled: { ackId: string; isAck: boolean }[] = [];
  let flushTimer: NodeJS.Timeout | undefined;
  let listener: ((message: IncomingMessage) => void) | undefined;
  let isPumpDue = false;
  let isOpen = false;
  let onEmpty: (() => void) | undefined;
  let unsubscribe = () => {};
  let extension: NodeJS.Timeout | undefined;

  function open(): void {
    isOpen = true;
    unsubscribe = broker.onDeliverable(path, pumpSoon);
    extension = setInterval(extend, ackDeadlineMs / 2);
    pumpSoon();
  }

  function end(): void {
    isOpen = false;
    unsubscribe();
    clearInterval(extension);
  }

  function pumpSoon(): void {
    if (!host.isUp) end();
    if (isPumpDue || !isOpen || leases.size >= maxMessages) return;
    isPumpDue = true;
    const cutMs = conditions.streamsCutUntilMs > Date.now() ? REOPEN_MS : 0;
    setTimeout(pump, random.between(0.3, 2) + cutMs);
  }

  function pump(): void {
    isPumpDue = false;
    if (!host.isUp) end();
    if (!isOpen) return;
    if (conditions.streamsCutUntilMs > Date.now()) {
      pumpSoon();
      return;
    }
    const received = broker.pull(path, { maxMessages: maxMessages - leases.size, receiver });
    for (const message of received) deliver(message);
  }

  function deliver(received: ReceivedMessage): void {
    const { ackId, message } = received;
    let isSettled = false;
    const settle = (isAck: boolean) => {
      if (isSettled || !host.isUp) return;
      isSettled = true;
      if (isAck) observer.acknowledging(host, name, message.id);
      else observer.nacked(host, name, message.id);
      settled.push({ ackId, isAck });
      if (!flushTimer) flushTimer = setTimeout(flush, FLUSH_MS);
    };
    leases.set(ackId, { id: message.id, sinceMs: performance.now(), nack: () => settle(false) });
    observer.delivered(host, name, received);
    listener!({
      id: message.id,
      data: message.data as Buffer,
      attributes: message.attributes,
      publishedAtMs: message.publishTimeMs,
      ack: () => settle(true),
      nack: () => settle(false),
    });
  }

  /** A slot is free only when its ack is sent. */
  function flush(): void {
    flushTimer = undefined;
    const sent = settled;
    settled = [];
    later(host, random.between(0.3, 2), () => {
      const idsOf = (isAck: boolean) => sent.filter((one) => one.isAck === isAck).map(({ ackId }) => ackId);
      const [acks, nacks] = [idsOf(true), idsOf(false)];
      if (acks.length > 0) broker.acknowledge(path, acks);
      if (nacks.length > 0) broker.modifyAckDeadline(path, nacks, 0);
      for (const { ackId } of sent) leases.delete(ackId);
      if (leases.size === 0) onEmpty?.();
      pumpSoon();
    });
  }

  function extend(): void {
    if (!host.isUp) {
      end();
      return;
    }
    const nowMs = performance.now();
    const extended: string[] = [];
    for (const [ackId, { sinceMs }] of leases) {
      // The client lets go of a lease that is too old; but while it is worked on, nothing is taken in its place.
      if (nowMs - sinceMs < maxLeaseMs) extended.push(ackId);
    }
    if (extended.length > 0) broker.modifyAckDeadline(path, extended, ackDeadlineMs);
  }

  return {
    on(event: 'message' | 'error', added: never) {
      if (event !== 'message') return;
      listener = added;
      open();
    },
    removeAllListeners() {},
    async close() {
      isOpen = false;
      unsubscribe();
      if (leases.size > 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        onEmpty = resolve;
        // What is not done in time is nacked before the time is up.
        const over = setTimeout(() => {
          for (const { nack } of leases.values()) nack();
        }, drainMs);
        const giveUp = setTimeout(resolve, drainMs + FINAL_NACK_MS);
        await promise;
        clearTimeout(over);
        clearTimeout(giveUp);
      }
      end();
    },
  };
}
