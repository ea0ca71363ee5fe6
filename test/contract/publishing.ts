import { expect } from 'vitest';
import { type MessageSettings, textsOf } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes, outcomeOf } from './refusal.ts';

const WORD = Buffer.from('word');

/** https://cloud.google.com/pubsub/docs/publisher and, for the limits, https://cloud.google.com/pubsub/quotas */
export function publishing({ test, feature }: Contract): void {
  test('a message arrives as it was published, in any language', async (bench) => {
    const { broker, createTopic, createSubscription, pullUntil } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const attributes = { 'Größe ✓': '日本語', empty: '', emoji: '🧭' };
    const data = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const before = Date.now();
    const publisher = broker.pubsub.topic(topic, { messageOrdering: true });
    const id = await publisher.publishMessage({ data, attributes, orderingKey: 'clé' });
    const after = Date.now();
    const [message] = await pullUntil(subscription, 1);
    expect(message).toMatchObject({ id, data, attributes, orderingKey: 'clé', deliveryAttempt: 0 });
    expect(message!.publishedAtMs).toBeGreaterThanOrEqual(before - 1_000);
    expect(message!.publishedAtMs).toBeLessThanOrEqual(after + 1_000);
  });

  test('a message can have attributes alone, or data alone', async ({
    createTopic,
    createSubscription,
    publish,
    pullUntil,
  }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, { attributes: { only: 'this' } }, { data: WORD });
    const messages = await pullUntil(subscription, 2);
    const found = messages.map(({ text, attributes }) => ({ text, attributes }));
    expect(found).toContainEqual({ text: '', attributes: { only: 'this' } });
    expect(found).toContainEqual({ text: 'word', attributes: {} });
  });

  test('the messages of a batch get an id each, in their order', async ({
    broker,
    createTopic,
    createSubscription,
    pullUntil,
  }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    const publisher = broker.pubsub.topic(topic, { batching: { maxMessages: 100, maxMilliseconds: 20 } });
    const texts = Array.from({ length: 1_000 }, (_, index) => `message ${index}`);
    const ids = await Promise.all(texts.map((text) => publisher.publishMessage({ data: Buffer.from(text) })));
    expect(new Set(ids).size).toBe(texts.length);
    const messages = await pullUntil(subscription, texts.length);
    expect(new Map(messages.map(({ id, text }) => [id, text]))).toEqual(
      new Map(ids.map((id, index) => [id, texts[index]])),
    );
  });

  test('a request without messages, or with an empty one, is refused as a whole', async (bench) => {
    const { createTopic, createSubscription, publish, pullFor } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    await expectOutcomes('INVALID_ARGUMENT', {
      'no messages': () => publish(topic),
      'empty message': () => publish(topic, {}),
      'empty among others': () => publish(topic, 'one', {}, 'two'),
    });
    expect(textsOf(await pullFor(subscription, 500))).toEqual([]);
  });

  test('a request takes 1,000 messages and no more', async ({ createTopic, publish }) => {
    const topic = await createTopic();
    const messages = Array.from({ length: 1_001 }, () => 'x');
    expect(await publish(topic, ...messages.slice(1))).toHaveLength(1_000);
    await expectOutcomes('INVALID_ARGUMENT', { '1,001': () => publish(topic, ...messages) });
  });

  test('a message of nearly 10 MB arrives whole', async ({ createTopic, createSubscription, publish, listen }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const data = Buffer.alloc(9_900_000, 'The quick brown fox. ');
    await publish(topic, { data });
    const listener = listen(subscription);
    await listener.untilReceived(1);
    expect(listener.messages[0]!.data.equals(data)).toBe(true);
  });

  feature('refusesLargeRequests', 'a request of more than 10 MB is refused', {
    async documented({ createTopic, publish }) {
      const topic = await createTopic();
      const half = { data: Buffer.alloc(5_300_000, 'x') };
      await expectOutcomes('INVALID_ARGUMENT', {
        'one message': () => publish(topic, { data: Buffer.alloc(10_600_000, 'x') }),
        'two messages': () => publish(topic, half, half),
      });
    },
    async differing({ createTopic, publish }) {
      const topic = await createTopic();
      expect(await publish(topic, { data: Buffer.alloc(10_600_000, 'x') })).toHaveLength(1);
    },
  });

  const unlimited: Record<string, MessageSettings> = {
    '101 attributes': {
      data: WORD,
      attributes: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, ''])),
    },
    'key of 257 bytes': { data: WORD, attributes: { [`${'é'.repeat(128)}x`]: '' } },
    'value of 1,025 bytes': { data: WORD, attributes: { key: `${'é'.repeat(512)}x` } },
    'key beginning with goog': { data: WORD, attributes: { googly: 'eyes' } },
  };
  feature('limitsAttributes', 'too many, too long and reserved attributes are refused', {
    async documented({ createTopic, publish }) {
      const topic = await createTopic();
      const tries = Object.entries(unlimited).map(([name, message]) => [name, () => publish(topic, message)]);
      await expectOutcomes('INVALID_ARGUMENT', Object.fromEntries(tries));
      const hundred = Array.from({ length: 100 }, (_, n) => [`${n}`.padEnd(256, 'k'), 'v'.repeat(1_024)]);
      await expectOutcomes('OK', { most: () => publish(topic, { attributes: Object.fromEntries(hundred) }) });
    },
    async differing({ createTopic, publish }) {
      const topic = await createTopic();
      const tries = Object.entries(unlimited).map(([name, message]) => [name, () => publish(topic, message)]);
      await expectOutcomes('OK', Object.fromEntries(tries));
    },
  });

  feature('limitsOrderingKeys', 'too long an ordering key is refused, and different ones in a request', {
    async documented({ createTopic, publish }) {
      const topic = await createTopic();
      await expectOutcomes('INVALID_ARGUMENT', {
        'key of 1,025 bytes': () => publish(topic, { data: WORD, orderingKey: 'k'.repeat(1_025) }),
        'different keys': () => publish(topic, { data: WORD, orderingKey: 'k' }, { data: WORD, orderingKey: 'l' }),
      });
      const longest = { data: WORD, orderingKey: 'k'.repeat(1_024) };
      expect(await outcomeOf(() => publish(topic, longest, longest))).toBe('OK');
    },
    async differing({ createTopic, publish }) {
      const topic = await createTopic();
      await expectOutcomes('OK', {
        'key of 1,025 bytes': () => publish(topic, { data: WORD, orderingKey: 'k'.repeat(1_025) }),
        'different keys': () => publish(topic, { data: WORD, orderingKey: 'k' }, { data: WORD, orderingKey: 'l' }),
      });
    },
  });
}
