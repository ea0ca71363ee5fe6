import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BatchOptions, batchedTopic } from './batched-topic.ts';
import type { OutgoingMessage } from './messages.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A topic whose broker confirms a batch when it is told to. */
function topicOf(changes: Partial<BatchOptions> = {}) {
  const sent: string[] = [];
  const batches: PromiseWithResolvers<readonly string[]>[] = [];
  const send = (messages: readonly OutgoingMessage[]) => {
    sent.push(messages.map(({ data }) => data.toString()).join());
    const batch = Promise.withResolvers<readonly string[]>();
    batches.push(batch);
    return batch.promise;
  };
  const topic = batchedTopic(send, { maxMessages: 3, maxBytes: 100, maxHeldMs: 20, ...changes });
  return {
    /** The batches that have left, each as its messages' texts. */
    sent,
    publish: (text: string, attributes: Record<string, string> = {}) =>
      topic.publishMessage({ data: Buffer.from(text), attributes }),
    /** Confirms a batch; the ids are its messages in upper case. */
    confirm: (index: number) => batches[index]!.resolve(sent[index]!.toUpperCase().split(',')),
    refuse: (index: number, reason: Error) => batches[index]!.reject(reason),
  };
}

describe('a batch', () => {
  test('leaves at the end of the turn when none is with the broker', async () => {
    const it = topicOf();
    const publishes = [it.publish('a'), it.publish('b')];
    await Promise.resolve();
    expect(it.sent).toEqual([]);
    await turn();
    expect(it.sent).toEqual(['a,b']);
    it.confirm(0);
    expect(await Promise.all(publishes)).toEqual(['A', 'B']);
  });

  test('collects until the one before is confirmed', async () => {
    const it = topicOf();
    const publishes = [it.publish('a')];
    await turn();
    publishes.push(it.publish('b'));
    await turn();
    publishes.push(it.publish('c'));
    await turn();
    expect(it.sent).toEqual(['a']);
    it.confirm(0);
    await turn();
    expect(it.sent).toEqual(['a', 'b,c']);
    it.confirm(1);
    expect(await Promise.all(publishes)).toEqual(['A', 'B', 'C']);
  });

  test('leaves when it was held back for long enough, and so does the next one', async () => {
    const it = topicOf();
    const publishes = [it.publish('a')];
    await turn();
    for (const text of ['b', 'c']) {
      publishes.push(it.publish(text));
      await vi.advanceTimersByTimeAsync(19);
      expect(it.sent).not.toContain(text);
      await vi.advanceTimersByTimeAsync(1);
      expect(it.sent).toContain(text);
    }
    for (const index of [2, 0, 1]) it.confirm(index);
    expect(await Promise.all(publishes)).toEqual(['A', 'B', 'C']);
  });

  test('leaves at once when it is full, and what comes after it is held back', async () => {
    const it = topicOf();
    const publishes = ['a', 'b', 'c', 'd'].map((text) => it.publish(text));
    await turn();
    expect(it.sent).toEqual(['a,b,c']);
    it.confirm(0);
    await turn();
    expect(it.sent).toEqual(['a,b,c', 'd']);
    it.confirm(1);
    expect(await Promise.all(publishes)).toEqual(['A', 'B', 'C', 'D']);
  });

  test('has at most so many bytes, attributes included', async () => {
    const it = topicOf({ maxBytes: 10 });
    const publishes = [it.publish('a', { key: 'テ' }), it.publish('bbbb'), it.publish('c')];
    await turn();
    expect(it.sent).toEqual(['a']);
    it.confirm(0);
    await turn();
    expect(it.sent).toEqual(['a', 'bbbb,c']);
    it.confirm(1);
    expect(await Promise.all(publishes)).toEqual(['A', 'BBBB', 'C']);
  });

  test('of one message that is larger than that leaves at once', async () => {
    const it = topicOf({ maxBytes: 10 });
    const publishes = [it.publish('a'), it.publish('bbbbbbbbbbbb'), it.publish('c'), it.publish('dddddddddddd')];
    await turn();
    expect(it.sent).toEqual(['a', 'bbbbbbbbbbbb', 'c', 'dddddddddddd']);
    for (const index of [0, 1, 2, 3]) it.confirm(index);
    expect(await Promise.all(publishes)).toEqual(['A', 'BBBBBBBBBBBB', 'C', 'DDDDDDDDDDDD']);
  });

  test('that fails fails each of its messages, and no other', async () => {
    const it = topicOf({ maxMessages: 2 });
    const publishes = ['a', 'b', 'c', 'd'].map((text) => it.publish(text));
    await turn();
    expect(it.sent).toEqual(['a,b', 'c,d']);
    const reason = new Error('NOT_FOUND');
    it.refuse(0, reason);
    it.confirm(1);
    expect(await Promise.allSettled(publishes)).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
      { status: 'fulfilled', value: 'C' },
      { status: 'fulfilled', value: 'D' },
    ]);
  });

  test('that fails lets the next one leave', async () => {
    const it = topicOf();
    const failing = it.publish('a');
    await turn();
    const next = it.publish('b');
    it.refuse(0, new Error('UNAVAILABLE'));
    await expect(failing).rejects.toThrow('UNAVAILABLE');
    it.confirm(1);
    expect(await next).toBe('B');
  });
});

test('a batch that can not even be sent fails its messages, and the next one leaves', async () => {
  const send = vi.fn(async (messages: readonly OutgoingMessage[]) => messages.map(() => 'id'));
  send.mockImplementationOnce(() => {
    throw new TypeError('no such thing');
  });
  const topic = batchedTopic(send, { maxMessages: 3, maxBytes: 100, maxHeldMs: 20 });
  const message = { data: Buffer.from('a'), attributes: {} };
  await expect(topic.publishMessage(message)).rejects.toThrow('no such thing');
  expect(await topic.publishMessage(message)).toBe('id');
});
