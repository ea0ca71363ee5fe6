import { describe, expect, test } from 'vitest';
import { type NewSubscription, statusCode } from './broker.ts';
import { subscription, testBroker, topic } from './test-broker.ts';

const day = 86_400_000;
const refusedWith = (code: number): unknown => expect.objectContaining({ name: 'BrokerError', code });

describe('topics', () => {
  test('are created once, found, listed by project and deleted', () => {
    const { broker } = testBroker();
    expect(() => broker.createTopic({ name: topic })).toThrow(refusedWith(statusCode.alreadyExists));
    broker.createTopic({ name: 'projects/p/topics/another', labels: { a: 'b' } });
    broker.createTopic({ name: 'projects/q/topics/another' });
    expect(broker.topics('p').map(({ name }) => name)).toEqual(['projects/p/topics/another', topic]);
    expect(broker.topic('projects/p/topics/another').labels).toEqual({ a: 'b' });
    broker.deleteTopic(topic);
    expect(() => broker.topic(topic)).toThrow(refusedWith(statusCode.notFound));
    expect(() => broker.deleteTopic(topic)).toThrow(refusedWith(statusCode.notFound));
  });

  test('are changed in the named fields only', () => {
    const { broker } = testBroker();
    broker.updateTopic({ name: topic, labels: { a: 'b' }, retentionMs: day }, ['labels']);
    expect(broker.topic(topic)).toEqual({ name: topic, labels: { a: 'b' } });
    broker.updateTopic({ name: topic, retentionMs: day }, ['retentionMs']);
    expect(broker.topic(topic)).toEqual({ name: topic, labels: { a: 'b' }, retentionMs: day });
    expect(() => broker.updateTopic({ name: topic, retentionMs: 1 }, ['retentionMs'])).toThrow(
      refusedWith(statusCode.invalidArgument),
    );
    broker.updateTopic({ name: topic }, ['retentionMs']);
    expect(broker.topic(topic)).toEqual({ name: topic, labels: { a: 'b' } });
  });

  test('leave their subscriptions what they hold when they are deleted', () => {
    const { broker, publish, texts } = testBroker();
    publish('a');
    broker.deleteTopic(topic);
    expect(broker.subscription(subscription).topic).toBe('_deleted-topic_');
    expect(texts()).toEqual(['a']);
    broker.createTopic({ name: topic });
    publish('b');
    expect(texts()).toEqual([]);
    expect(broker.subscriptions({ topic })).toEqual([]);
  });
});

