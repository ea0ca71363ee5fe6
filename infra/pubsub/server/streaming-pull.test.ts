import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { Subscription } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { callUnary } from '../../grpc/call.ts';
import { startTestClient, subscription, type TestStream, topic } from './test-client.ts';

const timeoutMs = 10_000;
const texts = ({ received }: TestStream): string[] => received.map(({ text }) => text);
const until = (condition: () => boolean): Promise<boolean> => vi.waitUntil(condition, timeoutMs);
/** Long enough for the server to send what it should not. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

describe('a stream', () => {
  test('tells the properties of the subscription first, then gets what is published', async () => {
    await using client = await startTestClient({}, { enableMessageOrdering: true });
    const stream = client.stream();
    await until(() => stream.responses.length > 0);
    expect(stream.responses[0]!.subscriptionProperties).toEqual({
      exactlyOnceDeliveryEnabled: false,
      messageOrderingEnabled: true,
    });
    await client.publish('a', 'b');
    await until(() => stream.received.length === 2);
    expect(texts(stream)).toEqual(['a', 'b']);
  });

  test('has at most so many messages outstanding, and gets more for an ack or a nack by whatever way', async () => {
    await using client = await startTestClient();
    await client.publish('a', 'b', 'c', 'd', 'e');
    const stream = client.stream({ maxOutstandingMessages: 2 });
    await until(() => stream.received.length === 2);
    await aWhile();
    expect(texts(stream)).toEqual(['a', 'b']);
    await client.ack(stream.received[0]!.ackId);
    await until(() => stream.received.length === 3);
    stream.send({ ackIds: [stream.received[1]!.ackId] });
    await until(() => stream.received.length === 4);
    stream.send({ modifyDeadlineAckIds: [stream.received[2]!.ackId], modifyDeadlineSeconds: [0] });
    await until(() => stream.received.length === 5);
    await aWhile();
    // What was given back is older than what still waits.
    expect(texts(stream)).toEqual(['a', 'b', 'c', 'd', 'c']);
  });

  test('gets more when a lease has ended by itself', async () => {
    await using client = await startTestClient();
    await client.publish('a', 'b');
    const stream = client.stream({ maxOutstandingMessages: 1 });
    await until(() => stream.received.length === 1);
    await client.modify(1, stream.received[0]!.ackId);
    await until(() => stream.received.length === 2);
    expect(texts(stream)).toEqual(['a', 'a']);
  });

  test('has at most so many bytes outstanding, but always one message', async () => {
    await using client = await startTestClient();
    await client.publish('0123456789', '01234', '0123', 'z');
    const stream = client.stream({ maxOutstandingBytes: 8 });
    await until(() => stream.received.length === 1);
    await aWhile();
    expect(texts(stream)).toEqual(['0123456789']);
    // With less than 8 outstanding one more is sent.
    await client.ack(stream.received[0]!.ackId);
    await until(() => stream.received.length === 3);
    await aWhile();
    expect(texts(stream)).toEqual(['0123456789', '01234', '0123']);
  });

  test('that is over gets nothing any more; what it had stays leased until its deadline', async () => {
    await using client = await startTestClient({ misbehave: true });
    await client.publish('a');
    const gone = client.stream();
    await until(() => gone.received.length === 1);
    gone.cancel();
    await gone.ended;
    const other = client.stream();
    await until(() => other.responses.length > 0);
    await client.publish('b');
    await until(() => other.received.length === 1);
    expect(texts(other)).toEqual(['b']);
    await client.modify(1, gone.received[0]!.ackId);
    await until(() => other.received.length === 2);
    expect(texts(other)).toEqual(['b', 'a']);
  });

  test('shares the messages with the other streams of the subscription', async () => {
    await using client = await startTestClient();
    const [one, other] = [client.stream(), client.stream()];
    await until(() => one.responses.length > 0 && other.responses.length > 0);
    for (let index = 0; index < 10; index += 1) await client.publish(String(index));
    await until(() => one.received.length + other.received.length === 10);
    expect(Math.min(one.received.length, other.received.length)).toBeGreaterThanOrEqual(3);
  });

  test('does already with its first request what that says of messages', async () => {
    await using client = await startTestClient();
    await client.publish('a', 'b', 'c');
    const [a, b] = await client.pull();
    const stream = client.stream({ ackIds: [a!.ackId], modifyDeadlineAckIds: [b!.ackId], modifyDeadlineSeconds: [0] });
    await until(() => stream.received.length === 1);
    expect(texts(stream)).toEqual(['b']);
    await aWhile();
    expect(await client.ack(a!.ackId, b!.ackId)).toEqual({});
    stream.cancel();
  });

  test('confirms what its first request acknowledges with exactly-once delivery', async () => {
    await using client = await startTestClient({}, { enableExactlyOnceDelivery: true });
    await client.publish('a');
    const [a] = await client.pull();
    const stream = client.stream({ ackIds: [a!.ackId] });
    await until(() => stream.responses.length === 2);
    expect(stream.responses[1]!.acknowledgeConfirmation).toMatchObject({ ackIds: [a!.ackId], invalidAckIds: [] });
  });

  test('is answered when it only wants to be kept alive', async () => {
    await using client = await startTestClient();
    const stream = client.stream({ protocolVersion: 1 });
    await until(() => stream.responses.length === 1);
    stream.send({});
    await until(() => stream.responses.length === 2);
  });

  test('confirms acks and new deadlines with exactly-once delivery, and names those that came too late', async () => {
    await using client = await startTestClient({}, { enableExactlyOnceDelivery: true });
    const stream = client.stream();
    await client.publish('a');
    await until(() => stream.received.length === 1);
    const { ackId } = stream.received[0]!;
    stream.send({ modifyDeadlineAckIds: [ackId], modifyDeadlineSeconds: [60] });
    stream.send({ ackIds: [ackId] });
    stream.send({ ackIds: [ackId] });
    await until(() => stream.responses.length === 5);
    const [, , modified, taken, late] = stream.responses;
    expect(modified!.modifyAckDeadlineConfirmation).toMatchObject({ ackIds: [ackId], invalidAckIds: [] });
    expect(taken!.acknowledgeConfirmation).toMatchObject({ ackIds: [ackId], invalidAckIds: [] });
    expect(late!.acknowledgeConfirmation).toMatchObject({ ackIds: [], invalidAckIds: [ackId] });
  });

  test('takes many messages that are larger than what is on its way at one time', async () => {
    await using client = await startTestClient();
    const big = 'x'.repeat(100_000);
    for (let index = 0; index < 8; index += 1) await client.publish(...Array<string>(50).fill(big));
    const stream = client.stream();
    await until(() => stream.received.length === 400);
  });
});

describe('a stream ends', () => {
  test.each([
    ['for a subscription that does not exist', { subscription: 'projects/p/subscriptions/none' }, status.NOT_FOUND],
    ['without a subscription', { subscription: '' }, status.INVALID_ARGUMENT],
    ['without an ack deadline', { streamAckDeadlineSeconds: 0 }, status.INVALID_ARGUMENT],
    ['for an ack id that is none', { ackIds: ['nonsense'] }, status.INVALID_ARGUMENT],
    ['for more ids than deadlines', { modifyDeadlineAckIds: ['delivery-1-1'] }, status.INVALID_ARGUMENT],
    ['for an ack deadline of 9 s', { streamAckDeadlineSeconds: 9 }, status.INVALID_ARGUMENT],
  ])('%s', async (_, first, code) => {
    await using client = await startTestClient();
    expect(await client.stream(first).ended).toMatchObject({ code });
  });

  test.each([
    ['names the subscription again', { subscription }],
    ['changes what may be outstanding', { maxOutstandingMessages: 5 }],
    ['gives more ids than deadlines', { modifyDeadlineAckIds: ['delivery-1-1'] }],
    ['gives an id that is none', { ackIds: ['nonsense'] }],
    ['gives a deadline below 0', { modifyDeadlineAckIds: ['delivery-1-1'], modifyDeadlineSeconds: [-1] }],
  ])('when it %s', async (_, further) => {
    await using client = await startTestClient();
    const stream = client.stream();
    stream.send(further);
    expect(await stream.ended).toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test('when the subscription is deleted', async () => {
    await using client = await startTestClient();
    const stream = client.stream();
    await until(() => stream.responses.length > 0);
    const { subscriber } = client;
    await callUnary(subscriber.deleteSubscription.bind(subscriber), { subscription }, { timeoutMs });
    expect(await stream.ended).toMatchObject({ code: status.NOT_FOUND });
  });

  test('when the subscription is deleted, also when another one has its name at once', async () => {
    await using client = await startTestClient();
    const stream = client.stream();
    await until(() => stream.responses.length > 0);
    const { subscriber } = client;
    await Promise.all([
      callUnary(subscriber.deleteSubscription.bind(subscriber), { subscription }, { timeoutMs }),
      callUnary(
        subscriber.createSubscription.bind(subscriber),
        Subscription.fromPartial({ name: subscription, topic }),
        { timeoutMs },
      ),
    ]);
    expect(await stream.ended).toMatchObject({ code: status.NOT_FOUND });
    const next = client.stream();
    await client.publish('a');
    await until(() => next.received.length === 1);
  });

  test('at once when the subscription is deleted, also when it is full', async () => {
    await using client = await startTestClient();
    await client.publish('a');
    const stream = client.stream({ maxOutstandingMessages: 1 });
    await until(() => stream.received.length === 1);
    const { subscriber } = client;
    await callUnary(subscriber.deleteSubscription.bind(subscriber), { subscription }, { timeoutMs });
    expect(await stream.ended).toMatchObject({ code: status.NOT_FOUND });
  });

  test('when the subscription is detached', async () => {
    await using client = await startTestClient();
    const stream = client.stream();
    await until(() => stream.responses.length > 0);
    const { publisher } = client;
    await callUnary(publisher.detachSubscription.bind(publisher), { subscription }, { timeoutMs });
    expect(await stream.ended).toMatchObject({ code: status.FAILED_PRECONDITION });
  });

  test('with UNAVAILABLE when the server closes, which does not wait for it', async () => {
    const client = await startTestClient({ drainMs: 60_000 });
    const stream = client.stream();
    await until(() => stream.responses.length > 0);
    await client.server[Symbol.asyncDispose]();
    expect(await stream.ended).toMatchObject({ code: status.UNAVAILABLE });
    await client[Symbol.asyncDispose]();
  });
});
