import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { textsOf } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes } from './refusal.ts';

/** Who gets what: https://cloud.google.com/pubsub/docs/subscription-overview and https://cloud.google.com/pubsub/docs/pull */
export function delivery({ test }: Contract): void {
  test('a subscription gets only what is published after it was created', async (bench) => {
    const { createTopic, createSubscription, publish, pullFor } = bench;
    const topic = await createTopic();
    await publish(topic, 'before');
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, 'after');
    expect(textsOf(await pullFor(subscription, 1_000))).toEqual(['after']);
  });

  test('each of two subscriptions gets everything', async ({ createTopic, createSubscription, publish, listen }) => {
    const topic = await createTopic();
    const [one, two] = [listen(await createSubscription(topic)), listen(await createSubscription(topic))];
    await publish(topic, 'a', 'b', 'c');
    await Promise.all([one.untilReceived(3), two.untilReceived(3)]);
    expect(one.texts.toSorted()).toEqual(['a', 'b', 'c']);
    expect(two.texts.toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('two subscribers of one subscription share what there is', async (bench) => {
    const { createTopic, createSubscription, publish, listen } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const [one, two] = [listen(subscription), listen(subscription)];
    const texts: string[] = [];
    // They need not be connected at the same time.
    while (texts.length < 200 || [one, two].some((listener) => listener.texts.length === 0)) {
      const some = Array.from({ length: 10 }, (_, index) => `${texts.length + index}`);
      await publish(topic, ...some);
      texts.push(...some);
      expect(texts.length, 'messages until both have one').toBeLessThan(10_000);
    }
    await one.until(() => one.texts.length + two.texts.length >= texts.length);
    expect([...one.texts, ...two.texts].toSorted()).toEqual(texts.toSorted());
  });

  test('of 5,000 messages none is lost and none comes twice', async ({
    broker,
    createTopic,
    createSubscription,
    listen,
  }) => {
    const topic = await createTopic();
    const listener = listen(await createSubscription(topic));
    const publisher = broker.pubsub.topic(topic, { batching: { maxMessages: 100, maxMilliseconds: 10 } });
    const texts = Array.from({ length: 5_000 }, (_, index) => `${index}`);
    const ids = await Promise.all(texts.map((text) => publisher.publishMessage({ data: Buffer.from(text) })));
    await listener.untilReceived(texts.length);
    expect(new Set(listener.texts).size).toBe(texts.length);
    expect(listener.messages).toHaveLength(texts.length);
    expect(new Set(listener.messages.map(({ id }) => id))).toEqual(new Set(ids));
  });

  test('an acknowledged message does not come again', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, pullFor, acknowledge } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    await publish(topic, 'a', 'b', 'c');
    await acknowledge(subscription, ...(await pullUntil(subscription, 3)));
    expect(await pullFor(subscription, 13_000)).toEqual([]);
  });

  test('a pull answers what there is, and no more messages than asked for', async (bench) => {
    const { createTopic, createSubscription, publish, pull, pullUntil } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    expect(await pull(subscription)).toEqual([]);
    await publish(topic, 'a', 'b', 'c');
    const first = await pull(subscription, 2);
    expect(first.length).toBeLessThanOrEqual(2);
    const rest = await pullUntil(subscription, 3 - first.length);
    expect(textsOf([...first, ...rest]).toSorted()).toEqual(['a', 'b', 'c']);
    await expectOutcomes('INVALID_ARGUMENT', { 'pull of no messages': () => pull(subscription, 0) });
  });

  test('a pull that may wait is answered when a message comes', async ({
    broker,
    createTopic,
    createSubscription,
    publish,
  }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const texts: string[] = [];
    const receive = async () => {
      for (let tries = 0; tries < 30 && texts.length === 0; tries++) {
        // It waits for as long as it likes, and may then answer without a message.
        const [{ receivedMessages }] = await broker.subscriber.pull(
          { subscription, maxMessages: 5 },
          { timeout: 100_000 },
        );
        texts.push(...(receivedMessages ?? []).map(({ message }) => Buffer.from(message?.data ?? '').toString()));
      }
    };
    const receiving = receive();
    await sleep(500);
    await publish(topic, 'waited for');
    await receiving;
    expect(texts).toEqual(['waited for']);
  });
}
