import { PubSub } from '@google-cloud/pubsub';
import { credentials, status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { type DeepPartial, Subscription, Topic } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { callUnary } from '../../grpc/call.ts';
import { startTestClient, subscription, type TestClient, topic } from './test-client.ts';

const timeoutMs = 10_000;

/** Google's client, with this server in place of Google's. */
function connectGoogle({ server }: TestClient): PubSub & AsyncDisposable {
  const pubsub = new PubSub({
    projectId: 'p',
    apiEndpoint: server.address,
    emulatorMode: true,
    sslCreds: credentials.createInsecure(),
  });
  return Object.assign(pubsub, { [Symbol.asyncDispose]: () => pubsub.close() });
}

describe("Google's client", () => {
  test('publishes, receives, gives back and acknowledges', async () => {
    await using client = await startTestClient();
    await using pubsub = connectGoogle(client);
    const listener = pubsub.subscription('reader', { batching: { maxMilliseconds: 10 } });
    const seen: string[] = [];
    listener.on('message', (message) => {
      seen.push(message.data.toString());
      if (seen.length === 1) message.nack();
      else message.ack();
    });
    const id = await pubsub.topic('events').publishMessage({ data: Buffer.from('a'), attributes: { b: 'c' } });
    expect(id).toMatch(/^\d+$/);
    await vi.waitUntil(() => seen.length === 2, timeoutMs);
    await listener.close();
    expect(seen).toEqual(['a', 'a']);
    await vi.waitFor(async () => expect(await client.pull()).toEqual([]));
  });

  test('reads back what it has set', async () => {
    await using client = await startTestClient();
    await using pubsub = connectGoogle(client);
    const created = pubsub.topic('events').subscription('full');
    await created.create({
      ackDeadlineSeconds: 30,
      retryPolicy: { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 5, nanos: 500_000_000 } },
      deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 7 },
      filter: 'attributes:a',
      enableMessageOrdering: true,
      expirationPolicy: {},
      labels: { a: 'b' },
    });
    const [metadata] = await created.getMetadata();
    expect(metadata).toMatchObject({
      ackDeadlineSeconds: 30,
      retryPolicy: { minimumBackoff: { seconds: '1' }, maximumBackoff: { seconds: '5', nanos: 500_000_000 } },
      deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 7 },
      filter: 'attributes:a',
      enableMessageOrdering: true,
      expirationPolicy: { ttl: null },
      labels: { a: 'b' },
      messageRetentionDuration: { seconds: '604800' },
    });
    await created.setMetadata({ retryPolicy: { minimumBackoff: { seconds: 2 } } });
    const [changed] = await created.getMetadata();
    expect(changed.retryPolicy).toMatchObject({ minimumBackoff: { seconds: '2' }, maximumBackoff: { seconds: '600' } });
    expect(changed.ackDeadlineSeconds).toBe(30);
  });

  test('learns with exactly-once delivery that an acknowledgement came too late', async () => {
    await using client = await startTestClient({}, { enableExactlyOnceDelivery: true });
    await using pubsub = connectGoogle(client);
    const listener = pubsub.subscription('reader', { batching: { maxMilliseconds: 10 } });
    const outcomes: unknown[] = [];
    listener.on('message', async (message) => {
      // The first of two acknowledgements uses the lease up, from behind the client's back.
      await client.ack(message.ackId);
      outcomes.push(await message.ackWithResponse().catch((error: { errorCode: unknown }) => error.errorCode));
    });
    await client.publish('a');
    await vi.waitUntil(() => outcomes.length === 1, timeoutMs);
    await listener.close();
    expect(outcomes).toEqual(['INVALID']);
  });
});

