import { describe, expect, test } from 'vitest';
import type { ReceivedMessage } from './broker.ts';
import { subscription, type TestBroker, testBroker, textOf } from './test-broker.ts';

const ordered = (settings: object = {}): TestBroker => testBroker({ enableMessageOrdering: true, ...settings });

function pullAs(it: TestBroker, receiver: object, maxMessages = 10): ReceivedMessage[] {
  return it.broker.pull(subscription, { maxMessages, receiver });
}

describe('messages of one ordering key', () => {
  test('come in the order of publishing, several at a time', () => {
    const { publishKeyed, texts } = ordered();
    publishKeyed('k', 'a', 'b', 'c');
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  test('wait while earlier ones are with a receiver that can get no more', () => {
    const { publishKeyed, pull, ack, texts } = ordered();
    publishKeyed('k', 'a', 'b', 'c');
    const [a] = pull(1);
    expect(texts()).toEqual([]);
    ack(a!);
    expect(texts()).toEqual(['b', 'c']);
  });

  test('go on to the receiver that has the earlier ones, and to no other', () => {
    const it = ordered();
    const one = {};
    const other = {};
    it.publishKeyed('k', 'a', 'b', 'c');
    expect(pullAs(it, one, 1).map(textOf)).toEqual(['a']);
    expect(pullAs(it, other).map(textOf)).toEqual([]);
    const rest = pullAs(it, one);
    expect(rest.map(textOf)).toEqual(['b', 'c']);
  });

  test('go to any receiver once nothing of the key is leased', () => {
    const it = ordered();
    const one = {};
    it.publishKeyed('k', 'a', 'b');
    it.ack(...pullAs(it, one, 1));
    expect(pullAs(it, {}).map(textOf)).toEqual(['b']);
    expect(pullAs(it, one)).toEqual([]);
  });

  test('do not wait for those of another key, nor for those without one', () => {
    const { publish, publishKeyed, pull, texts } = ordered();
    publishKeyed('k', 'a', 'b');
    publishKeyed('l', 'c');
    publish('d');
    pull(1);
    expect(texts()).toEqual(['c', 'd']);
  });

  test('are delivered again from the one that was given back on', () => {
    const { publishKeyed, pull, nack, ack, texts, broker } = ordered();
    publishKeyed('k', 'a', 'b', 'c');
    const [a, b, c] = pull();
    nack(b!);
    expect(texts()).toEqual([]);
    expect(ack(c!)).toEqual([false]);
    expect(ack(a!)).toEqual([true]);
    expect(broker.stats(subscription).undelivered).toBe(2);
    expect(texts()).toEqual(['b', 'c']);
  });

  test('are delivered again although they were acknowledged, when one before them fails', () => {
    const { publishKeyed, pull, nack, ack, broker } = ordered();
    publishKeyed('k', 'a', 'b', 'c');
    const [a, b, c] = pull();
    expect(ack(b!)).toEqual([true]);
    nack(a!);
    const again = pull();
    expect(again.map(textOf)).toEqual(['a', 'b', 'c']);
    expect(ack(c!)).toEqual([false]);
    expect(ack(...again)).toEqual([true, true, true]);
    expect(broker.stats(subscription)).toMatchObject({ undelivered: 0, leased: 0 });
  });

  test('are not delivered again when those before them are acknowledged, in whatever order', () => {
    const { publishKeyed, pull, ack, pass, texts } = ordered();
    publishKeyed('k', 'a', 'b', 'c');
    const [a, b, c] = pull();
    expect(ack(c!, a!, b!)).toEqual([true, true, true]);
    pass(600_000);
    expect(texts()).toEqual([]);
  });

  test('rest together as the retry policy says', () => {
    const retryPolicy = { minimumBackoffMs: 2_000, maximumBackoffMs: 8_000 };
    const { publishKeyed, pull, nack, pass, texts } = ordered({ retryPolicy });
    publishKeyed('k', 'a', 'b');
    const [a] = pull();
    nack(a!);
    publishKeyed('k', 'c');
    pass(1_999);
    expect(texts()).toEqual([]);
    pass(1);
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  test('come again in order when the leases end by themselves', () => {
    const { publishKeyed, pull, pass, texts } = ordered();
    publishKeyed('k', 'a', 'b', 'c');
    pull();
    pass(10_000);
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  test('mean nothing to a subscription without ordering', () => {
    const { publishKeyed, pull, texts } = testBroker();
    publishKeyed('k', 'a', 'b');
    pull(1);
    expect(texts()).toEqual(['b']);
  });

  test('stay with whoever has them now, and not with who had earlier ones', () => {
    const it = ordered();
    const one = {};
    const other = {};
    it.publishKeyed('k', 'a', 'b', 'c');
    it.ack(...pullAs(it, one, 1));
    expect(pullAs(it, other, 1).map(textOf)).toEqual(['b']);
    expect(pullAs(it, one)).toEqual([]);
    expect(pullAs(it, other).map(textOf)).toEqual(['c']);
  });

  test('make room for the next ones when they are beyond retention before anybody had them', () => {
    const { publishKeyed, pass, texts } = ordered({ retentionMs: 600_000 });
    publishKeyed('k', 'a');
    pass(300_000);
    publishKeyed('k', 'b');
    pass(300_000);
    expect(texts()).toEqual(['b']);
  });

  test('make room for the next ones when they are beyond retention', () => {
    const { publishKeyed, pull, pass, texts, broker } = ordered({ retentionMs: 600_000 });
    publishKeyed('k', 'a');
    pass(300_000);
    publishKeyed('k', 'b');
    broker.pull(subscription, { maxMessages: 1, ackDeadlineMs: 600_000 });
    pass(300_000);
    expect(texts()).toEqual(['b']);
    expect(pull()).toEqual([]);
  });
});

test('whoever listens is told when the next message of a key can be had', () => {
  const { broker, publishKeyed, pull, ack } = ordered();
  let calls = 0;
  publishKeyed('k', 'a', 'b');
  const [a] = pull(1);
  broker.onDeliverable(subscription, () => {
    calls += 1;
  });
  ack(a!);
  expect(calls).toBe(1);
});

test('a busy key and messages without one are delivered by turns', () => {
  const it = ordered();
  const receiver = {};
  it.publishKeyed('k', 'k1', 'k2', 'k3');
  it.publish('1', '2', '3');
  expect(pullAs(it, receiver).map(textOf)).toEqual(['k1', 'k2', '1', 'k3', '2', '3']);
});
