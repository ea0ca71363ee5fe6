import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { openIntake, type Settlement, type SubscriberClient } from './lease.ts';

/** A subscription by hand: messages are emitted, and what becomes of them is noted. */
function rig({ maxBytesInFlight = 1_000 } = {}) {
  const subscription = Object.assign(new EventEmitter(), { close: async () => {} });
  const settled: string[] = [];
  const working = new Map<string, (settlement: Settlement | Error) => void>();
  const failures: string[] = [];
  const handlerErrors: unknown[] = [];
  const intake = openIntake({
    name: 'items',
    pubsub: { subscription: () => subscription } as SubscriberClient,
    subscription: 'events',
    maxInFlight: 10,
    maxBytesInFlight,
    maxLeaseMs: 60_000,
    drainMs: 1_000,
    handle: ({ id }) =>
      new Promise((resolve, reject) => {
        working.set(id, (settlement) => (settlement instanceof Error ? reject(settlement) : resolve(settlement)));
      }),
    onFailure: ({ message }) => failures.push(message),
    onHandlerError: (error) => handlerErrors.push(error),
  });
  return {
    intake,
    subscription,
    settled,
    working,
    failures,
    handlerErrors,
    deliver(id: string, length = 100) {
      subscription.emit('message', {
        id,
        data: Buffer.alloc(length),
        attributes: {},
        publishedAtMs: 1_000,
        ack: () => settled.push(`ack ${id}`),
        nack: () => settled.push(`nack ${id}`),
      });
    },
    async finish(id: string, settlement: Settlement | Error) {
      working.get(id)!(settlement);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a message is settled as its handler says', async () => {
  const it = rig();
  it.deliver('a');
  it.deliver('b');
  expect(it.intake.inFlight).toBe(2);
  await it.finish('b', 'nack');
  await it.finish('a', 'ack');
  expect(it.settled).toEqual(['nack b', 'ack a']);
  expect(it.intake.inFlight).toBe(0);
});

test('a handler that throws is told of, and its message nacked', async () => {
  const it = rig();
  it.deliver('a');
  const error = new Error('ours');
  await it.finish('a', error);
  expect([it.settled, it.handlerErrors]).toEqual([['nack a'], [error]]);
});

test('what would be too many bytes in work goes back at once, and comes in when there is room', async () => {
  const it = rig({ maxBytesInFlight: 250 });
  it.deliver('a', 200);
  it.deliver('b', 51);
  expect([it.settled, [...it.working.keys()]]).toEqual([['nack b'], ['a']]);
  it.deliver('c', 50);
  await it.finish('a', 'ack');
  it.deliver('b again', 51);
  expect([...it.working.keys()]).toEqual(['a', 'c', 'b again']);
});

test('one message always fits, however large', () => {
  const it = rig({ maxBytesInFlight: 10 });
  it.deliver('large', 5_000);
  expect([it.settled, it.intake.inFlight]).toEqual([[], 1]);
});

test('draining closes the subscription and says how many were left', async () => {
  const it = rig();
  it.deliver('a');
  it.deliver('b');
  it.subscription.close = () => it.finish('a', 'ack');
  expect(await it.intake.drain()).toEqual({ nacked: 1 });
  expect(it.intake.isOpen).toBe(false);
  it.subscription.emit('error', new Error('late'));
  expect(it.failures).toEqual([]);
});

test('a stream that has failed is told of', () => {
  const it = rig();
  it.subscription.emit('error', new Error('NOT_FOUND'));
  expect([it.failures, it.intake.isOpen]).toEqual([['NOT_FOUND'], false]);
});
