import { describe, expect, test } from 'vitest';
import { createBroker, type ReceivedMessage, statusCode } from './broker.ts';
import { subscription, testBroker, topic } from './test-broker.ts';

const second = 1_000;
const backoff = { minimumBackoffMs: 2 * second, maximumBackoffMs: 8 * second };

describe('publishing', () => {
  test('answers an id for each message, in order, and stores when', () => {
    const { publish, pull, nowMs } = testBroker();
    const ids = publish('a', 'b');
    expect(new Set(ids).size).toBe(2);
    const received = pull();
    expect(received.map(({ message }) => message.id)).toEqual(ids);
    expect(received.map(({ message }) => message.publishTimeMs)).toEqual([nowMs(), nowMs()]);
    expect(received.map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([0, 0]);
  });

  test('reaches every subscription whose filter lets the message through', () => {
    const { broker, texts } = testBroker();
    const picky = 'projects/p/subscriptions/picky';
    broker.createSubscription({ name: picky, topic, filter: 'attributes:wanted' });
    const message = (attributes: Record<string, string>) => ({ data: Buffer.from('m'), attributes, orderingKey: '' });
    broker.publish(topic, [message({ wanted: '' }), message({})]);
    expect(texts()).toEqual(['m', 'm']);
    expect(broker.pull(picky, { maxMessages: 10 }).map((received) => received.message.attributes)).toEqual([
      { wanted: '' },
    ]);
    expect(broker.stats(picky).undelivered).toBe(0);
  });

  test('stores nothing of a request of which one message is refused', () => {
    const { broker, texts } = testBroker();
    const empty = { data: new Uint8Array(), attributes: {}, orderingKey: '' };
    expect(() => broker.publish(topic, [{ ...empty, data: Buffer.from('a') }, empty])).toThrow('messages[1]');
    expect(texts()).toEqual([]);
  });

  test('to a topic that does not exist is refused', () => {
    const { broker } = testBroker();
    expect(() => broker.publish('projects/p/topics/none', [])).toThrow(
      expect.objectContaining({ code: statusCode.notFound }),
    );
  });
});

describe('pulling', () => {
  test('hands out at most as many messages as asked for, oldest first', () => {
    const { publish, texts } = testBroker();
    publish('a', 'b', 'c');
    expect([texts(2), texts(2), texts(2)]).toEqual([['a', 'b'], ['c'], []]);
  });

  test('hands out at most as many bytes as asked for, but always one message', () => {
    const { broker, publish } = testBroker();
    publish('12345', '1234', '123', '12');
    const sizes = (): number[] =>
      broker
        .pull(subscription, { maxMessages: 10, maxBytes: 7 })
        .map(({ message }: ReceivedMessage) => message.data.length);
    expect([sizes(), sizes(), sizes()]).toEqual([[5], [4, 3], [2]]);
    publish('0123456789');
    expect(sizes()).toEqual([10]);
  });

  test('with a deadline of its own leases until then', () => {
    const { broker, publish, pass, texts } = testBroker();
    publish('a');
    broker.pull(subscription, { maxMessages: 1, ackDeadlineMs: 60 * second });
    pass(59 * second);
    expect(texts()).toEqual([]);
    pass(second);
    expect(texts()).toEqual(['a']);
    expect(() => broker.pull(subscription, { maxMessages: 1, ackDeadlineMs: 9 * second })).toThrow('10 s to 600 s');
  });
});

describe('a lease', () => {
  test('ends with an acknowledgement: the message never comes back', () => {
    const { publish, pull, ack, pass, texts, broker } = testBroker();
    publish('a');
    expect(ack(...pull())).toEqual([true]);
    pass(3_600 * second);
    expect(texts()).toEqual([]);
    expect(broker.stats(subscription)).toEqual({ undelivered: 0, leased: 0, oldestUnackedPublishTimeMs: undefined });
  });

  test('ends by itself at the ack deadline: the message is delivered again, and the old id is void', () => {
    const { publish, pull, ack, nack, pass, texts } = testBroker();
    publish('a');
    const [first] = pull();
    pass(10 * second - 1);
    expect(texts()).toEqual([]);
    pass(1);
    const [second_] = pull();
    expect(second_!.message.id).toBe(first!.message.id);
    expect(second_!.ackId).not.toBe(first!.ackId);
    expect([ack(first!), nack(first!)]).toEqual([[false], [false]]);
    expect(ack(second_!)).toEqual([true]);
  });

  test('is over at its deadline also before anybody has advanced the broker', () => {
    let nowMs = 0;
    const broker = createBroker({ now: () => nowMs });
    broker.createTopic({ name: topic });
    broker.createSubscription({ name: subscription, topic });
    broker.publish(topic, [{ data: Buffer.from('a'), attributes: {}, orderingKey: '' }]);
    const [received] = broker.pull(subscription, { maxMessages: 1 });
    nowMs = 10 * second;
    expect(broker.acknowledge(subscription, [received!.ackId])).toEqual([false]);
    expect(broker.modifyAckDeadline(subscription, [received!.ackId], 60 * second)).toEqual([false]);
  });

  test('can be extended and shortened, counted from now', () => {
    const { broker, publish, pull, pass, texts } = testBroker();
    publish('a', 'b');
    const [a, b] = pull();
    pass(9 * second);
    broker.modifyAckDeadline(subscription, [a!.ackId], 30 * second);
    pass(second);
    expect(texts()).toEqual(['b']);
    broker.modifyAckDeadline(subscription, [a!.ackId], 5 * second);
    pass(5 * second);
    expect(texts()).toEqual(['a']);
    expect(b).toBeDefined();
    expect(() => broker.modifyAckDeadline(subscription, [a!.ackId], 601 * second)).toThrow('0 s to 600 s');
  });

  test('of a message that was acknowledged can be neither used nor extended again', () => {
    const { broker, publish, pull, ack } = testBroker();
    publish('a');
    const [received] = pull();
    ack(received!);
    expect(ack(received!)).toEqual([false]);
    expect(broker.modifyAckDeadline(subscription, [received!.ackId], second)).toEqual([false]);
  });

  test('is one of its own subscription', () => {
    const { broker, publish, pull } = testBroker();
    const other = 'projects/p/subscriptions/other';
    broker.createSubscription({ name: other, topic });
    publish('a');
    const [received] = pull();
    expect(broker.acknowledge(other, [received!.ackId])).toEqual([false]);
    expect(broker.stats(subscription).leased).toBe(1);
  });
});

describe('a message that was given back', () => {
  test('is delivered again at once without a retry policy', () => {
    const { publish, pull, nack, texts } = testBroker();
    publish('a');
    expect(nack(...pull())).toEqual([true]);
    expect(texts()).toEqual(['a']);
  });

  test('rests as long as the retry policy says, twice as long each time up to the maximum', () => {
    const { publish, pull, nack, pass } = testBroker({ retryPolicy: backoff });
    publish('a');
    for (const restMs of [2, 4, 8, 8].map((seconds) => seconds * second)) {
      nack(...pull());
      pass(restMs - 1);
      expect(pull()).toEqual([]);
      pass(1);
      expect(pull(0)).toEqual([]);
    }
    expect(pull()).toHaveLength(1);
  });

  test('rests also after a lease that ended by itself', () => {
    const { publish, pull, pass, texts } = testBroker({ retryPolicy: backoff });
    publish('a');
    pull();
    pass(10 * second);
    expect(texts()).toEqual([]);
    pass(2 * second);
    expect(texts()).toEqual(['a']);
  });

  test('does not keep those behind it waiting', () => {
    const { publish, pull, nack, texts } = testBroker({ retryPolicy: backoff });
    publish('a', 'b');
    nack(...pull(1));
    expect(texts()).toEqual(['b']);
  });
});

describe('who listens for deliverable messages', () => {
  test('is called once for each method that brought some, also for time that passes', () => {
    const { broker, publish, pull, nack, pass } = testBroker({ retryPolicy: backoff });
    let calls = 0;
    broker.onDeliverable(subscription, () => {
      calls += 1;
    });
    publish('a', 'b', 'c');
    expect(calls).toBe(1);
    nack(...pull());
    expect(calls).toBe(1);
    pass(2 * second);
    expect(calls).toBe(2);
    pull();
    pass(10 * second);
    expect(calls).toBe(2);
    pass(4 * second);
    expect(calls).toBe(3);
  });

  test('may pull and acknowledge there and then', () => {
    const { broker, publish } = testBroker();
    const seen: string[] = [];
    broker.onDeliverable(subscription, () => {
      for (const { ackId, message } of broker.pull(subscription, { maxMessages: 1 })) {
        seen.push(Buffer.from(message.data).toString());
        broker.acknowledge(subscription, [ackId]);
        if (seen.length < 3) publish(`${seen.length}`);
      }
    });
    publish('0');
    expect(seen).toEqual(['0', '1', '2']);
  });

  test('is not called any more once it has gone', () => {
    const { broker, publish } = testBroker();
    let calls = 0;
    const stop = broker.onDeliverable(subscription, () => {
      calls += 1;
    });
    stop();
    publish('a');
    expect(calls).toBe(0);
  });
});

test('the broker says when it is to be advanced next', () => {
  const { broker, publish, pull, nack, nowMs } = testBroker({ retryPolicy: backoff, expirationMs: 'never' });
  expect(broker.nextDueMs).toBeUndefined();
  publish('a');
  const [received] = pull();
  expect(broker.nextDueMs).toBe(nowMs() + 10 * second);
  nack(received!);
  expect(broker.nextDueMs).toBe(nowMs() + 2 * second);
});

test('the statistics tell what waits, what is leased and how old the oldest is', () => {
  const { broker, publish, pull, nack, pass, nowMs } = testBroker({ retryPolicy: backoff });
  const publishedMs = nowMs();
  publish('a');
  pass(second);
  publish('b', 'c');
  const [a] = pull(2);
  expect(broker.stats(subscription)).toEqual({ undelivered: 1, leased: 2, oldestUnackedPublishTimeMs: publishedMs });
  nack(a!);
  expect(broker.stats(subscription)).toEqual({ undelivered: 2, leased: 1, oldestUnackedPublishTimeMs: publishedMs });
});

test('a disturbance without random numbers is refused', () => {
  const disturbance = { duplicate: 0, reorder: 0, dropAcks: 0 };
  expect(() => createBroker({ now: () => 0, disturbance })).toThrow('needs a source of random numbers');
});