describe('what is not served is refused', () => {
  test.each<[string, DeepPartial<Subscription>]>([
    ['push', { pushConfig: { pushEndpoint: 'https://example.com' } }],
    ['BigQuery', { bigqueryConfig: {} }],
    ['Cloud Storage', { cloudStorageConfig: {} }],
    ['Bigtable', { bigtableConfig: {} }],
    ['transforms', { messageTransforms: [{}] }],
  ])('%s', async (_, settings) => {
    await using client = await startTestClient();
    const { subscriber } = client;
    const request = Subscription.fromPartial({ name: `${subscription}-2`, topic, ...settings });
    await expect(
      callUnary(subscriber.createSubscription.bind(subscriber), request, { timeoutMs }),
    ).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
      details: expect.stringContaining('served by the embedded Pub/Sub'),
    });
  });

  test('schemas', async () => {
    await using client = await startTestClient();
    const { publisher } = client;
    const request = Topic.fromPartial({ name: `${topic}-2`, schemaSettings: {} });
    await expect(callUnary(publisher.createTopic.bind(publisher), request, { timeoutMs })).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });
});

describe('the service', () => {
  test('answers a pull that waits as soon as there is a message', async () => {
    await using client = await startTestClient();
    const { subscriber } = client;
    const request = { subscription, maxMessages: 10, returnImmediately: false };
    const pulling = callUnary(subscriber.pull.bind(subscriber), request, { timeoutMs });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.publish('a');
    expect((await pulling).receivedMessages.map(({ message }) => message!.data.toString())).toEqual(['a']);
  });

  test('gives nothing to a pull whose caller has gone', async () => {
    await using client = await startTestClient();
    const { subscriber } = client;
    const request = { subscription, maxMessages: 10, returnImmediately: false };
    await expect(callUnary(subscriber.pull.bind(subscriber), request, { timeoutMs: 100 })).rejects.toMatchObject({
      code: status.DEADLINE_EXCEEDED,
    });
    // The server learns of it a little later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.publish('a');
    expect((await client.pull()).map(({ text }) => text)).toEqual(['a']);
  });

  test('tells of detached subscriptions whose topic is deleted, one by one and in lists', async () => {
    await using client = await startTestClient();
    const { publisher, subscriber } = client;
    await callUnary(publisher.detachSubscription.bind(publisher), { subscription }, { timeoutMs });
    await callUnary(publisher.deleteTopic.bind(publisher), { topic }, { timeoutMs });
    const detached = { name: subscription, topic: '_deleted-topic_', detached: true };
    const one = await callUnary(subscriber.getSubscription.bind(subscriber), { subscription }, { timeoutMs });
    expect(one).toMatchObject(detached);
    const request = { project: 'projects/p', pageSize: 0, pageToken: '' };
    const { subscriptions } = await callUnary(subscriber.listSubscriptions.bind(subscriber), request, { timeoutMs });
    expect(subscriptions).toMatchObject([detached]);
  });

  test('refuses publishes when it keeps as much as it may, and names who keeps the most', async () => {
    await using client = await startTestClient({ maxBytes: 1_000 });
    await client.publish('x'.repeat(1_000));
    await expect(client.publish('a')).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining(subscription),
    });
    await client.ack((await client.pull())[0]!.ackId);
    await client.publish('a');
  });

  test('lists page by page', async () => {
    await using client = await startTestClient();
    const { publisher } = client;
    for (const name of ['aaa', 'bbb', 'ccc']) {
      const request = Topic.fromPartial({ name: `projects/p/topics/${name}` });
      await callUnary(publisher.createTopic.bind(publisher), request, { timeoutMs });
    }
    const names: string[][] = [];
    let pageToken = '';
    do {
      const request = { project: 'projects/p', pageSize: 2, pageToken };
      const page = await callUnary(publisher.listTopics.bind(publisher), request, { timeoutMs });
      names.push(page.topics.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(names).toEqual([
      ['projects/p/topics/aaa', 'projects/p/topics/bbb'],
      ['projects/p/topics/ccc', topic],
    ]);
  });

  test('delivers again when a deadline has passed, without anybody asking for it', async () => {
    await using client = await startTestClient();
    const stream = client.stream();
    await client.publish('a');
    await vi.waitUntil(() => stream.received.length === 1, timeoutMs);
    await client.modify(1, stream.received[0]!.ackId);
    await vi.waitUntil(() => stream.received.length === 2, timeoutMs);
    expect(stream.received[1]).toMatchObject({ text: 'a' });
  });
});
