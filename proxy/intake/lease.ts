import { LinkedList, type Place } from './linked-list.ts';

/** A message that is ours until it is settled, or until its lease ends. */
export interface LeasedMessage {
  readonly id: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly publishedAtMs: number;
}

export type Settlement = 'ack' | 'nack';

/** Where messages come from: Google's Pub/Sub by `google-subscriptions.ts`, or what stands in its place. */
export interface SubscriberClient {
  subscription(name: string, options: ReceiveOptions): MessageStream;
}

export interface ReceiveOptions {
  /** Messages that are handed out, and not settled, at one time. */
  readonly maxMessages: number;
  /** Bytes of messages after which the broker is to send no more until some are settled. One message always fits. */
  readonly maxBytes: number;
  /** How long the lease of a message is extended since it was received, in milliseconds. */
  readonly maxLeaseMs: number;
  /** How long {@link MessageStream.close} waits for what is not settled, in milliseconds. */
  readonly drainMs: number;
}

/** The messages of a subscription, which are received from when it is listened to for them. */
export interface MessageStream {
  on(event: 'message', listener: (message: IncomingMessage) => void): unknown;
  /** It has ended for good. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeAllListeners(): unknown;
  /** Receives no more, waits until what is handed out is settled, for at most `drainMs`, and nacks the rest. */
  close(): Promise<void>;
}

/** Settled once: what is said of it after that has no effect. */
export interface IncomingMessage extends LeasedMessage {
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
  /** Decides what becomes of a message. What it rejects with is told, and the message nacked. */
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

/** Receives the messages of a subscription. */
export function openIntake(options: IntakeOptions): IntakeHandle {
  const { pubsub, maxInFlight, maxBytesInFlight, maxLeaseMs, drainMs, handle, onFailure, onHandlerError } = options;
  const receiveOptions = { maxMessages: maxInFlight, maxBytes: maxBytesInFlight, maxLeaseMs, drainMs };
  const subscription = pubsub.subscription(options.subscription, receiveOptions);

  const inWork = new LinkedList<IncomingMessage>();
  let bytesInWork = 0;
  let isOpen = true;

  subscription.on('message', (message: IncomingMessage) => {
    if (inWork.size > 0 && bytesInWork + message.data.length > maxBytesInFlight) message.nack();
    else work(message);
  });
  subscription.on('error', (error) => {
    isOpen = false;
    onFailure(error);
  });

  function work(message: IncomingMessage): void {
    const place = inWork.add(message);
    bytesInWork += message.data.length;
    handle(message).then(
      (settlement) => settle(message, place, settlement),
      (error: unknown) => {
        onHandlerError(error, message);
        settle(message, place, 'nack');
      },
    );
  }

  function settle(message: IncomingMessage, place: Place<IncomingMessage>, settlement: Settlement): void {
    inWork.remove(place);
    bytesInWork -= message.data.length;
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
