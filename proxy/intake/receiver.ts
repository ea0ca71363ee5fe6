import { randomUUID } from 'node:crypto';
import type { protos } from '@google-cloud/pubsub';
import { batchAcks } from './ack-batches.ts';
import type { IncomingMessage, MessageStream, ReceiveOptions } from './lease.ts';
import { keepLeases, type Lease } from './lease-keeper.ts';
import type { Place } from './linked-list.ts';
import {
  openStreamingPull,
  type PullCall,
  type StreamingPull,
  type StreamingPullOptions,
  type StreamResponse,
} from './streaming-pull.ts';

/** The broker's side of one subscription, call by call. */
export interface SubscriptionLink {
  /** As soon as there is a connection. */
  openStream(): Promise<PullCall>;
  acknowledge(ackIds: string[], timeoutMs: number): Promise<unknown>;
  modifyAckDeadline(ackIds: string[], seconds: number, timeoutMs: number): Promise<unknown>;
  /** Lets go of the connection, on which nothing comes any more, for another one. */
  reconnect(): void;
  /** Ends what is under way. Never rejects, and takes a bounded time. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ReceiveOptions {
  /** The whole name: `projects/P/subscriptions/S`. */
  readonly subscription: string;
  /** The broker could not be told of the end of so many messages, and will deliver them again. */
  readonly onGivenUp: (what: 'ack' | 'nack', count: number, error: unknown) => void;
  /** Nothing is received at the moment: see {@link StreamingPullOptions.onLost}. */
  readonly onLost: StreamingPullOptions['onLost'];
}

/** How long an ack waits for others, in milliseconds. */
const GATHER_MS = 10;
/** What the broker has for the last acks and nacks after the drain time, in milliseconds. */
const FINAL_NACK_MS = 1_000;
/** What is settled, but not known to the broker: while it is more, nothing is begun. It bounds what is kept in memory. */
const MAX_UNCONFIRMED = 10_000;
const NO_DATA = Buffer.alloc(0);
/** By which the broker knows the streams of this process for those of one client. */
const CLIENT_ID = randomUUID();

/**
 * For how long the broker lends a message at a time, in seconds. What a killed replica had comes back after that, so it is
 * not long; but it is extended, and a replica that stands still for half of it must not lose what it has in work. Pub/Sub
 * takes 10 to 600.
 */
export function leaseSecondsOf(maxLeaseMs: number): number {
  return Math.min(60, Math.max(10, Math.ceil(maxLeaseMs / 3_000)));
}

/**
 * Receives the messages of a subscription by Google's generated client, for what the handwritten one does above it: opens
 * the stream again, keeps leases, holds the limit, gathers acks and nacks. Begins when it is listened to for messages.
 */
export class Receiver implements MessageStream {
  readonly #link: SubscriptionLink;
  readonly #options: ReceiverOptions;
  readonly #leases;
  readonly #acks;
  readonly #nacks;
  readonly #leaseSeconds: number;
  /** Arrived beyond the limit, as a broker may send that does not heed it; oldest first. */
  readonly #queue: Message[] = [];
  #stream: StreamingPull | undefined;
  #working = 0;
  #isDispatching = false;
  #closing: Promise<void> | undefined;
  #onMessage: ((message: IncomingMessage) => void) | undefined;
  #onError: ((error: Error) => void) | undefined;
  #onProgress: (() => void) | undefined;

