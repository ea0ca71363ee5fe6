import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AckBatchesOptions, batchAcks, inRequests } from './ack-batches.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const fault = (code: number, more: object = {}) => Object.assign(new Error(status[code]), { code }, more);

/** A broker that answers each request with the next of its answers, and confirms when there is none. */
function rig(answers: (Error | 'hang')[] = [], changes: Partial<AckBatchesOptions> = {}) {
  const sent: string[] = [];
  const givenUp: string[] = [];
  const batches = batchAcks({
    async send(ackIds) {
      sent.push(ackIds.length > 5 ? `${ackIds.length} ids` : ackIds.join());
      const answer = answers.shift();
      if (answer === 'hang') await new Promise(() => {});
      if (answer) throw answer;
    },
    maxHeldMs: 10,
    retryForMs: 10_000,
    onLess: () => {},
    onGivenUp: (count, error) => givenUp.push(`${count}: ${(error as Error).message}`),
    random: () => 0,
    ...changes,
  });
  return { batches, sent, givenUp };
}

describe('what the broker is to be told', () => {
  test('is gathered for a moment, and pending until it is confirmed', async () => {
    const { batches, sent } = rig();
    batches.add('a');
    await vi.advanceTimersByTimeAsync(9);
    batches.add('b');
    expect([sent, batches.pending]).toEqual([[], 2]);
    await vi.advanceTimersByTimeAsync(1);
    batches.add('c');
    expect([sent, batches.pending]).toEqual([['a,b'], 1]);
    await vi.advanceTimersByTimeAsync(10);
    expect([sent, batches.pending]).toEqual([['a,b', 'c'], 0]);
  });

  test('leaves at once when it is as much as a request may have', async () => {
    const { batches, sent } = rig();
    for (let id = 0; id < 2_501; id++) batches.add(`${id}`);
    expect(sent).toEqual(['2500 ids']);
    await vi.advanceTimersByTimeAsync(10);
    expect(sent).toEqual(['2500 ids', '2500']);
  });

  test('is told again after a fault that passes, with growing pauses', async () => {
    const { batches, sent, givenUp } = rig([fault(status.UNAVAILABLE), fault(status.DEADLINE_EXCEEDED)]);
    batches.add('a');
    batches.flush();
    await vi.advanceTimersByTimeAsync(49);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(99);
    expect([sent.length, batches.pending]).toEqual([2, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect([sent, batches.pending, givenUp]).toEqual([['a', 'a', 'a'], 0, []]);
  });

  test('is given up when it can’t be told in its time', async () => {
    const { batches, sent, givenUp } = rig(Array.from({ length: 100 }, () => fault(status.UNAVAILABLE)));
    batches.add('a');
    batches.add('b');
    await vi.advanceTimersByTimeAsync(10_010);
    expect([givenUp, batches.pending]).toEqual([['2: UNAVAILABLE'], 0]);
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.length).toBeLessThan(15);
  });

  test('is given up at once after a fault that lasts, and the next batch is told all the same', async () => {
    const { batches, sent, givenUp } = rig([fault(status.PERMISSION_DENIED)]);
    batches.add('a');
    await vi.advanceTimersByTimeAsync(10);
    batches.add('b');
    await vi.advanceTimersByTimeAsync(10);
    expect([sent, givenUp, batches.pending]).toEqual([['a', 'b'], ['1: PERMISSION_DENIED'], 0]);
  });

  test('is told again in part where the broker says which part failed, and why', async () => {
    const errorInfoMetadata = { b: 'PERMANENT_FAILURE_INVALID_ACK_ID', c: 'TRANSIENT_FAILURE_UNORDERED_ACK_ID' };
    const { batches, sent, givenUp } = rig([fault(status.INVALID_ARGUMENT, { errorInfoMetadata })]);
    for (const id of ['a', 'b', 'c']) batches.add(id);
    await vi.advanceTimersByTimeAsync(10);
    expect([givenUp, batches.pending]).toEqual([['1: INVALID_ARGUMENT'], 1]);
    await vi.advanceTimersByTimeAsync(50);
    expect([sent, givenUp.length, batches.pending]).toEqual([['a,b,c', 'c'], 1, 0]);
  });

  test('waits for nothing, and is told no more, once it is disposed of', async () => {
    const { batches, sent, givenUp } = rig([fault(status.UNAVAILABLE), 'hang']);
    batches.add('in a pause');
    batches.flush();
    batches.add('without an answer');
    batches.flush();
    batches.add('gathered');
    await vi.advanceTimersByTimeAsync(0);
    batches[Symbol.dispose]();
    batches.add('late');
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sent, batches.pending]).toEqual([['in a pause', 'without an answer'], 0]);
    expect(givenUp).toEqual(['3: not confirmed before the end']);
  });
});

test('requests have no more ids and bytes than Pub/Sub takes', () => {
  const sizes = (ids: string[]) => inRequests(ids, (id) => id).map(({ length }) => length);
  expect(sizes([])).toEqual([]);
  expect(sizes(Array.from({ length: 5_001 }, () => 'id'))).toEqual([2_500, 2_500, 1]);
  expect(sizes(Array.from({ length: 2_000 }, () => 'x'.repeat(396)))).toEqual([1_250, 750]);
  expect(sizes(['x'.repeat(600_000), 'y'])).toEqual([1, 1]);
});
