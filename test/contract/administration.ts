import { expect } from 'vitest';
import { textsOf } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes } from './refusal.ts';

/** Topics and subscriptions come and go: https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1 */
export function administration({ test, feature }: Contract): void {
  test('what is created can be got and listed, until it is deleted', async ({ broker, name }) => {
    const { pubsub } = broker;
    const [topic] = await pubsub.createTopic(name('topics'));
    const [subscription] = await topic.createSubscription(name('subscriptions'));
    const [snapshot] = await subscription.createSnapshot(name('snapshots'));
    const listed = async () => {
      const [topics, subscriptions, own, snapshots] = await Promise.all([
        pubsub.getTopics(),
        pubsub.getSubscriptions(),
        topic.getSubscriptions(),
        pubsub.getSnapshots(),
      ]);
      return {
        topic: topics[0].some((one) => one.name === topic.name),
        subscription: subscriptions[0].some((one) => one.name === subscription.name),
        ofTopic: own[0].map((one) => one.name),
        snapshot: snapshots[0].some((one) => one.name === snapshot.name),
      };
    };
    expect(await topic.exists()).toEqual([true]);
    expect(await subscription.exists()).toEqual([true]);
    expect((await subscription.getMetadata())[0]).toMatchObject({ name: subscription.name, topic: topic.name });
    expect(await listed()).toEqual({
      topic: true,
      subscription: true,
      ofTopic: [subscription.name],
      snapshot: true,
    });
    await snapshot.delete();
    await subscription.delete();
    await topic.delete();
    expect(await topic.exists()).toEqual([false]);
    expect(await subscription.exists()).toEqual([false]);
    const after = await broker.subscriber.listSnapshots({ project: `projects/${broker.projectId}` });
    expect(after[0].map((one) => one.name)).not.toContain(snapshot.name);
  });

  test('what exists already is not created again', async ({ broker, createTopic, createSubscription, name }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const snapshot = { name: name('snapshots'), subscription };
    await broker.subscriber.createSnapshot(snapshot);
    await expectOutcomes('ALREADY_EXISTS', {
      topic: () => createTopic({ name: topic }),
      subscription: () => createSubscription(topic, { name: subscription }),
      snapshot: () => broker.subscriber.createSnapshot(snapshot),
    });
  });

  test('what does not exist is not found', async (bench) => {
    const { broker, createTopic, createSubscription, publish, pullUntil, name } = bench;
    const { publisher, subscriber } = broker;
    const topic = name('topics');
    const subscription = name('subscriptions');
    const existing = await createTopic();
    const deadLetterPolicy = { deadLetterTopic: topic, maxDeliveryAttempts: 5 };
    const other = await createSubscription(existing);
    await publish(existing, 'hello');
    const ackIds = (await pullUntil(other, 1)).map(({ ackId }) => ackId);
    await expectOutcomes('NOT_FOUND', {
      getTopic: () => publisher.getTopic({ topic }),
      deleteTopic: () => publisher.deleteTopic({ topic }),
      publish: () => publisher.publish({ topic, messages: [{ data: Buffer.from('lost') }] }),
      publishThroughTheClient: () => broker.pubsub.topic(topic).publishMessage({ data: Buffer.from('lost') }),
      subscribe: () => createSubscription(topic),
      deadLetterTopic: () => createSubscription(existing, { deadLetterPolicy }),
      getSubscription: () => subscriber.getSubscription({ subscription }),
      deleteSubscription: () => subscriber.deleteSubscription({ subscription }),
      updateSubscription: () =>
        subscriber.updateSubscription({
          subscription: { name: subscription, ackDeadlineSeconds: 20 },
          updateMask: { paths: ['ack_deadline_seconds'] },
        }),
      pull: () => subscriber.pull({ subscription, maxMessages: 1, returnImmediately: true }),
      acknowledge: () => subscriber.acknowledge({ subscription, ackIds }),
      modifyAckDeadline: () => subscriber.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds: 10 }),
      seek: () => subscriber.seek({ subscription, time: { seconds: 1 } }),
      createSnapshot: () => subscriber.createSnapshot({ name: name('snapshots'), subscription }),
      getSnapshot: () => subscriber.getSnapshot({ snapshot: name('snapshots') }),
      deleteSnapshot: () => subscriber.deleteSnapshot({ snapshot: name('snapshots') }),
    });
  });

  // https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
  const suffix = `-${process.pid}`;
  test('names have 3 to 255 characters, of those allowed', async ({
    broker,
    createTopic,
    createSubscription,
    name,
  }) => {
    const fill = (id: string) => id + 'x'.repeat(255 - id.length);
    const good = ['abc', `A.b~c+d%e_f-g`, fill('longest')];
    await expectOutcomes(
      'OK',
      Object.fromEntries(good.map((id) => [id, () => createTopic({ name: name('topics', id) })])),
    );
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const bad = [
      'ab',
      `1st${suffix}`,
      `goog${suffix}`,
      `a b${suffix}`,
      `é${suffix}`,
      `a/b${suffix}`,
      `${fill('long')}r`,
    ];
    for (const id of bad) {
      await expectOutcomes('INVALID_ARGUMENT', {
        [`topic ${id}`]: () => createTopic({ name: name('topics', id) }),
        [`subscription ${id}`]: () => createSubscription(topic, { name: name('subscriptions', id) }),
        [`snapshot ${id}`]: () => broker.subscriber.createSnapshot({ name: name('snapshots', id), subscription }),
      });
    }
    await expectOutcomes('INVALID_ARGUMENT', { nonsense: () => createTopic({ name: 'nonsense' }) });
  });

  test('a subscription without a name is given one', async ({ broker, createTopic, createSubscription, name }) => {
    const topic = await createTopic();
    const given = await createSubscription(topic, { name: '' });
    expect(given.startsWith(name('subscriptions', ''))).toBe(true);
    const [{ topic: of }] = await broker.subscriber.getSubscription({ subscription: given });
    expect(of).toBe(topic);
  });

  test('a list comes in pages, all of it once', async ({ broker, createTopic, createSubscription }) => {
    const topic = await createTopic();
    const created = await Promise.all(Array.from({ length: 5 }, () => createSubscription(topic)));
    const listed: string[] = [];
    let pageToken = '';
    let pages = 0;
    do {
      const request = { topic, pageSize: 2, pageToken };
      const [names, , response] = await broker.publisher.listTopicSubscriptions(request, { autoPaginate: false });
      expect(names.length).toBeLessThanOrEqual(2);
      listed.push(...names);
      pageToken = response?.nextPageToken ?? '';
      pages++;
    } while (pageToken !== '' && pages < 10);
    expect(listed.toSorted()).toEqual(created.toSorted());
    expect(pages).toBeGreaterThanOrEqual(3);
  });

  // https://cloud.google.com/pubsub/docs/delete-topic
  test('a deleted topic leaves its subscriptions and what they hold, for good', async (bench) => {
    const { broker, createTopic, createSubscription, publish, pullUntil, pull } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    await publish(topic, 'before');
    await broker.publisher.deleteTopic({ topic });
    const topicOf = async () => (await broker.subscriber.getSubscription({ subscription }))[0].topic;
    expect(await topicOf()).toBe('_deleted-topic_');
    await createTopic({ name: topic });
    await publish(topic, 'after');
    expect(await topicOf()).toBe('_deleted-topic_');
    const [before] = await pullUntil(subscription, 1);
    expect(before!.text).toBe('before');
    expect(await pull(subscription)).toEqual([]);
    const [subscriptions] = await broker.publisher.listTopicSubscriptions({ topic });
    expect(subscriptions).toEqual([]);
  });

  test('a deleted subscription takes what it held with it', async (bench) => {
    const { broker, createTopic, createSubscription, publish, pullFor } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    await publish(topic, 'lost');
    await broker.subscriber.deleteSubscription({ subscription });
    await expectOutcomes('NOT_FOUND', { pull: () => bench.pull(subscription) });
    await createSubscription(topic, { name: subscription });
    expect(textsOf(await pullFor(subscription, 1_000))).toEqual([]);
  });

  feature('updatesTopicLabels', 'the labels of a topic can be changed', {
    async documented({ broker, createTopic }) {
      const topic = await createTopic({ labels: { team: 'red' }, messageRetentionDuration: { seconds: 600 } });
      const request = { topic: { name: topic, labels: { team: 'blue' } }, updateMask: { paths: ['labels'] } };
      await broker.publisher.updateTopic(request);
      const [updated] = await broker.publisher.getTopic({ topic });
      expect(updated.labels).toEqual({ team: 'blue' });
      expect(Number(updated.messageRetentionDuration?.seconds)).toBe(600);
    },
    async differing({ broker, createTopic }) {
      const topic = { name: await createTopic(), labels: { team: 'blue' } };
      await expectOutcomes('INVALID_ARGUMENT', {
        update: () => broker.publisher.updateTopic({ topic, updateMask: { paths: ['labels'] } }),
      });
    },
  });

  // https://cloud.google.com/pubsub/docs/detach-subscriptions
  feature('detaches', 'a detached subscription holds nothing and receives nothing', {
    async documented({ broker, createTopic, createSubscription, publish, pull, listen }) {
      const topic = await createTopic();
      const subscription = await createSubscription(topic);
      await publish(topic, 'dropped');
      await broker.publisher.detachSubscription({ subscription });
      const [{ detached }] = await broker.subscriber.getSubscription({ subscription });
      expect(detached).toBe(true);
      const [attached] = await broker.publisher.listTopicSubscriptions({ topic });
      expect(attached).toEqual([]);
      await expectOutcomes('FAILED_PRECONDITION', { pull: () => pull(subscription) });
      const listener = listen(subscription);
      await listener.until(({ errors }) => errors.length > 0);
      expect(listener.errors[0]).toMatchObject({ code: 9 });
    },
    async differing({ broker, createTopic, createSubscription }) {
      const subscription = await createSubscription(await createTopic());
      await expectOutcomes('UNIMPLEMENTED', { detach: () => broker.publisher.detachSubscription({ subscription }) });
    },
  });
}
