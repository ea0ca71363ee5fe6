import { describe, expect, test } from 'vitest';
import { createBroker, type NewSubscription, statusCode } from './broker.ts';
import { subscription, testBroker, topic } from './test-broker.ts';

const minute = 60_000;
const kilobyte = 'x'.repeat(1_024 - 256);
const full = expect.objectContaining({ code: statusCode.resourceExhausted });

/** A broker that takes two messages of a kilobyte, and is full then. */
const small = (settings: Partial<NewSubscription> = {}) => testBroker(settings, { maxBytes: 2_048 });

describe('publishing is refused when all is full', () => {
  test('with who keeps the most, and nothing of it is stored', () => {
    const { broker, publish } = small();
    const other = 'projects/p/subscriptions/other';
    publish(kilobyte);
    broker.createSubscription({ name: other, topic });
    publish(kilobyte);
    expect(() => publish('a')).toThrow(full);
    expect(() => publish('a')).toThrow(
      `3072 bytes are kept, and at most 2048 may be; ${subscription} keeps the most, 2048`,
    );
    expect([broker.stats(subscription).undelivered, broker.stats(other).undelivered]).toEqual([2, 1]);
  });

  test('also by what a topic retains', () => {
    const { broker, publish } = small();
    broker.deleteSubscription(subscription);
    broker.updateTopic({ name: topic, retentionMs: 10 * minute }, ['retentionMs']);
    publish(kilobyte, kilobyte);
    expect(() => publish('a')).toThrow(`${topic} keeps the most`);
  });

  test('no longer than the topic retains what fills it', () => {
    const { broker, publish, pass } = small();
    broker.deleteSubscription(subscription);
    broker.updateTopic({ name: topic, retentionMs: 10 * minute }, ['retentionMs']);
    publish(kilobyte, kilobyte);
    pass(10 * minute);
    expect(() => publish('a')).toThrow(full);
    pass(1);
    publish('a');
  });

  test('never without a bound', () => {
    const { publish } = testBroker();
    for (let index = 0; index < 100; index += 1) publish(kilobyte);
  });
});

describe('there is room again', () => {
  type Way = (it: ReturnType<typeof small>) => void;
  test.each<[string, Way, Partial<NewSubscription>]>([
    ['when messages are acknowledged', ({ ack, pull }) => void ack(...pull()), {}],
    ['when ordered ones are', ({ ack, pull }) => void ack(...pull()), { enableMessageOrdering: true }],
    ['when their retention ends', ({ pass }) => pass(10 * minute), { retentionMs: 10 * minute }],
    ['when they are sought past', ({ broker, nowMs }) => broker.seek(subscription, { timeMs: nowMs() + 1 }), {}],
    ['when the subscription is detached', ({ broker }) => broker.detachSubscription(subscription), {}],
    ['when the subscription is deleted', ({ broker }) => broker.deleteSubscription(subscription), {}],
    [
      'when acknowledged ones are no longer retained',
      ({ broker, ack, pull }) => {
        ack(...pull());
        broker.updateSubscription({ name: subscription, topic }, ['retainAckedMessages']);
      },
      { retainAckedMessages: true },
    ],
  ])('%s', (_, way, settings) => {
    const it = small(settings);
    it.publishKeyed('k', kilobyte, kilobyte);
    expect(() => it.publish('a')).toThrow(full);
    way(it);
    it.publish('a');
  });

  test('when a topic that retained them is deleted, but for what a snapshot keeps', () => {
    const { broker } = small();
    const put = (name: string) =>
      broker.publish(name, [{ data: Buffer.from(kilobyte), attributes: {}, orderingKey: '' }]);
    const [retaining, other] = ['projects/p/topics/retaining', 'projects/p/topics/other'];
    broker.createTopic({ name: retaining, retentionMs: 10 * minute });
    broker.createTopic({ name: other });
    broker.createSubscription({ name: 'projects/p/subscriptions/second', topic: retaining });
    put(retaining);
    expect(() => put(other)).toThrow(full);
    const snapshot = 'projects/p/snapshots/before';
    broker.createSnapshot({ name: snapshot, subscription: 'projects/p/subscriptions/second' });
    broker.deleteTopic(retaining);
    put(other);
    broker.deleteSnapshot(snapshot);
  });
});

test('a duplicate delivery, a nack and a replay count nothing twice', () => {
  const broker = createBroker({ now: () => 0, maxBytes: 1_025 });
  broker.createTopic({ name: topic });
  broker.createSubscription({ name: subscription, topic, retainAckedMessages: true });
  const put = () => broker.publish(topic, [{ data: Buffer.from(kilobyte), attributes: {}, orderingKey: '' }]);
  put();
  for (let round = 0; round < 3; round += 1) {
    const [received] = broker.pull(subscription, { maxMessages: 1 });
    broker.modifyAckDeadline(subscription, [received!.ackId], 0);
    broker.seek(subscription, { timeMs: 0 });
  }
  // 1,024 bytes are kept.
  put();
  expect(put).toThrow(full);
});
