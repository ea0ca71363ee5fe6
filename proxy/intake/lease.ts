import { Duration, SubscriptionCloseBehaviors, type SubscriptionOptions } from '@google-cloud/pubsub';

/** A message that is ours until it is settled, or until its lease ends. */
export interface LeasedMessage {
  readonly id: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly publishedAtMs: number;
}

export type Settlement = 'ack' | 'nack';

/** What is used of Google's client to receive: all of it that something else in its place has to be. */
export interface SubscriberClient {
  subscription(name: string, options: SubscriptionOptions): MessageStream;
}

export interface MessageStream {
  on(event: 'message', listener: (message: IncomingMessage) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeAllListeners(): unknown;
  close(): Promise<void>;
}

export interface IncomingMessage {
  readonly id: string;
  readonly data: Buffer;
  readonly attributes: Record<string, string>;
  readonly publishTime: { getTime(): number };
  /** Bytes. */
  readonly length: number;
  ack(): void;
  nack(): void;
}

export interface IntakeOptions {
  /** What it is called where it is looked at. */
  readonly name: string;
  readonly pubsub: SubscriberClient;
  readonly subscription: string;
  /** Messages in the handler at one time. */
  readonly maxInFlight: number;
  /** Bytes of messages in the handler at one time; what comes beyond goes back at once. One message always fits. */
  readonly maxBytesInFlight: number;
  /** How long {@link IntakeHandle.drain} waits for the messages in work, in milliseconds. */
  readonly drainMs: number;
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
  readonly name: string;
  readonly inFlight: number;
  /** Whether messages are being received. */
  readonly isOpen: boolean;
  /** Takes no more messages, waits until those in work are settled, for at most `drainMs`, and nacks the rest. */
  drain(): Promise<{ readonly nacked: number }>;
}

/** The client ends its waiting this long before its time is up, to send the last nacks. */
const FINAL_NACK_MS = 1_000;

/** Receives the messages of a subscription. */
export function openIntake(options: IntakeOptions): IntakeHandle {
  const { pubsub, maxInFlight, maxBytesInFlight, maxLeaseMs, drainMs, handle, onFailure, onHandlerError } = options;
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
    // Receiving ends at once; what is in work can still be acknowledged, and what is not done in time is nacked.
    closeOptions: {
      behavior: SubscriptionCloseBehaviors.WaitForProcessing,
      timeout: Duration.from({ milliseconds: drainMs + FINAL_NACK_MS }),
    },
  });

  const inWork = new Set<IncomingMessage>();
  let bytesInWork = 0;
  let isOpen = true;

  subscription.on('message', (message: IncomingMessage) => {
    if (inWork.size > 0 && bytesInWork + message.length > maxBytesInFlight) message.nack();
    else void work(message);
  });
  subscription.on('error', (error) => {
    isOpen = false;
    onFailure(error);
  });

  async function work(message: IncomingMessage): Promise<void> {
    inWork.add(message);
    bytesInWork += message.length;
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
    inWork.delete(message);
    bytesInWork -= message.length;
    // Without effect when the drain's end has given it back already.
    if (settlement === 'ack') message.ack();
    else message.nack();
  }

  async function drain(): Promise<{ nacked: number }> {
    isOpen = false;
    await subscription.close();
    subscription.removeAllListeners();
    // An error of the stream that comes after its end concerns nobody, but would end the process.
    subscription.on('error', () => {});
    return { nacked: inWork.size };
  }

  return {
    name: options.name,
    get inFlight() {
      return inWork.size;
    },
    get isOpen() {
      return isOpen;
    },
    drain,
  };
}