describe('subscriptions', () => {
  test('have defaults for all but name and topic', () => {
    const { broker } = testBroker();
    expect(broker.subscription(subscription)).toEqual({
      name: subscription,
      topic,
      labels: {},
      ackDeadlineMs: 10_000,
      retryPolicy: undefined,
      deadLetterPolicy: undefined,
      enableMessageOrdering: false,
      filter: '',
      retentionMs: 7 * day,
      retainAckedMessages: false,
      expirationMs: 31 * day,
      enableExactlyOnceDelivery: false,
      detached: false,
    });
  });

  test('are listed by project and by topic', () => {
    const { broker } = testBroker();
    const other = 'projects/q/subscriptions/other';
    broker.createSubscription({ name: other, topic });
    expect(broker.subscriptions({ project: 'p' }).map(({ name }) => name)).toEqual([subscription]);
    expect(broker.subscriptions({ topic }).map(({ name }) => name)).toEqual([subscription, other]);
  });

  test.each<[string, Partial<NewSubscription>, number]>([
    ['a short ack deadline', { ackDeadlineMs: 9_000 }, statusCode.invalidArgument],
    ['a long ack deadline', { ackDeadlineMs: 601_000 }, statusCode.invalidArgument],
    ['a short retention', { retentionMs: 599_000 }, statusCode.invalidArgument],
    ['a long retention', { retentionMs: 31 * day + 1 }, statusCode.invalidArgument],
    ['an early expiration', { expirationMs: day - 1 }, statusCode.invalidArgument],
    ['a long backoff', { retryPolicy: { minimumBackoffMs: 0, maximumBackoffMs: 600_001 } }, statusCode.invalidArgument],
    ['a negative backoff', { retryPolicy: { minimumBackoffMs: -1, maximumBackoffMs: 1 } }, statusCode.invalidArgument],
    [
      'a backoff upside down',
      { retryPolicy: { minimumBackoffMs: 2, maximumBackoffMs: 1 } },
      statusCode.invalidArgument,
    ],
    ['4 attempts', { deadLetterPolicy: { topic, maxDeliveryAttempts: 4 } }, statusCode.invalidArgument],
    ['101 attempts', { deadLetterPolicy: { topic, maxDeliveryAttempts: 101 } }, statusCode.invalidArgument],
    [
      'a dead-letter topic that is none',
      { deadLetterPolicy: { topic: 'projects/p/topics/none', maxDeliveryAttempts: 5 } },
      statusCode.notFound,
    ],
    ['a filter that is none', { filter: 'data = 1' }, statusCode.invalidArgument],
    ['a topic that is none', { topic: 'projects/p/topics/none' }, statusCode.notFound],
    ['a name that is none', { name: 'projects/p/subscriptions/1' }, statusCode.invalidArgument],
    ['a name that is taken', { name: subscription }, statusCode.alreadyExists],
  ])('are refused with %s', (_, settings, code) => {
    const { broker } = testBroker();
    const name = 'projects/p/subscriptions/new';
    expect(() => broker.createSubscription({ name, topic, ...settings })).toThrow(refusedWith(code));
    expect(broker.subscriptions({ topic })).toHaveLength(1);
  });

  test('are changed in the named fields only, absent ones back to their defaults', () => {
    const { broker } = testBroker({ retryPolicy: { minimumBackoffMs: 1, maximumBackoffMs: 2 } });
    const before = broker.subscription(subscription);
    broker.updateSubscription({ name: subscription, topic, ackDeadlineMs: 20_000, retainAckedMessages: true }, [
      'ackDeadlineMs',
    ]);
    expect(broker.subscription(subscription)).toEqual({ ...before, ackDeadlineMs: 20_000 });
    broker.updateSubscription({ name: subscription, topic }, ['retryPolicy', 'ackDeadlineMs']);
    expect(broker.subscription(subscription)).toEqual({ ...before, retryPolicy: undefined });
    expect(() => broker.updateSubscription({ name: subscription, topic, ackDeadlineMs: 1 }, ['ackDeadlineMs'])).toThrow(
      refusedWith(statusCode.invalidArgument),
    );
  });

  test('give the next delivery the deadline to which it was changed', () => {
    const { broker, publish, pull, pass, texts } = testBroker();
    broker.updateSubscription({ name: subscription, topic, ackDeadlineMs: 20_000 }, ['ackDeadlineMs']);
    publish('a');
    pull();
    pass(19_999);
    expect(texts()).toEqual([]);
    pass(1);
    expect(texts()).toEqual(['a']);
  });

  test('are gone with what they hold when they are deleted', () => {
    const { broker, publish, pull } = testBroker({ expirationMs: 'never' });
    publish('a', 'b');
    const [a] = pull(1);
    broker.deleteSubscription(subscription);
    for (const use of [
      () => broker.acknowledge(subscription, [a!.ackId]),
      () => broker.modifyAckDeadline(subscription, [a!.ackId], 0),
      () => broker.pull(subscription, { maxMessages: 1 }),
      () => broker.stats(subscription),
      () => broker.seek(subscription, { timeMs: 0 }),
      () => broker.onDeliverable(subscription, () => {}),
    ]) {
      expect(use).toThrow(refusedWith(statusCode.notFound));
    }
    expect(broker.nextDueMs).toBeUndefined();
    broker.createSubscription({ name: subscription, topic });
    expect(broker.stats(subscription).undelivered).toBe(0);
  });

  test('are emptied and get nothing any more when they are detached', () => {
    const { broker, publish, pull } = testBroker();
    publish('a');
    broker.detachSubscription(subscription);
    expect(broker.subscription(subscription)).toMatchObject({ detached: true, topic });
    expect(pull).toThrow(refusedWith(statusCode.failedPrecondition));
    publish('b');
    expect(broker.stats(subscription).undelivered).toBe(0);
    expect(broker.subscriptions({ topic })).toEqual([]);
  });

  test('that are detached lose their topic too when it is deleted', () => {
    const { broker } = testBroker();
    broker.detachSubscription(subscription);
    broker.deleteTopic(topic);
    expect(broker.subscription(subscription)).toMatchObject({ detached: true, topic: '_deleted-topic_' });
    broker.createTopic({ name: topic });
    expect(broker.subscription(subscription).topic).toBe('_deleted-topic_');
  });

  test('that are detached can be sought neither to a time nor to a snapshot', () => {
    const { broker, publish } = testBroker();
    const snapshot = 'projects/p/snapshots/before';
    broker.createSnapshot({ name: snapshot, subscription });
    broker.updateTopic({ name: topic, retentionMs: day }, ['retentionMs']);
    publish('a');
    broker.detachSubscription(subscription);
    for (const target of [{ timeMs: 0 }, { snapshot }]) {
      expect(() => broker.seek(subscription, target)).toThrow(refusedWith(statusCode.failedPrecondition));
    }
    expect(broker.stats(subscription).undelivered).toBe(0);
  });
});
