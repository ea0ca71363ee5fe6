import { describe, expect, test } from 'vitest';
import { statusCode } from './broker.ts';
import { subscription, testBroker, topic } from './test-broker.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const snapshot = 'projects/p/snapshots/before';

describe('seeking to a time', () => {
  test('acknowledges what was published before it, also what is leased', () => {
    const { broker, publish, pull, ack, pass, texts, nowMs } = testBroker();
    publish('a', 'b');
    const [a] = pull(1);
    pass(minute / 10);
    publish('c');
    broker.seek(subscription, { timeMs: nowMs() });
    expect(ack(a!)).toEqual([false]);
    expect(texts()).toEqual(['c']);
    expect(broker.stats(subscription)).toMatchObject({ undelivered: 0, leased: 1 });
  });

  test('brings back what was acknowledged and retained', () => {
    const { broker, publish, pull, ack, pass, texts, nowMs } = testBroker({ retainAckedMessages: true });
    publish('a');
    pass(minute);
    const fromMs = nowMs();
    publish('b', 'c');
    ack(...pull());
    expect(texts()).toEqual([]);
    broker.seek(subscription, { timeMs: fromMs });
    expect(texts()).toEqual(['b', 'c']);
  });

  test('brings nothing back that was not retained', () => {
    const { broker, publish, pull, ack, texts } = testBroker();
    publish('a');
    ack(...pull());
    broker.seek(subscription, { timeMs: 0 });
    expect(texts()).toEqual([]);
  });

  test('brings back what the topic retains, also from before the subscription, through its filter', () => {
    const { broker, pass } = testBroker();
    broker.updateTopic({ name: topic, retentionMs: hour }, ['retentionMs']);
    const put = (text: string, attributes: Record<string, string> = {}): unknown =>
      broker.publish(topic, [{ data: Buffer.from(text), attributes, orderingKey: '' }]);
    put('old', { wanted: '' });
    pass(40 * minute);
    put('a', { wanted: '' });
    put('b');
    pass(30 * minute);
    const late = 'projects/p/subscriptions/late';
    broker.createSubscription({ name: late, topic, filter: 'attributes:wanted' });
    expect(broker.pull(late, { maxMessages: 10 })).toEqual([]);
    broker.seek(late, { timeMs: 0 });
    const texts = broker.pull(late, { maxMessages: 10 }).map(({ message }) => Buffer.from(message.data).toString());
    expect(texts).toEqual(['a']);
  });

  test('tells whoever listens', () => {
    const { broker, publish, pull, ack } = testBroker({ retainAckedMessages: true });
    let calls = 0;
    publish('a');
    ack(...pull());
    broker.onDeliverable(subscription, () => {
      calls += 1;
    });
    broker.seek(subscription, { timeMs: 0 });
    expect(calls).toBe(1);
  });

  test('keeps the order of keys', () => {
    const { broker, publishKeyed, pull, ack, texts } = testBroker({
      retainAckedMessages: true,
      enableMessageOrdering: true,
    });
    publishKeyed('k', 'a', 'b', 'c');
    const [a, b] = pull();
    ack(a!, b!);
    broker.seek(subscription, { timeMs: 0 });
    expect(texts()).toEqual(['a', 'b', 'c']);
  });
});

describe('seeking to a snapshot', () => {
  test('brings back what was unacknowledged then and what was published since, and nothing else', () => {
    const { broker, publish, pull, ack, texts } = testBroker();
    publish('a', 'b', 'c');
    ack(...pull(1));
    broker.createSnapshot({ name: snapshot, subscription });
    publish('d');
    ack(...pull());
    publish('e');
    broker.seek(subscription, { snapshot });
    expect(texts()).toEqual(['b', 'c', 'd', 'e']);
  });

  test('serves another subscription of the topic', () => {
    const { broker, publish } = testBroker();
    const other = 'projects/p/subscriptions/other';
    publish('a');
    broker.createSubscription({ name: other, topic });
    broker.createSnapshot({ name: snapshot, subscription });
    publish('b');
    broker.seek(other, { snapshot });
    expect(broker.stats(other).undelivered).toBe(2);
  });

  test('is refused for a subscription of another topic', () => {
    const { broker } = testBroker();
    const other = 'projects/p/subscriptions/other';
    broker.createTopic({ name: 'projects/p/topics/elsewhere' });
    broker.createSubscription({ name: other, topic: 'projects/p/topics/elsewhere' });
    broker.createSnapshot({ name: snapshot, subscription });
    expect(() => broker.seek(other, { snapshot })).toThrow('is a snapshot of projects/p/topics/events');
  });
});

describe('a snapshot', () => {
  test('lives for 7 days less the age of the oldest unacknowledged message', () => {
    const { broker, publish, pass, nowMs } = testBroker();
    publish('a');
    pass(3 * day);
    const info = broker.createSnapshot({ name: snapshot, subscription, labels: { a: 'b' } });
    expect(info).toEqual({ name: snapshot, topic, labels: { a: 'b' }, expireTimeMs: nowMs() + 4 * day });
    pass(4 * day - 1);
    expect(broker.snapshot(snapshot)).toEqual(info);
    pass(1);
    expect(() => broker.snapshot(snapshot)).toThrow(expect.objectContaining({ code: statusCode.notFound }));
  });

  test('is refused when it would expire within the hour', () => {
    const { broker, publish, pass } = testBroker();
    publish('a');
    pass(7 * day - hour + 1);
    expect(() => broker.createSnapshot({ name: snapshot, subscription })).toThrow(
      expect.objectContaining({ code: statusCode.failedPrecondition }),
    );
  });

  test('can be listed, labelled and deleted', () => {
    const { broker } = testBroker();
    broker.createSnapshot({ name: snapshot, subscription });
    expect(broker.updateSnapshot(snapshot, { a: 'b' }).labels).toEqual({ a: 'b' });
    expect(broker.snapshots({ project: 'p' })).toHaveLength(1);
    expect(broker.snapshots({ topic })).toHaveLength(1);
    expect(() => broker.createSnapshot({ name: snapshot, subscription })).toThrow('already exists');
    broker.deleteSnapshot(snapshot);
    expect(broker.snapshots({ project: 'p' })).toEqual([]);
    expect(() => broker.seek(subscription, { snapshot })).toThrow('not found');
  });
});
