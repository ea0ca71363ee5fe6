import { type PubSub, v1 } from '@google-cloud/pubsub';
import type { CallOptions, Client, Metadata, ServiceError } from '@grpc/grpc-js';
import { PublisherService, type PublishResponse } from '../../proto/generated/google/pubsub/v1/pubsub.ts';
import { batchedTopic } from './batched-topic.ts';
import { encodePublish, type PublishBatch } from './encode-publish.ts';
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
  encodeItself((await client.initialize()) as unknown as Stub);
  return {
    topic(name, { gaxOpts }) {
      const topic = pubsub.topic(name).name;
      const limits = { maxMessages: MAX_MESSAGES, maxBytes: MAX_BYTES, maxHeldMs: MAX_HELD_MS };
      return batchedTopic(async (messages) => {
        const request: PublishBatch = { topic, messages };
        try {
          // The client adds its headers to the options that it is given.
          const [{ messageIds }] = await client.publish(request as Parameters<Publish>[0], { ...gaxOpts });
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

/** What is used of the gRPC client within Google's, which calls it by its methods' names. */
interface Stub extends Pick<Client, 'makeUnaryRequest'> {
  publish(request: PublishBatch, metadata: Metadata, options: CallOptions, callback: Callback): unknown;
}

type Callback = (error: ServiceError | null, response?: PublishResponse) => void;

/** Its own encoder makes an object of its own of each message first, and takes twice as long. */
function encodeItself(stub: Stub): void {
  const { path, responseDeserialize } = PublisherService.publish;
  stub.publish = (request, metadata, options, callback) =>
    stub.makeUnaryRequest(path, encodePublish, responseDeserialize, request, metadata, options, callback);
}

type Publish = v1.PublisherClient['publish'];
type ClientOptions = ConstructorParameters<typeof v1.PublisherClient>[0];
