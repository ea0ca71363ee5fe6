import { setTimeout as sleep } from 'node:timers/promises';
import { Duration, type Message, SubscriptionCloseBehaviors } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import { expect, vi } from 'vitest';
import { type Bench, PATIENCE_MS, textsOf } from './bench.ts';
import type { Contract } from './contract.ts';
import { startDoomedSubscriber } from './doomed-subscriber.ts';
import { openStream, type StreamRequest } from './raw-stream.ts';

/** Subscribers that come, are full, and go: https://cloud.google.com/pubsub/docs/pull#streamingpull_api */
export function streams({ test, feature }: Contract): void {
  test('a stream of a subscription that is not there, or goes away, ends with NOT_FOUND', async (bench) => {
    const { broker, createTopic, createSubscription, listen, name, publish } = bench;
    const missing = listen(name('subscriptions'));
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const deleted = listen(subscription);
    await publish(topic, 'connected');
    await deleted.untilReceived(1);
    await broker.subscriber.deleteSubscription({ subscription });
    for (const listener of [missing, deleted]) {
      await listener.until(({ errors }) => errors.length > 0);
      expect(listener.errors[0]).toMatchObject({ code: status.NOT_FOUND });
    }
  });

  test('a subscriber has no more messages in work than it wants', async ({
    createTopic,
    createSubscription,
    publish,
    listen,
  }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    await publish(topic, ...Array.from({ length: 60 }, (_, index) => `${index}`));
    let inWork = 0;
    let most = 0;
    const work = async (message: Message) => {
      most = Math.max(most, ++inWork);
      await sleep(30);
      inWork--;
      message.ack();
    };
    const listener = listen(subscription, work, { flowControl: { maxMessages: 5, allowExcessMessages: false } });
    await listener.untilReceived(60);
    expect(new Set(listener.texts).size).toBe(60);
    expect(most).toBeLessThanOrEqual(5);
  });

  test('what one subscriber has no room for another one can get', async ({
    createTopic,
    createSubscription,
    publish,
    listen,
  }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    const held: Message[] = [];
    const full = listen(subscription, (message) => void held.push(message), { flowControl: { maxMessages: 1 } });
    await publish(topic, 'held');
    await full.untilReceived(1);
    const free = listen(subscription);
    await publish(topic, ...Array.from({ length: 20 }, (_, index) => `${index}`));
    // What was sent to the full one has to be given back by it first, or its lease to end.
    await full.close();
    await free.until(() => new Set(free.texts).size === 21);
  });

  feature('boundsOutstanding', 'a stream is sent no more than the messages and bytes it asked for', {
    async documented(bench) {
      expect(await outstanding(bench, { maxOutstandingMessages: 5 })).toEqual([5, 7]);
      // One message more than fits may be on its way when the limit is reached.
      const [sent, sentAfterTwoAcks] = await outstanding(bench, { maxOutstandingBytes: 500 });
      expect(sent).toBeLessThanOrEqual(6);
      expect(sentAfterTwoAcks).toBeLessThanOrEqual(8);
      expect(sentAfterTwoAcks).toBeGreaterThan(sent);
    },
    async differing(bench) {
      expect(await outstanding(bench, { maxOutstandingMessages: 5 })).toEqual([20, 20]);
      expect(await outstanding(bench, { maxOutstandingBytes: 500 })).toEqual([20, 20]);
    },
  });

  test('a stream is of one subscription: naming one again ends it', async ({
    broker,
    createTopic,
    createSubscription,
  }) => {
    const subscription = await createSubscription(await createTopic());
    await using stream = openStream(broker.subscriber, { subscription });
    stream.write({ subscription });
    await stream.untilEnded();
    expect(stream.error).toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  const furtherLimits: StreamRequest[] = [{ maxOutstandingMessages: 3 }, { maxOutstandingBytes: 3 }];
  feature('boundsOutstanding', 'a stream has its limits from its first request: saying them later ends it', {
    async documented({ broker, createTopic, createSubscription }) {
      const subscription = await createSubscription(await createTopic());
      for (const limit of furtherLimits) {
        await using stream = openStream(broker.subscriber, { subscription });
        stream.write(limit);
        await stream.untilEnded();
        expect(stream.error).toMatchObject({ code: status.INVALID_ARGUMENT });
      }
    },
    async differing({ broker, createTopic, createSubscription, publish }) {
      const topic = await createTopic();
      const subscription = await createSubscription(topic);
      await using stream = openStream(broker.subscriber, { subscription });
      for (const limit of furtherLimits) stream.write(limit);
      await sleep(1_000);
      await publish(topic, 'hello');
      await stream.untilReceived(1);
      expect(stream.error).toBeUndefined();
    },
  });

  feature('answersKeepAlives', 'a stream answers the empty request by which the client asks whether it is alive', {
    async documented(bench) {
      expect(await answersToKeepAlive(bench)).toBeGreaterThan(0);
    },
    async differing(bench) {
      expect(await answersToKeepAlive(bench)).toBe(0);
    },
  });

  test('a stream tells what kind of subscription it is of', async ({
    broker,
    createTopic,
    createSubscription,
    publish,
  }) => {
    const topic = await createTopic();
    const kinds = [
      { enableMessageOrdering: true, enableExactlyOnceDelivery: true },
      { enableMessageOrdering: false, enableExactlyOnceDelivery: false },
    ];
    for (const kind of kinds) {
      const subscription = await createSubscription(topic, kind);
      await publish(topic, 'hello');
      await using stream = openStream(broker.subscriber, { subscription });
      await stream.untilReceived(1);
      expect(stream.properties).toEqual({
        exactlyOnceDeliveryEnabled: kind.enableExactlyOnceDelivery,
        messageOrderingEnabled: kind.enableMessageOrdering,
      });
    }
  });

  test('a stream can set the lease of its messages, and settle them itself', async (bench) => {
    const { broker, createTopic, createSubscription, publish, pull, pullUntil, pullFor } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, 'acked', 'nacked', 'left');
    {
      await using stream = openStream(broker.subscriber, { subscription });
      await stream.untilReceived(3);
      expect(await pull(subscription)).toEqual([]);
      const idOf = (text: string) => stream.received.find((one) => one.text === text)?.ackId ?? '';
      stream.write({ ackIds: [idOf('acked')] });
      stream.write({ modifyDeadlineAckIds: [idOf('nacked')], modifyDeadlineSeconds: [0] });
      await stream.untilReceived(4);
      expect(stream.received.at(-1)?.text).toBe('nacked');
    }
    // The stream's 10 s count, not the subscription's 600 s, for what it left.
    const again = await pullUntil(subscription, 2);
    expect(textsOf(again).toSorted()).toEqual(['left', 'nacked']);
    expect(await pullFor(subscription, 1_000)).toEqual([]);
  });

  test('a stream can settle messages already with its first request', async (bench) => {
    const { broker, createTopic, createSubscription, publish, pullUntil, pullFor } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, 'acked', 'nacked');
    const pulled = await pullUntil(subscription, 2);
    const idOf = (wanted: string) => pulled.find(({ text }) => text === wanted)?.ackId ?? '';
    {
      const modified = { modifyDeadlineAckIds: [idOf('nacked')], modifyDeadlineSeconds: [0] };
      const first = { subscription, streamAckDeadlineSeconds: 60, ackIds: [idOf('acked')], ...modified };
      await using stream = openStream(broker.subscriber, first);
      await stream.untilReceived(1);
      expect(textsOf(stream.received)).toEqual(['nacked']);
      stream.write({ modifyDeadlineAckIds: [stream.received[0]?.ackId ?? ''], modifyDeadlineSeconds: [0] });
      await stream.untilReceived(2);
      stream.write({ ackIds: [stream.received[1]?.ackId ?? ''] });
      await sleep(500);
    }
    expect(await pullFor(subscription, 1_000)).toEqual([]);
  });

  test('what a killed subscriber had comes to the next one after the ack deadline', async (bench) => {
    const { broker, createTopic, createSubscription, publish, pullFor, listen } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    const texts = Array.from({ length: 10 }, (_, index) => `${index}`);
    {
      await using doomed = await startDoomedSubscriber(broker, subscription);
      await publish(topic, ...texts);
      await doomed.received(texts.length);
      expect(await pullFor(subscription, 500)).toEqual([]);
      await doomed.kill();
    }
    const heir = listen(subscription);
    for (const text of ['later 1', 'later 2', 'later 3']) await publish(topic, text);
    await heir.until(() => new Set(heir.texts).size === texts.length + 3);
  });

  test('a subscriber that is closed gives back what it had, at once', async (bench) => {
    const { createTopic, createSubscription, publish, listen, pullUntil } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    const closeOptions = {
      behavior: SubscriptionCloseBehaviors.NackImmediately,
      timeout: Duration.from({ seconds: 20 }),
    };
    const listener = listen(subscription, () => {}, { closeOptions });
    await publish(topic, 'a', 'b', 'c');
    await listener.untilReceived(3);
    await listener.close();
    expect(textsOf(await pullUntil(subscription, 3)).toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('a subscriber that is closed can finish what it has in work', async (bench) => {
    const { createTopic, createSubscription, publish, listen, pullFor } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    const closeOptions = {
      behavior: SubscriptionCloseBehaviors.WaitForProcessing,
      timeout: Duration.from({ seconds: 30 }),
    };
    const work = async (message: Message) => {
      await sleep(2_000);
      message.ack();
    };
    const listener = listen(subscription, work, { closeOptions });
    await publish(topic, 'a', 'b', 'c');
    await listener.untilReceived(3);
    await listener.close();
    expect(await pullFor(subscription, 12_000)).toEqual([]);
  });
}

/** How many of 20 messages of 100 bytes a stream is sent, and how many when it has acknowledged two. */
async function outstanding(bench: Bench, limits: StreamRequest): Promise<[number, number]> {
  const { broker, createTopic, createSubscription, publish } = bench;
  const topic = await createTopic();
  const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
  await publish(topic, ...Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(100, '.')));
  await using stream = openStream(broker.subscriber, { subscription, streamAckDeadlineSeconds: 60, ...limits });
  const settled = async () => {
    await vi.waitFor(() => expect(stream.received).not.toHaveLength(0), { timeout: PATIENCE_MS });
    let before = -1;
    while (before !== stream.received.length) {
      before = stream.received.length;
      await sleep(1_500);
    }
    return before;
  };
  const sent = await settled();
  stream.write({ ackIds: stream.received.slice(0, 2).map(({ ackId }) => ackId) });
  return [sent, await settled()];
}

/** How many answers follow on an empty request, of a client that speaks the version of the protocol that has them. */
async function answersToKeepAlive({ broker, createTopic, createSubscription, publish }: Bench): Promise<number> {
  const topic = await createTopic();
  const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
  await using stream = openStream(broker.subscriber, {
    subscription,
    protocolVersion: 1,
    streamAckDeadlineSeconds: 60,
  });
  await publish(topic, 'hello');
  await stream.untilReceived(1);
  await sleep(500);
  const before = stream.answers;
  stream.write({});
  await vi.waitFor(() => expect(stream.answers).toBeGreaterThan(before), { timeout: 5_000 }).catch(() => {});
  return stream.answers - before;
}
