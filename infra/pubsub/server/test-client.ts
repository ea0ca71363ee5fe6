import { type ClientDuplexStream, credentials, type ServiceError } from '@grpc/grpc-js';
import {
  type DeepPartial,
  PublisherClient,
  StreamingPullRequest,
  type StreamingPullResponse,
  SubscriberClient,
  Subscription,
  Topic,
} from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { callUnary } from '../../grpc/call.ts';
import { type PubSubServer, type PubSubServerOptions, startPubSubServer } from './server.ts';

export const topic = 'projects/p/topics/events';
export const subscription = 'projects/p/subscriptions/reader';

const timeoutMs = 15_000;

/** A server with a topic and a subscription, and plain gRPC clients of it. */
export interface TestClient extends AsyncDisposable {
  readonly server: PubSubServer;
  readonly publisher: PublisherClient;
  readonly subscriber: SubscriberClient;
  publish(...texts: string[]): Promise<string[]>;
  /** What can be had at once. */
  pull(): Promise<{ readonly ackId: string; readonly text: string }[]>;
  ack(...ackIds: string[]): Promise<unknown>;
  modify(seconds: number, ...ackIds: string[]): Promise<unknown>;
  stream(first?: DeepPartial<StreamingPullRequest>): TestStream;
}

export async function startTestClient(
  options: PubSubServerOptions = {},
  settings: DeepPartial<Subscription> = {},
): Promise<TestClient> {
  const server = await startPubSubServer({ drainMs: 500, ...options });
  const publisher = new PublisherClient(server.address, credentials.createInsecure());
  const subscriber = new SubscriberClient(server.address, credentials.createInsecure());
  const created = Subscription.fromPartial({ name: subscription, topic, ...settings });
  await callUnary(publisher.createTopic.bind(publisher), Topic.fromPartial({ name: topic }), { timeoutMs });
  await callUnary(subscriber.createSubscription.bind(subscriber), created, { timeoutMs });

  return {
    server,
    publisher,
    subscriber,
    async publish(...texts) {
      const messages = texts.map((text) => ({
        data: Buffer.from(text),
        attributes: {},
        messageId: '',
        publishTime: undefined,
        orderingKey: '',
      }));
      const request = { topic, messages };
      return (await callUnary(publisher.publish.bind(publisher), request, { timeoutMs })).messageIds;
    },
    async pull() {
      const request = { subscription, maxMessages: 100, returnImmediately: true };
      const { receivedMessages } = await callUnary(subscriber.pull.bind(subscriber), request, { timeoutMs });
      return receivedMessages.map(({ ackId, message }) => ({ ackId, text: message!.data.toString() }));
    },
    ack: (...ackIds) => callUnary(subscriber.acknowledge.bind(subscriber), { subscription, ackIds }, { timeoutMs }),
    modify: (ackDeadlineSeconds, ...ackIds) =>
      callUnary(
        subscriber.modifyAckDeadline.bind(subscriber),
        { subscription, ackIds, ackDeadlineSeconds },
        { timeoutMs },
      ),
    stream: (first = {}) =>
      openStream(
        subscriber.streamingPull(),
        StreamingPullRequest.fromPartial({ subscription, streamAckDeadlineSeconds: 10, ...first }),
      ),
    async [Symbol.asyncDispose]() {
      publisher.close();
      subscriber.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A stream as a subscriber has it. */
export interface TestStream {
  readonly responses: readonly StreamingPullResponse[];
  readonly received: readonly { readonly ackId: string; readonly text: string }[];
  /** How it ended. */
  readonly ended: Promise<Pick<ServiceError, 'code' | 'details'>>;
  send(request: DeepPartial<StreamingPullRequest>): void;
  cancel(): void;
}

type Duplex = ClientDuplexStream<StreamingPullRequest, StreamingPullResponse>;

function openStream(call: Duplex, first: StreamingPullRequest): TestStream {
  const responses: StreamingPullResponse[] = [];
  const received: { ackId: string; text: string }[] = [];
  const ended = new Promise<Pick<ServiceError, 'code' | 'details'>>((resolve) => {
    call.on('status', ({ code, details }) => resolve({ code, details }));
  });
  call.on('error', () => {});
  call.on('data', (response: StreamingPullResponse) => {
    responses.push(response);
    for (const { ackId, message } of response.receivedMessages) {
      received.push({ ackId, text: message!.data.toString() });
    }
  });
  call.write(first);
  return {
    responses,
    received,
    ended,
    send: (request) => void call.write(StreamingPullRequest.fromPartial(request)),
    cancel: () => call.cancel(),
  };
}
