import { randomUUID } from 'node:crypto';
import { Duration, type Message, type PubSub, SubscriptionCloseBehaviors } from '@google-cloud/pubsub';

/** A subscription of our own to a topic, for as long as it is not disposed of. */
export interface Collector extends AsyncDisposable {
  readonly subscription: string;
}

const CREATE_TIMEOUT_MS = 10_000;

/**
 * Receives everything that is published on a topic from now on. The subscription is deleted at the end; should that
 * fail, it expires after a day.
 */
export async function collect(
  pubsub: PubSub,
  topic: string,
  onMessage: (message: Message) => void,
  onError: (error: Error) => void,
): Promise<Collector> {
  const name = `${topic}-watch-${randomUUID().slice(0, 8)}`;
  const [subscription] = await pubsub.topic(topic).createSubscription(name, {
    expirationPolicy: { ttl: { seconds: 86_400 } },
    gaxOpts: { timeout: CREATE_TIMEOUT_MS, maxRetries: 0 },
  });
  const stream = pubsub.subscription(name, {
    flowControl: { maxMessages: 500, allowExcessMessages: false },
    batching: { maxMilliseconds: 10 },
    streamingOptions: { maxStreams: 1 },
    closeOptions: { behavior: SubscriptionCloseBehaviors.NackImmediately, timeout: Duration.from({ seconds: 2 }) },
  });
  stream.on('message', (message: Message) => {
    try {
      onMessage(message);
    } catch (error) {
      onError(new Error(`a message of ${topic} can't be read: ${(error as Error).message}`, { cause: error }));
    }
    message.ack();
  });
  stream.on('error', onError);
  return {
    subscription: subscription.name,
    async [Symbol.asyncDispose]() {
      stream.off('error', onError).on('error', () => {});
      await stream.close();
      await subscription.delete({ timeout: 2_000, maxRetries: 0 }).catch(() => {}); // It expires by itself.
    },
  };
}
