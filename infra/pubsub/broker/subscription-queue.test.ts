import { describe, expect, test } from 'vitest';
import { subscription, testBroker } from './test-broker.ts';

const minute = 60_000;

describe('retention', () => {
  test('lets a message vanish that nobody has acknowledged in that time, and ends its lease', () => {
    const { broker, publish, pass, ack, texts } = testBroker({ retentionMs: 10 * minute });
    publish('a', 'b');
    pass(5 * minute);
    publish('c');
    const [a] = broker.pull(subscription, { maxMessages: 1, ackDeadlineMs: 10 * minute });
    pass(5 * minute);
    expect(ack(a!)).toEqual([false]);
    expect(texts()).toEqual(['c']);
    expect(broker.stats(subscription)).toMatchObject({ undelivered: 0, leased: 1 });
  });

  test('lets a message vanish that rests', () => {
    const retryPolicy = { minimumBackoffMs: 10 * minute, maximumBackoffMs: 10 * minute };
    const { broker, publish, pull, nack, pass, texts } = testBroker({ retentionMs: 10 * minute, retryPolicy });
    publish('a');
    pass(minute);
    nack(...pull());
    pass(20 * minute);
    expect(texts()).toEqual([]);
    expect(broker.stats(subscription)).toMatchObject({ undelivered: 0, leased: 0 });
  });

  test('holds also for acknowledged messages that are retained', () => {
    const { broker, publish, pull, ack, pass, texts } = testBroker({
      retentionMs: 10 * minute,
      retainAckedMessages: true,
    });
    publish('a');
    ack(...pull());
    pass(10 * minute);
    broker.seek(subscription, { timeMs: 0 });
    expect(texts()).toEqual([]);
  });

  test('leaves a key in order when one of its retained messages expires', () => {
    const settings = { retentionMs: 10 * minute, retainAckedMessages: true, enableMessageOrdering: true };
    const { broker, publishKeyed, pull, ack, pass, texts } = testBroker(settings);
    publishKeyed('k', 'a');
    ack(...pull());
    pass(5 * minute);
    publishKeyed('k', 'b');
    broker.pull(subscription, { maxMessages: 1, ackDeadlineMs: 10 * minute });
    pass(5 * minute);
    publishKeyed('k', 'c');
    // Without a receiver that goes on a key waits as long as one of its messages is leased.
    expect(texts()).toEqual([]);
    pass(5 * minute);
    expect(texts()).toEqual(['c']);
  });

  test('counts from the change on when it is changed', () => {
    const { broker, publish, pass } = testBroker();
    publish('a');
    pass(minute);
    broker.updateSubscription({ ...broker.subscription(subscription), retentionMs: 10 * minute }, ['retentionMs']);
    pass(9 * minute - 1);
    expect(broker.stats(subscription).undelivered).toBe(1);
    pass(1);
    expect(broker.stats(subscription).undelivered).toBe(0);
  });

  test('forgets acknowledged messages when they are no longer to be retained', () => {
    const { broker, publish, pull, ack, texts } = testBroker({ retainAckedMessages: true });
    publish('a', 'b');
    ack(...pull(1));
    broker.updateSubscription({ ...broker.subscription(subscription), retainAckedMessages: false }, [
      'retainAckedMessages',
    ]);
    broker.seek(subscription, { timeMs: 0 });
    expect(texts()).toEqual(['b']);
  });
});

test('the oldest unacknowledged message is known among acknowledged ones that are retained', () => {
  const { broker, publish, pull, ack, pass, nowMs } = testBroker({ retainAckedMessages: true });
  publish('a');
  pass(1_000);
  const secondMs = nowMs();
  publish('b');
  pass(1_000);
  publish('c');
  const [a, , c] = pull();
  ack(a!, c!);
  expect(broker.stats(subscription).oldestUnackedPublishTimeMs).toBe(secondMs);
});

test('a receiver is told when its leases end, by whatever', () => {
  const { broker, publish, pass } = testBroker();
  const ended: string[] = [];
  const receiver = { leaseEnded: (ackId: string) => ended.push(ackId) };
  publish('a', 'b', 'c');
  const ids = broker.pull(subscription, { maxMessages: 3, receiver }).map(({ ackId }) => ackId);
  broker.acknowledge(subscription, [ids[0]!]);
  broker.modifyAckDeadline(subscription, [ids[1]!], 0);
  expect(ended).toEqual(ids.slice(0, 2));
  pass(10_000);
  expect(ended).toEqual(ids);
});
