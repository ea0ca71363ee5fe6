import { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPublishFaults } from './publish-faults.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** More than can be held at one time. */
const many = 10_001;

class Caller extends EventEmitter {
  cancelled = false;

  leave(): void {
    this.cancelled = true;
    this.emit('cancelled');
  }
}

const refusal = expect.objectContaining({ code: status.CANCELLED });

test('holds a publish that is not confirmed no longer than its caller waits', async () => {
  const misbehaviour = { refusedPublishes: [], publishDelayMs: 0, unconfirmedPublishes: 1 };
  using faults = createPublishFaults(misbehaviour, () => 0);
  let stored = 0;
  for (let index = 0; index < many; index += 1) {
    const caller = new Caller();
    const publishing = faults.around(() => {
      stored += 1;
    }, caller);
    caller.leave();
    await expect(publishing).rejects.toEqual(refusal);
  }
  expect(stored).toBe(many);
  expect(faults.unconfirmed).toBe(many);
  expect(vi.getTimerCount()).toBe(0);
});

test('does not hold, nor store, a delayed publish whose caller has gone', async () => {
  const misbehaviour = { refusedPublishes: [], publishDelayMs: 1_000, unconfirmedPublishes: 0 };
  using faults = createPublishFaults(misbehaviour, () => 0);
  const publish = vi.fn(() => 'stored');
  const caller = new Caller();
  const publishing = faults.around(publish, caller);
  caller.leave();
  await expect(publishing).rejects.toEqual(refusal);
  await expect(faults.around(publish, caller)).rejects.toEqual(refusal);
  expect(vi.getTimerCount()).toBe(0);
  const other = faults.around(publish, new Caller());
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await other).toBe('stored');
  expect(publish).toHaveBeenCalledTimes(1);
});

test('answers whoever waits with UNAVAILABLE at its end', async () => {
  const misbehaviour = { refusedPublishes: [], publishDelayMs: 0, unconfirmedPublishes: 1 };
  const faults = createPublishFaults(misbehaviour, () => 0);
  const publishing = faults.around(() => 'stored', new Caller());
  faults[Symbol.dispose]();
  await expect(publishing).rejects.toMatchObject({ code: status.UNAVAILABLE });
});
