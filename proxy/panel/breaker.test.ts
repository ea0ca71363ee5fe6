import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BreakerOpenError, type BreakerState, createBreaker } from './breaker.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function openable(changes: Partial<Parameters<typeof createBreaker>[0]> = {}) {
  const states: BreakerState[] = [];
  const config = { failureRate: 0.5, window: 1_000, minimumCalls: 4, reset: 2_000, ...changes };
  const breaker = createBreaker(config, (state) => states.push(state));
  const fault = new Error('away');
  return {
    breaker,
    states,
    succeed: () => breaker.run(() => Promise.resolve('answer')),
    fail: () => breaker.run(() => Promise.reject(fault)).catch((error: unknown) => expect(error).toBe(fault)),
    [Symbol.dispose]: () => breaker.close(),
  };
}

describe('the breaker', () => {
  test('hands on what a call comes to, an answer or its own error', async () => {
    using it = openable();
    expect(await it.succeed()).toBe('answer');
    await it.fail();
    expect(it.breaker.state).toBe('closed');
  });

  test('opens above the rate of failures, and not at it', async () => {
    using it = openable();
    await it.succeed();
    await it.succeed();
    await it.fail();
    await it.fail();
    expect(it.breaker.state).toBe('closed');
    await it.fail();
    expect(it.breaker.state).toBe('open');
  });

  test('can be told to open only when every call fails, or as soon as one does', async () => {
    using always = openable({ failureRate: 1 });
    await always.succeed();
    for (let call = 0; call < 10; call++) await always.fail();
    expect(always.breaker.state).toBe('closed');
    using onlyFailures = openable({ failureRate: 1 });
    for (let call = 0; call < 4; call++) await onlyFailures.fail();
    expect(onlyFailures.breaker.state).toBe('open');
    using once = openable({ failureRate: 0 });
    for (let call = 0; call < 9; call++) await once.succeed();
    await once.fail();
    expect(once.breaker.state).toBe('open');
  });

  test('forgets failures that are older than its window', async () => {
    using it = openable();
    for (let call = 0; call < 3; call++) await it.fail();
    await vi.advanceTimersByTimeAsync(1_200);
    await it.fail();
    expect(it.breaker.state).toBe('closed');
  });

  test('has forgotten what was before it closed: one failure does not open it again', async () => {
    using it = openable({ window: 60_000 });
    for (let call = 0; call < 4; call++) await it.fail();
    await vi.advanceTimersByTimeAsync(2_000);
    await it.succeed();
    expect(it.states).toEqual(['open', 'half-open', 'closed']);
    for (let call = 0; call < 3; call++) await it.fail();
    expect(it.breaker.state).toBe('closed');
    await it.fail();
    expect(it.breaker.state).toBe('open');
  });

  test('does not make the call while it is open, and says so by its own error', async () => {
    using it = openable();
    for (let call = 0; call < 4; call++) await it.fail();
    const call = vi.fn(() => Promise.resolve());
    await expect(it.breaker.run(call)).rejects.toThrow(BreakerOpenError);
    expect(call).not.toHaveBeenCalled();
  });

  test('lets one call try after its reset: a success closes it, a failure opens it again', async () => {
    using it = openable();
    for (let call = 0; call < 4; call++) await it.fail();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(it.breaker.state).toBe('half-open');
    await it.fail();
    expect(it.breaker.state).toBe('open');
    await vi.advanceTimersByTimeAsync(2_000);
    await it.succeed();
    expect(it.states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  test('starts to count anew when it has closed: one failure does not open it again', async () => {
    using it = openable();
    for (let call = 0; call < 4; call++) await it.fail();
    await vi.advanceTimersByTimeAsync(2_000);
    await it.succeed();
    await it.fail();
    expect(it.breaker.state).toBe('closed');
  });

  test('leaves no timer when it is closed for good', async () => {
    const it = openable();
    for (let call = 0; call < 4; call++) await it.fail();
    it.breaker.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
