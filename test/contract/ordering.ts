import { expect } from 'vitest';
import { type Bench, type Pulled, textsOf } from './bench.ts';
import type { Contract } from './contract.ts';

/** https://cloud.google.com/pubsub/docs/ordering */
export function ordering({ test, feature }: Contract): void {
  test('messages of a key come in the order in which they were published', async (bench) => {
    const { broker, createTopic, createSubscription, listen } = bench;
    const topic = await createTopic();
    const listener = listen(await createSubscription(topic, { enableMessageOrdering: true }));
    const publisher = broker.pubsub.topic(topic, { messageOrdering: true, batching: { maxMessages: 7 } });
    const published = Array.from({ length: 300 }, (_, index) => ({ key: `key ${index % 3}`, text: `${index}` }));
    await Promise.all(
      published.map(({ key, text }) => publisher.publishMessage({ data: Buffer.from(text), orderingKey: key })),
    );
    await listener.untilReceived(published.length);
    for (const key of ['key 0', 'key 1', 'key 2']) {
      const received = listener.messages.filter(({ orderingKey }) => orderingKey === key);
      expect(received.map(({ data }) => data.toString())).toEqual(
        published.filter((one) => one.key === key).map(({ text }) => text),
      );
    }
  });

  test('a key that waits holds up no other key, nor what has none', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, pullFor, modifyDeadline } = bench;
    const topic = await createTopic();
    const retryPolicy = { minimumBackoff: { seconds: 600 }, maximumBackoff: { seconds: 600 } };
    const settings = { enableMessageOrdering: true, ackDeadlineSeconds: 600, retryPolicy };
    const subscription = await createSubscription(topic, settings);
    await publish(topic, keyed('ill', 'waits'));
    const [ill] = await pullUntil(subscription, 1);
    await modifyDeadline(subscription, 0, ill!);
    // It may come again at once the first time, and is kept then.
    await pullFor(subscription, 1_500);
    await publish(topic, keyed('well', 'a'));
    await publish(topic, 'no key');
    expect(textsOf(await pullUntil(subscription, 2)).toSorted()).toEqual(['a', 'no key']);
  });

  test('what has no key, or goes to a subscription without ordering, comes whatever becomes of the rest', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil } = bench;
    const topic = await createTopic();
    const plain = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    const ordered = await createSubscription(topic, { enableMessageOrdering: true, ackDeadlineSeconds: 600 });
    await publish(topic, 'a', 'b', 'c');
    await publish(topic, keyed('k', '1'), keyed('k', '2'), keyed('k', '3'));
    expect(textsOf(await pullUntil(plain, 6)).toSorted()).toEqual(['1', '2', '3', 'a', 'b', 'c']);
    expect(textsOf(await pullUntil(ordered, 6)).toSorted()).toEqual(['1', '2', '3', 'a', 'b', 'c']);
  });

  // "Redeliveries of a message trigger redelivery of all subsequent messages for that key, even acknowledged ones."
  test('a nack brings back what follows it and was acknowledged before', async (bench) => {
    // Google's emulator does so when the lease ends.
    const settled = { acknowledgedBefore: ['1', '3', '4', '5'], ackDeadlineSeconds: 10 };
    const messages = await redelivered(bench, 4, settled);
    expect(textsOf(messages).toSorted()).toEqual(['2', '3', '4', '5']);
  });

  feature('redeliversWhatWasAcknowledged', 'a nack brings back what follows it and is acknowledged afterwards', {
    async documented(bench) {
      const messages = await redelivered(bench, 4, { acknowledgedAfter: ['1', '3', '4', '5'] });
      expect(textsOf(messages)).toEqual(['2', '3', '4', '5']);
    },
    async differing(bench) {
      const messages = await redelivered(bench, 1, { acknowledgedAfter: ['1', '3', '4', '5'], ackDeadlineSeconds: 10 });
      expect(textsOf(messages)).toEqual(['2']);
    },
  });

  for (const acknowledgedBefore of [['1'], ['1', '3', '5']]) {
    const name = `after a nack what follows comes again in order, of five with ${acknowledgedBefore.length} acknowledged`;
    feature('redeliversInOrder', name, {
      async documented(bench) {
        expect(textsOf(await redelivered(bench, 4, { acknowledgedBefore }))).toEqual(['2', '3', '4', '5']);
      },
      async differing(bench) {
        expect(textsOf(await redelivered(bench, 4, { acknowledgedBefore, ackDeadlineSeconds: 10 }))).toEqual([
          '3',
          '4',
          '5',
          '2',
        ]);
      },
    });
  }
}

function keyed(orderingKey: string, text: string) {
  return { data: Buffer.from(text), orderingKey };
}

interface Redelivery {
  readonly acknowledgedBefore?: readonly string[];
  readonly acknowledgedAfter?: readonly string[];
  /** 600 unless given: short only where leases have to end. */
  readonly ackDeadlineSeconds?: number;
}

/** Of five messages of a key, 1 to 5, gives back the second, and answers what comes again. */
async function redelivered(
  { createTopic, createSubscription, publish, pullUntil, acknowledge, modifyDeadline, pullFor }: Bench,
  count: number,
  { acknowledgedBefore, acknowledgedAfter, ackDeadlineSeconds = 600 }: Redelivery,
): Promise<Pulled[]> {
  const topic = await createTopic();
  const settings = { enableMessageOrdering: true, ackDeadlineSeconds };
  const subscription = await createSubscription(topic, settings);
  await publish(topic, ...['1', '2', '3', '4', '5'].map((text) => keyed('k', text)));
  const pulled = await pullUntil(subscription, 5);
  expect(textsOf(pulled)).toEqual(['1', '2', '3', '4', '5']);
  const acknowledgeSome = async (texts: readonly string[] = []) => {
    const some = pulled.filter(({ text }) => texts.includes(text));
    if (some.length > 0) await acknowledge(subscription, ...some);
  };
  await acknowledgeSome(acknowledgedBefore);
  await modifyDeadline(subscription, 0, pulled[1]!);
  await acknowledgeSome(acknowledgedAfter);
  const again = await pullUntil(subscription, count);
  // Nothing more of it, as long as these are leased.
  return [...again, ...(await pullFor(subscription, 2_000))];
}
