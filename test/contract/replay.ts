import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Bench, textsOf } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes, outcomeOf } from './refusal.ts';

/** Messages acknowledged in bulk, and back again: https://cloud.google.com/pubsub/docs/replay-overview */
export function replay({ test, feature }: Contract): void {
  test('seeking back brings acknowledged messages again where they are retained', async (bench) => {
    const { subscription } = await acknowledgeTwoOfThree(bench, true);
    await seekBy(bench, subscription, -3_600);
    expect(textsOf(await bench.pullUntil(subscription, 3)).toSorted()).toEqual(['acked', 'also acked', 'kept']);
  });

  test('seeking back brings only what is not acknowledged where the rest is not retained', async (bench) => {
    const { subscription } = await acknowledgeTwoOfThree(bench, false);
    await seekBy(bench, subscription, -3_600);
    expect(textsOf(await bench.pullFor(subscription, 2_000))).toEqual(['kept']);
  });

  test('seeking forward acknowledges everything published until then', async (bench) => {
    const { topic, subscription } = await acknowledgeTwoOfThree(bench, true);
    await bench.publish(topic, 'not seen yet');
    await seekBy(bench, subscription, 1);
    await sleep(2_500);
    await bench.publish(topic, 'later');
    expect(textsOf(await bench.pullFor(subscription, 2_000))).toEqual(['later']);
  });

  test('seeking to a moment divides the messages at it', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, acknowledge, pullFor } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { retainAckedMessages: true, ackDeadlineSeconds: 600 });
    await publish(topic, 'before, acked', 'before, not acked');
    await sleep(1_500);
    const moment = Date.now();
    await sleep(1_500);
    await publish(topic, 'after, acked', 'after, not acked');
    const messages = await pullUntil(subscription, 4);
    await acknowledge(subscription, ...messages.filter(({ text }) => text.endsWith(', acked')));
    await bench.broker.pubsub.subscription(subscription).seek(new Date(moment));
    expect(textsOf(await pullFor(subscription, 2_000)).toSorted()).toEqual(['after, acked', 'after, not acked']);
  });

  // https://cloud.google.com/pubsub/docs/replay-overview#configuring_message_retention
  feature(
    'replaysFromTopics',
    'a new subscription can seek back to what its topic retains, and gets none of it unasked',
    {
      async documented(bench) {
        expect(await seekBeforeCreation(bench)).toEqual({ unasked: [], afterSeek: ['older'] });
      },
      async differing(bench) {
        expect(await seekBeforeCreation(bench)).toMatchObject({ unasked: ['older'] });
      },
    },
  );

  test('a snapshot brings back what was not acknowledged when it was taken, and what came after', async (bench) => {
    const { broker, createTopic, createSubscription, publish, pullUntil, acknowledge, pullFor, name } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    const other = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, 'acked before', 'acked after');
    const [one, two] = (await pullUntil(subscription, 2)).toSorted((a, b) => b.text.localeCompare(a.text));
    await acknowledge(subscription, one!);
    const snapshot = name('snapshots');
    await broker.subscriber.createSnapshot({ name: snapshot, subscription });
    await acknowledge(subscription, two!);
    await publish(topic, 'new');
    await acknowledge(subscription, ...(await pullUntil(subscription, 1)));
    await acknowledge(other, ...(await pullUntil(other, 3)));
    await broker.subscriber.seek({ subscription, snapshot });
    await broker.subscriber.seek({ subscription: other, snapshot });
    expect(textsOf(await pullFor(subscription, 2_000)).toSorted()).toEqual(['acked after', 'new']);
    expect(textsOf(await pullFor(other, 2_000)).toSorted()).toEqual(['acked after', 'new']);
  });

  test('seeking nowhere, or to what is not there or not of the topic, is refused', async (bench) => {
    const { broker, createTopic, createSubscription, name } = bench;
    const { subscriber } = broker;
    const subscription = await createSubscription(await createTopic());
    const stranger = await createSubscription(await createTopic());
    const snapshot = name('snapshots');
    await subscriber.createSnapshot({ name: snapshot, subscription: stranger });
    await expectOutcomes('INVALID_ARGUMENT', { nowhere: () => subscriber.seek({ subscription }) });
    await expectOutcomes('NOT_FOUND', {
      missing: () => subscriber.seek({ subscription, snapshot: name('snapshots') }),
    });
    // "Both the subscription and the snapshot must be on the same topic": by which status it is refused is not said.
    // https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscriber
    const outcome = await outcomeOf(() => subscriber.seek({ subscription, snapshot }));
    expect(['FAILED_PRECONDITION', 'INVALID_ARGUMENT']).toContain(outcome);
  });

  test('a snapshot tells its topic and that it expires within 7 days', async ({
    broker,
    createTopic,
    createSubscription,
    name,
  }) => {
    const topic = await createTopic();
    const request = { name: name('snapshots'), subscription: await createSubscription(topic) };
    await broker.subscriber.createSnapshot(request);
    const [snapshot] = await broker.subscriber.getSnapshot({ snapshot: request.name });
    expect(snapshot).toMatchObject({ name: request.name, topic });
    const daysLeft = (Number(snapshot.expireTime?.seconds) - Date.now() / 1_000) / 86_400;
    expect(daysLeft).toBeGreaterThan(6.9);
    expect(daysLeft).toBeLessThan(7.1);
    const [ofTopic] = await broker.publisher.listTopicSnapshots({ topic });
    expect(ofTopic).toEqual([request.name]);
  });

  feature('labelsSnapshots', 'a snapshot has labels, which can be changed', {
    async documented({ broker, createTopic, createSubscription, name }) {
      const snapshot = name('snapshots');
      const subscription = await createSubscription(await createTopic());
      await broker.subscriber.createSnapshot({ name: snapshot, subscription, labels: { team: 'red' } });
      expect((await broker.subscriber.getSnapshot({ snapshot }))[0].labels).toEqual({ team: 'red' });
      const updateMask = { paths: ['labels'] };
      await broker.subscriber.updateSnapshot({ snapshot: { name: snapshot, labels: { team: 'blue' } }, updateMask });
      expect((await broker.subscriber.getSnapshot({ snapshot }))[0].labels).toEqual({ team: 'blue' });
    },
    async differing({ broker, createTopic, createSubscription, name }) {
      const snapshot = { name: name('snapshots'), labels: { team: 'blue' } };
      const subscription = await createSubscription(await createTopic());
      await broker.subscriber.createSnapshot({ ...snapshot, subscription });
      expect((await broker.subscriber.getSnapshot({ snapshot: snapshot.name }))[0].labels).toEqual({});
      await expectOutcomes('UNIMPLEMENTED', {
        update: () => broker.subscriber.updateSnapshot({ snapshot, updateMask: { paths: ['labels'] } }),
      });
    },
  });
}

async function seekBy({ broker }: Bench, subscription: string, seconds: number): Promise<void> {
  await broker.pubsub.subscription(subscription).seek(new Date(Date.now() + seconds * 1_000));
}

async function acknowledgeTwoOfThree(bench: Bench, retainAckedMessages: boolean) {
  const { createTopic, createSubscription, publish, pullUntil, acknowledge } = bench;
  const topic = await createTopic();
  const subscription = await createSubscription(topic, { retainAckedMessages, ackDeadlineSeconds: 600 });
  await publish(topic, 'acked', 'also acked', 'kept');
  const messages = await pullUntil(subscription, 3);
  await acknowledge(subscription, ...messages.filter(({ text }) => text !== 'kept'));
  return { topic, subscription };
}

async function seekBeforeCreation(bench: Bench): Promise<{ unasked: string[]; afterSeek: string[] }> {
  const { createTopic, createSubscription, publish, pullFor } = bench;
  const topic = await createTopic({ messageRetentionDuration: { seconds: 600 } });
  await publish(topic, 'older');
  const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
  const unasked = textsOf(await pullFor(subscription, 1_000));
  await seekBy(bench, subscription, -300);
  return { unasked, afterSeek: textsOf(await pullFor(subscription, 2_000)) };
}
