import {
  Duration,
  type Message,
  type PubSub,
  type Subscription,
  SubscriptionCloseBehaviors,
} from '@google-cloud/pubsub';

/** A message that is ours until it is settled, or until its lease ends. */
export interface LeasedMessage {
  readonly id: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly publishedAtMs: number;
}

export type Settlement = 'ack' | 'nack';

export interface IntakeOptions {
  readonly pubsub: PubSub;
  readonly subscription: string;
  /** Messages in the handler at one time. */
  readonly maxInFlight: number;
  /** The longest that a message is leased, extensions included, in milliseconds. */
  readonly maxLeaseMs: number;
  /** Decides what becomes of a message. What it throws is told, and the message nacked. */
  readonly handle: (message: LeasedMessage) => Promise<Settlement>;
  /** The stream has ended for good, by an error that the client does not retry: the subscription is gone, say. */
  readonly onFailure: (error: Error) => void;
  /** A handler has thrown: a fault of ours. */
  readonly onHandlerError: (error: unknown, message: LeasedMessage) => void;
}

export interface IntakeHandle {
  readonly inFlight: number;
  /** Whether messages are being received. */
  readonly isOpen: boolean;
  /**
   * Takes no more messages, waits until those in work are settled, for at most `drainMs` milliseconds, and nacks the
   * rest.
   */
  drain(drainMs: number): Promise<{ readonly nacked: number }>;
}

/** The client's own time for sending the last acks and nacks. */
const FLUSH_MS = 3_000;

/** Receives the messages of a subscription. */
export function openIntake(options: IntakeOptions): IntakeHandle {
  const { pubsub, maxInFlight, maxLeaseMs, handle, onFailure, onHandlerError } = options;
  const subscription = pubsub.subscription(options.subscription, {
    flowControl: {
      maxMessages: maxInFlight,
      allowExcessMessages: false,
      // When this limit has blocked, removing the large message does not dispatch what waits (the client's fault).
      maxBytes: Number.MAX_SAFE_INTEGER,
    },
    streamingOptions: { maxStreams: 1 },
    // A slot is free only when its ack is sent: the client's 100 ms would be the ceiling of the throughput.
    batching: { maxMilliseconds: 10 },
    maxExtensionTime: Duration.from({ milliseconds: maxLeaseMs }),
    closeOptions: {
      // We have waited ourselves by then; the client's own waiting never ends while messages are held back.
      behavior: SubscriptionCloseBehaviors.NackImmediately,
      timeout: Duration.from({ milliseconds: FLUSH_MS }),
    },
  });

  const inWork = new Set<Message>();
  let isDraining = false;
  let isOpen = true;
  let onIdle: (() => void) | undefined;

  subscription.on('message', (message: Message) => {
    // While draining, what still comes is left alone: closing the subscription nacks it.
    if (!isDraining) void work(message);
  });
  subscription.on('error', (error) => {
    isOpen = false;
    onFailure(error);
  });

  async function work(message: Message): Promise<void> {
    inWork.add(message);
    const leased: LeasedMessage = {
      id: message.id,
      data: message.data,
      attributes: message.attributes,
      publishedAtMs: message.publishTime.getTime(),
    };
    let settlement: Settlement = 'nack';
    try {
      settlement = await handle(leased);
    } catch (error) {
      onHandlerError(error, leased);
    }
    if (!inWork.delete(message)) return; // Given back already, by the drain's end.
    if (settlement === 'ack') message.ack();
    else message.nack();
    if (inWork.size === 0) onIdle?.();
  }

  async function drain(drainMs: number): Promise<{ nacked: number }> {
    isDraining = true;
    if (inWork.size > 0) await idleOr(drainMs);
    const nacked = inWork.size;
    inWork.clear();
    isOpen = false;
    await closed(subscription);
    return { nacked };
  }

  function idleOr(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    get inFlight() {
      return inWork.size;
    },
    get isOpen() {
      return isOpen;
    },
    drain,
  };
}

/** Closing sends the last acks and nacks all that is still leased. */
async function closed(subscription: Subscription): Promise<void> {
  await subscription.close();
  subscription.removeAllListeners();
  // An error of the stream that comes after its end concerns nobody, but would end the process.
  subscription.on('error', () => {});
}
