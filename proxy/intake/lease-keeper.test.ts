import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepLeases, type Lease } from './lease-keeper.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Leases of 20 seconds, for 60 at most. */
function rig(answers: (Error | 'hang')[] = []) {
  const extended: { ackIds: string; seconds: number; atMs: number }[] = [];
  const fromMs = performance.now();
  const keeper = keepLeases<Lease>({
    leaseSeconds: 20,
    maxLeaseMs: 60_000,
    async extend(ackIds, seconds, timeoutMs) {
      extended.push({ ackIds: ackIds.join(), seconds, atMs: performance.now() - fromMs });
      const answer = answers.shift();
      if (answer === 'hang') {
        await new Promise((resolve) => setTimeout(resolve, timeoutMs));
        throw new Error('no answer');
      }
      if (answer) throw answer;
    },
  });
  return {
    keeper,
    extended,
    hold(ackId: string): Lease {
      const receivedAtMs = performance.now();
      const lease: Lease = { ackId, receivedAtMs, endsAtMs: receivedAtMs + 20_000, place: undefined };
      keeper.hold(lease);
      return lease;
    },
    [Symbol.dispose]: () => keeper[Symbol.dispose](),
  };
}

test('a lease is extended well before it ends, one after the other, and none beyond the longest', async () => {
  using it = rig();
  const lease = it.hold('a');
  let leastLeftMs = Number.POSITIVE_INFINITY;
  for (let second = 1; second < 60; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    const ends = Math.min(lease.receivedAtMs + 60_000, lease.endsAtMs);
    if (second < 50) leastLeftMs = Math.min(leastLeftMs, ends - performance.now());
    expect(lease.endsAtMs).toBeLessThanOrEqual(lease.receivedAtMs + 61_000);
  }
  expect(leastLeftMs).toBeGreaterThanOrEqual(7_000);
  const { length } = it.extended;
  expect(length).toBeLessThanOrEqual(6);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(it.extended).toHaveLength(length);
  expect(it.keeper.held.size).toBe(0);
});

test('what is settled soon is never extended', async () => {
  using it = rig();
  const lease = it.hold('a');
  await vi.advanceTimersByTimeAsync(9_000);
  it.keeper.letGo(lease);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(it.extended).toEqual([]);
});

test('leases that are due together are extended together', async () => {
  using it = rig();
  for (const id of ['a', 'b', 'c']) it.hold(id);
  await vi.advanceTimersByTimeAsync(13_000);
  expect(it.extended).toEqual([{ ackIds: 'a,b,c', seconds: 20, atMs: 12_500 }]);
});

test('many leases go in as many requests as they need, and a request that fails is no other’s fault', async () => {
  using it = rig([new Error('UNAVAILABLE')]);
  const leases = Array.from({ length: 5_000 }, (_, index) => it.hold(`${index}`));
  await vi.advanceTimersByTimeAsync(13_000);
  expect(it.extended.map(({ ackIds }) => ackIds.split(',').length)).toEqual([2_500, 2_500]);
  const [first, last] = [leases[0]!, leases.at(-1)!];
  expect(last.endsAtMs - first.endsAtMs).toBe(12_500);
});

test('an extension that fails is tried again before the lease ends', async () => {
  using it = rig([new Error('UNAVAILABLE'), 'hang', new Error('UNAVAILABLE')]);
  const lease = it.hold('a');
  await vi.advanceTimersByTimeAsync(19_999);
  expect(it.extended).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(lease.endsAtMs).toBeGreaterThan(performance.now() + 15_000);
});

test('nothing is asked for twice at a time', async () => {
  using it = rig(['hang']);
  it.hold('a');
  await vi.advanceTimersByTimeAsync(12_500);
  expect(it.extended).toHaveLength(1);
  for (const lease of it.keeper.held) expect(lease.endsAtMs).toBe(lease.receivedAtMs + 20_000);
  await vi.advanceTimersByTimeAsync(2_499);
  expect(it.extended).toHaveLength(1);
});