  constructor(link: SubscriptionLink, options: ReceiverOptions) {
    const { maxLeaseMs, onGivenUp } = options;
    this.#link = link;
    this.#options = options;
    this.#leaseSeconds = leaseSecondsOf(maxLeaseMs);
    const common = { maxHeldMs: GATHER_MS, retryForMs: this.#leaseSeconds * 1_000, onLess: () => this.#proceed() };
    this.#acks = batchAcks({
      ...common,
      send: (ackIds, timeoutMs) => link.acknowledge(ackIds, timeoutMs),
      onGivenUp: (count, error) => onGivenUp('ack', count, error),
    });
    this.#nacks = batchAcks({
      ...common,
      send: (ackIds, timeoutMs) => link.modifyAckDeadline(ackIds, 0, timeoutMs),
      onGivenUp: (count, error) => onGivenUp('nack', count, error),
    });
    this.#leases = keepLeases<Message>({
      leaseSeconds: this.#leaseSeconds,
      maxLeaseMs,
      extend: (ackIds, seconds, timeoutMs) => link.modifyAckDeadline(ackIds, seconds, timeoutMs),
    });
  }

  on(event: 'message', listener: (message: IncomingMessage) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'message' | 'error', listener: (it: never) => void): void {
    if (event === 'error') this.#onError = listener as (error: Error) => void;
    else {
      this.#onMessage = listener as (message: IncomingMessage) => void;
      if (!this.#closing) this.#stream ??= this.#open();
    }
  }

  removeAllListeners(): void {
    this.#onMessage = undefined;
    this.#onError = undefined;
  }

  /**
   * Receives no more and gives back what is queued; waits for what is in work, for at most the drain time, gives back the
   * rest, and sees to it that the broker hears of it.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #open(): StreamingPull {
    return openStreamingPull({
      open: () => this.#link.openStream(),
      first: {
        subscription: this.#options.subscription,
        streamAckDeadlineSeconds: this.#leaseSeconds,
        maxOutstandingMessages: this.#options.maxMessages,
        maxOutstandingBytes: this.#options.maxBytes,
        clientId: CLIENT_ID,
        // By which the broker answers to what keeps the stream alive.
        protocolVersion: 1,
      },
      onResponse: (response) => this.#take(response),
      onFailure: (error) => this.#onError?.(error),
      onLost: this.#options.onLost,
      onSilence: () => this.#link.reconnect(),
    });
  }

  #take({ receivedMessages }: StreamResponse): void {
    if (!receivedMessages?.length) return;
    const receivedAtMs = performance.now();
    const endsAtMs = receivedAtMs + this.#leaseSeconds * 1_000;
    for (const received of receivedMessages) {
      const message = new Message(this, received, receivedAtMs, endsAtMs);
      if (this.#closing) this.#giveBack(message);
      else {
        this.#leases.hold(message);
        if (this.#queue.length === 0 && this.#hasRoom()) this.#begin(message);
        else this.#queue.push(message);
      }
    }
    if (this.#queue.length > 0) this.#stream?.pause();
  }

  #hasRoom(): boolean {
    return this.#working < this.#options.maxMessages && this.#acks.pending + this.#nacks.pending < MAX_UNCONFIRMED;
  }

  #begin(message: Message): void {
    message.isInWork = true;
    this.#working++;
    this.#onMessage?.(message);
  }

  /** For {@link Message} alone. */
  settle(message: Message, isAck: boolean): void {
    if (!message.isInWork) return;
    message.isInWork = false;
    this.#working--;
    this.#leases.letGo(message);
    (isAck ? this.#acks : this.#nacks).add(message.ackId);
    this.#proceed();
  }

  #giveBack(message: Message): void {
    // What its handler says of it later has no effect.
    message.isInWork = false;
    this.#leases.letGo(message);
    this.#nacks.add(message.ackId);
  }

  /** Something has ended, which may have made room. */
  #proceed(): void {
    this.#onProgress?.();
    // What is begun may be given back at once, and be here again.
    if (this.#isDispatching || this.#queue.length === 0) return;
    this.#isDispatching = true;
    try {
      while (this.#queue.length > 0 && this.#hasRoom()) {
        const message = this.#queue.shift()!;
        // Queued until its lease could be extended no more: it comes again, or has come to another replica.
        if (this.#leases.isHeld(message)) this.#begin(message);
      }
    } finally {
      this.#isDispatching = false;
    }
    if (this.#queue.length === 0) this.#stream?.resume();
  }

  async #close(): Promise<void> {
    const { drainMs } = this.#options;
    const overAtMs = performance.now() + drainMs + FINAL_NACK_MS;
    let isEnded = !this.#stream;
    void this.#stream?.end().then(() => {
      isEnded = true;
      this.#onProgress?.();
    });
    for (const message of this.#queue.splice(0)) this.#giveBack(message);
    this.#flush();
    await this.#until(() => this.#working === 0, drainMs);
    for (const message of this.#leases.held) this.#giveBack(message);
    this.#leases[Symbol.dispose]();
    this.#flush();
    const isToldAll = () => this.#acks.pending + this.#nacks.pending === 0;
    await this.#until(isToldAll, overAtMs - performance.now());
    // What was on its way is given back as well, if the broker ends the stream soon.
    await this.#until(() => isEnded && isToldAll(), Math.min(FINAL_NACK_MS, overAtMs - performance.now()));
    this.#stream?.[Symbol.dispose]();
    this.#acks[Symbol.dispose]();
    this.#nacks[Symbol.dispose]();
    await this.#link.close();
  }

  #flush(): void {
    this.#acks.flush();
    this.#nacks.flush();
  }

  async #until(isReached: () => boolean, timeoutMs: number): Promise<void> {
    if (isReached() || timeoutMs <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = setTimeout(resolve, timeoutMs);
    this.#onProgress = () => {
      if (isReached()) resolve();
    };
    await promise;
    clearTimeout(late);
    this.#onProgress = undefined;
  }
}

type Received = protos.google.pubsub.v1.IReceivedMessage;

class Message implements IncomingMessage, Lease {
  readonly id: string;
  readonly data: Buffer;
  readonly attributes: Record<string, string>;
  readonly publishedAtMs: number;
  readonly ackId: string;
  readonly receivedAtMs: number;
  endsAtMs: number;
  /** Handed out, and neither settled nor given back. */
  isInWork = false;
  place: Place<this> | undefined;
  readonly #receiver: Receiver;

  constructor(receiver: Receiver, { ackId, message }: Received, receivedAtMs: number, endsAtMs: number) {
    this.id = message?.messageId ?? '';
    this.data = (message?.data as Buffer | undefined) ?? NO_DATA;
    this.attributes = message?.attributes ?? {};
    const published = message?.publishTime;
    this.publishedAtMs = Number(published?.seconds ?? 0) * 1_000 + Math.trunc(Number(published?.nanos ?? 0) / 1e6);
    this.ackId = ackId ?? '';
    this.receivedAtMs = receivedAtMs;
    this.endsAtMs = endsAtMs;
    this.#receiver = receiver;
  }

  ack(): void {
    this.#receiver.settle(this, true);
  }

  nack(): void {
    this.#receiver.settle(this, false);
  }
}
