import { stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPatience } from './patience.ts';
import { TimeoutError, within } from './within.ts';

const never = new Promise<never>(() => {});
/** What has become of a promise so far. */
function stateOf(promise: Promise<unknown>) {
  const it = { state: 'waiting' };
  promise.then(
    () => {
      it.state = 'resolved';
    },
    (error: unknown) => {
      it.state = error instanceof TimeoutError ? 'given up' : 'rejected';
    },
  );
  return it;
}

describe('patience', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('hands on what comes in time, an answer or an error', async () => {
    const patience = createPatience(20);
    await expect(patience.within(Promise.resolve('answer'))).resolves.toBe('answer');
    await expect(patience.within(Promise.reject(new TypeError('no')))).rejects.toThrow(TypeError);
  });

  test.each([0, 1, 2, 3, 4])('gives up after 1 to 1.25 times its time (%d ms into a tick)', async (offsetMs) => {
    const patience = createPatience(20);
    void patience.within(never).catch(() => {});
    await vi.advanceTimersByTimeAsync(offsetMs);
    const waiting = stateOf(patience.within(never));
    await vi.advanceTimersByTimeAsync(19);
    expect(waiting.state).toBe('waiting');
    await vi.advanceTimersByTimeAsync(6);
    expect(waiting.state).toBe('given up');
  });

  test('says how long it waited', async () => {
    const waiting = createPatience(20).within(never);
    const told = expect(waiting).rejects.toThrow('no answer within 20 ms');
    await vi.advanceTimersByTimeAsync(25);
    await told;
  });

  test('gives each its own time, and leaves alone what has come meanwhile', async () => {
    const patience = createPatience(20);
    const { promise, resolve } = Promise.withResolvers<void>();
    const states = [stateOf(patience.within(never)), stateOf(patience.within(promise))];
    await vi.advanceTimersByTimeAsync(12);
    states.push(stateOf(patience.within(never)));
    resolve();
    await vi.advanceTimersByTimeAsync(13);
    expect(states.map(({ state }) => state)).toEqual(['given up', 'resolved', 'waiting']);
    await vi.advanceTimersByTimeAsync(10);
    expect(states[2]?.state).toBe('given up');
  });

  test('runs no timer while nothing waits', async () => {
    const patience = createPatience(20);
    expect(vi.getTimerCount()).toBe(0);
    await patience.within(Promise.resolve());
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(0);
    const waiting = stateOf(patience.within(never));
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(25);
    expect([waiting.state, vi.getTimerCount()]).toEqual(['given up', 0]);
  });
});

/** Holds up the event loop, as a long computation does. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('an answer that has arrived while the event loop was held up is still taken', async () => {
  const patience = createPatience(40);
  const answered = stateOf(patience.within(stat(import.meta.filename)));
  const control = stateOf(within(stat(import.meta.filename), 40));
  block(120);
  await expect.poll(() => answered.state).toBe('resolved');
  // A plain timer takes the hold-up for the other side's slowness.
  expect(control.state).toBe('given up');
});
