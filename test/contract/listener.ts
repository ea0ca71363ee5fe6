import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, PubSub, SubscriberOptions } from '@google-cloud/pubsub';

/** A message, and how many there were before it. */
export type OnMessage = (message: Message, index: number) => void | Promise<void>;

/** A subscriber of the client's: everything that it has received so far, and the errors that ended its streams. */
export interface Listener {
  readonly messages: readonly Message[];
  readonly texts: readonly string[];
  readonly errors: readonly Error[];
  /** Waits until `isEnough`. @throws Error with what there is, when that takes too long. */
  until(isEnough: (listener: Listener) => boolean, withinMs?: number): Promise<void>;
  /** Waits for that many messages. */
  untilReceived(count: number, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

const WAIT_MS = 40_000;

export function openListener(
  pubsub: PubSub,
  name: string,
  onMessage: OnMessage = (message) => message.ack(),
  options: SubscriberOptions = {},
): Listener {
  const messages: Message[] = [];
  const errors: Error[] = [];
  const subscription = pubsub.subscription(name, {
    streamingOptions: { maxStreams: 1 },
    batching: { maxMilliseconds: 10 },
    ...options,
  });
  subscription.on('error', (error: Error) => errors.push(error));
  subscription.on('message', (message: Message) => {
    messages.push(message);
    const index = messages.length - 1;
    Promise.try(onMessage, message, index).catch((error: Error) => errors.push(error));
  });

  const listener: Listener = {
    messages,
    errors,
    get texts() {
      return messages.map(({ data }) => data.toString());
    },
    async until(isEnough, withinMs = WAIT_MS) {
      const end = performance.now() + withinMs;
      while (!isEnough(listener)) {
        if (performance.now() > end) throw new Error(`After ${withinMs} ms there was only ${tell(listener)}`);
        await sleep(20);
      }
    },
    untilReceived: (count, withinMs) => listener.until(() => messages.length >= count, withinMs),
    close: () => subscription.close(),
  };
  return listener;
}

function tell({ messages, texts, errors }: Listener): string {
  const some = texts.slice(-20).map((text) => text.slice(0, 40));
  return `${messages.length} messages, the last of them ${JSON.stringify(some)}, and ${errors.length} errors: ${errors.join(', ')}`;
}
