import { expect, test } from 'vitest';
import { createAckIds, isAckId } from './ack-id.ts';
import { createBroker } from './broker.ts';
import { messageIdOf } from './message-id.ts';
import { subscription, topic } from './test-broker.ts';

const startMs = Date.UTC(2030, 0, 1);

function brokerFrom(nowMs: number) {
  const broker = createBroker({ now: () => nowMs });
  broker.createTopic({ name: topic });
  broker.createSubscription({ name: subscription, topic });
  const [id] = broker.publish(topic, [{ data: Buffer.from('a'), attributes: {}, orderingKey: '' }]);
  const [received] = broker.pull(subscription, { maxMessages: 1 });
  return { broker, id: id!, ackId: received!.ackId };
}

test('an ack id of a broker that is gone is well-formed, but acknowledges nothing in the next one', () => {
  const before = brokerFrom(startMs);
  const after = brokerFrom(startMs + 1);
  expect(isAckId(before.ackId)).toBe(true);
  expect(after.broker.acknowledge(subscription, [before.ackId])).toEqual([false]);
  expect(after.broker.modifyAckDeadline(subscription, [before.ackId], 0)).toEqual([false]);
  expect(after.broker.stats(subscription).leased).toBe(1);
  expect(after.broker.acknowledge(subscription, [after.ackId])).toEqual([true]);
});

test('message ids are digits, and never come again in the next broker', () => {
  const ids = [brokerFrom(startMs).id, brokerFrom(startMs + 1).id];
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^\d+$/);
  expect(messageIdOf(startMs, 2_000_000_000)).not.toBe(messageIdOf(startMs, 200_000_000));
});

test('a broker on a clock with fractions of milliseconds has ids of the same form', () => {
  const { id, ackId } = brokerFrom(1.5);
  expect(id).toMatch(/^\d+$/);
  expect(isAckId(ackId)).toBe(true);
});

test.each(['', 'delivery-', 'delivery-1', 'delivery-1-', 'delivery-1-1-1', 'delivery-A-1', 'x delivery-1-1'])(
  '%j is no id of a delivery',
  (text) => {
    expect(isAckId(text)).toBe(false);
    expect(isAckId(createAckIds(startMs)())).toBe(true);
  },
);
