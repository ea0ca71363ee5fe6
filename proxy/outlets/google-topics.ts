import { type PubSub, v1 } from '@google-cloud/pubsub';
import { batchedTopic } from './batched-topic.ts';
import type { PublisherClient } from './publisher.ts';

/** Messages of one request, at most; Pub/Sub takes 1,000: https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_MESSAGES = 500;
/** Pub/Sub takes 10 MB, the framing of each message included. */
const MAX_BYTES = 1_000_000;
/** How much later than it could be a decision may be published, while the broker takes longer than that. */
const MAX_HELD_MS = 10;

/**
 * The topics of a project by Google's generated client. The handwritten one above it copies every message and looks
 * through it for a placeholder of the project: half of what a publish costs. Of a topic's options `gaxOpts` count; batches
 * leave as {@link batchedTopic} says.
 */
export async function connectTopics(pubsub: PubSub): Promise<PublisherClient & AsyncDisposable> {
  const client = new v1.PublisherClient((await pubsub.getClientConfig()) as ClientOptions);
  await client.initialize();
  return {
    topic(name, { gaxOpts }) {
      const topic = pubsub.topic(name).name;
      const limits = { maxMessages: MAX_MESSAGES, maxBytes: MAX_BYTES, maxHeldMs: MAX_HELD_MS };
      return batchedTopic(async (messages) => {
        const request = { topic, messages: [...messages] };
        try {
          // The client adds its headers to the options that it is given.
          const [{ messageIds }] = await client.publish(request, { ...gaxOpts });
          if (messageIds?.length === messages.length) return messageIds;
          throw new Error(
            `the broker was to answer with ${messages.length} ids, and answered with ${messageIds?.length ?? 0}`,
          );
        } finally {
          // The client keeps the request for as long as it keeps the call, which is beyond its end.
          request.messages = [];
        }
      }, limits);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

type ClientOptions = ConstructorParameters<typeof v1.PublisherClient>[0];
