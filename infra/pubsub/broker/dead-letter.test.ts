import { describe, expect, test } from 'vitest';
import { subscription, testBroker, topic } from './test-broker.ts';

const deadTopic = 'projects/q/topics/dead';
const deadSubscription = 'projects/q/subscriptions/dead-reader';

function withDeadLetters(settings: object = {}) {
  const it = testBroker();
  it.broker.createTopic({ name: deadTopic });
  it.broker.createSubscription({ name: deadSubscription, topic: deadTopic });
  const name = 'projects/p/subscriptions/strict';
  it.broker.createSubscription({
    name,
    topic,
    deadLetterPolicy: { topic: deadTopic, maxDeliveryAttempts: 5 },
    ...settings,
  });
  return {
    ...it,
    name,
    pull: () => it.broker.pull(name, { maxMessages: 10 }),
    nackAll: () =>
      it.broker.modifyAckDeadline(
        name,
        it.broker.pull(name, { maxMessages: 10 }).map(({ ackId }) => ackId),
        0,
      ),
    dead: () => it.broker.pull(deadSubscription, { maxMessages: 10 }),
  };
}

describe('with a dead-letter policy', () => {
  test('each delivery tells its attempt', () => {
    const { publish, pull, broker, name } = withDeadLetters();
    publish('a');
    for (const attempt of [1, 2, 3, 4, 5]) {
      const received = pull();
      expect(received.map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([attempt]);
      broker.modifyAckDeadline(name, [received[0]!.ackId], 0);
    }
    expect(pull()).toEqual([]);
  });

  test('a message that failed too often goes to the dead-letter topic and tells where it comes from', () => {
    const { broker, nackAll, dead, name, pull } = withDeadLetters();
    broker.publish(topic, [{ data: Buffer.from('a'), attributes: { own: 'x' }, orderingKey: '' }]);
    for (let attempt = 1; attempt <= 4; attempt += 1) nackAll();
    expect(dead()).toEqual([]);
    nackAll();
    expect(pull()).toEqual([]);
    expect(broker.stats(name)).toEqual({ undelivered: 0, leased: 0, oldestUnackedPublishTimeMs: undefined });
    expect(dead().map(({ message }) => [Buffer.from(message.data).toString(), message.attributes])).toEqual([
      [
        'a',
        {
          own: 'x',
          CloudPubSubDeadLetterSourceDeliveryCount: '5',
          CloudPubSubDeadLetterSourceSubscription: 'strict',
          CloudPubSubDeadLetterSourceSubscriptionProject: 'p',
          CloudPubSubDeadLetterSourceTopicPublishTime: '2030-01-01T00:00:00.000Z',
        },
      ],
    ]);
  });

  test('leases that ended by themselves count as well', () => {
    const { publish, pull, pass, dead } = withDeadLetters();
    publish('a');
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(pull()).toHaveLength(1);
      pass(10_000);
    }
    expect(dead()).toHaveLength(1);
  });

  test('whoever listens on the dead-letter topic is told', () => {
    const { broker, publish, nackAll } = withDeadLetters();
    let calls = 0;
    broker.onDeliverable(deadSubscription, () => {
      calls += 1;
    });
    publish('a');
    for (let attempt = 1; attempt <= 5; attempt += 1) nackAll();
    expect(calls).toBe(1);
  });

  test('a message stays, and goes on being delivered, when the dead-letter topic has gone', () => {
    const { broker, publish, nackAll, pull } = withDeadLetters();
    publish('a');
    broker.deleteTopic(deadTopic);
    for (let attempt = 1; attempt <= 6; attempt += 1) nackAll();
    expect(pull().map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([7]);
  });

  test('the other subscriptions of the topic keep the message', () => {
    const { broker, publish, nackAll } = withDeadLetters();
    publish('a');
    for (let attempt = 1; attempt <= 5; attempt += 1) nackAll();
    expect(broker.stats(subscription).undelivered).toBe(1);
  });

  test('a message of an ordering key makes way for the next one', () => {
    const { broker, publishKeyed, nackAll, pull, dead } = withDeadLetters({ enableMessageOrdering: true });
    publishKeyed('k', 'a', 'b');
    const name = 'projects/p/subscriptions/strict';
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const [first] = broker.pull(name, { maxMessages: 1 });
      broker.modifyAckDeadline(name, [first!.ackId], 0);
    }
    expect(dead().map(({ message }) => message.orderingKey)).toEqual(['k']);
    expect(pull().map(({ message }) => Buffer.from(message.data).toString())).toEqual(['b']);
    nackAll();
  });
});
