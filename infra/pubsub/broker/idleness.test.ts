import { describe, expect, test } from 'vitest';
import { subscription, testBroker, topic } from './test-broker.ts';

const day = 86_400_000;

describe('a subscription without activity', () => {
  test('expires after the time of its policy, and is gone', () => {
    const { broker, pass } = testBroker({ expirationMs: 2 * day });
    pass(2 * day - 1);
    expect(broker.subscriptions({ topic })).toHaveLength(1);
    pass(1);
    expect(broker.subscriptions({ topic })).toEqual([]);
    expect(() => broker.subscription(subscription)).toThrow('not found');
  });

  test('never expires where the policy says so', () => {
    const { broker, pass } = testBroker({ expirationMs: 'never' });
    pass(1_000 * day);
    expect(broker.subscriptions({ topic })).toHaveLength(1);
  });

  test('counts anew from every pull, but not from what is published', () => {
    const { broker, publish, pull, pass } = testBroker({ expirationMs: day });
    pass(day - 1);
    pull();
    pass(day - 1);
    expect(broker.subscriptions({ topic })).toHaveLength(1);
    publish('a');
    pass(1);
    expect(broker.subscriptions({ topic })).toEqual([]);
  });

  test('does not expire as long as somebody listens', () => {
    const { broker, pass } = testBroker({ expirationMs: day });
    const stop = broker.onDeliverable(subscription, () => {});
    pass(10 * day);
    expect(broker.subscriptions({ topic })).toHaveLength(1);
    stop();
    pass(day);
    expect(broker.subscriptions({ topic })).toEqual([]);
  });

  test('counts anew from when the last one stops listening', () => {
    const { broker, pass } = testBroker({ expirationMs: day });
    const stop = broker.onDeliverable(subscription, () => {});
    pass(day - 1);
    stop();
    pass(day - 1);
    expect(broker.subscriptions({ topic })).toHaveLength(1);
    pass(1);
    expect(broker.subscriptions({ topic })).toEqual([]);
  });

  test('is forgotten with it: who listened to it does not make another one of its name expire', () => {
    const { broker, pass } = testBroker({ expirationMs: day });
    const stop = broker.onDeliverable(subscription, () => {});
    broker.deleteSubscription(subscription);
    broker.createSubscription({ name: subscription, topic, expirationMs: 'never' });
    stop();
    pass(2 * day);
    expect(broker.subscriptions({ topic })).toHaveLength(1);
  });

  test('heeds a policy that was changed', () => {
    const { broker, pass } = testBroker();
    broker.updateSubscription({ name: subscription, topic, expirationMs: day }, ['expirationMs']);
    pass(day);
    expect(broker.subscriptions({ topic })).toEqual([]);
  });
});
