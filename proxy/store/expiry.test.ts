import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createExpiry, TICK_MS } from './expiry.ts';

describe('what waits', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = () => createExpiry(() => performance.now());
  const waiting = () => ({ expire: vi.fn() });

  test('is told when its time is up, at most a tick later', () => {
    const expiry = start();
    const base = performance.now();
    for (const afterMs of [0, 1, TICK_MS, 99.5, 1_000]) {
      const one = waiting();
      expiry.add(one, base + afterMs);
      const remainingMs = base + afterMs - performance.now();
      vi.advanceTimersByTime(Math.max(0, Math.floor(remainingMs) - 1));
      if (remainingMs > 1) expect(one.expire).not.toHaveBeenCalled();
      vi.advanceTimersByTime(TICK_MS + 2);
      expect(one.expire).toHaveBeenCalledOnce();
    }
  });

  test('is told at once when its time is up already', () => {
    const expiry = start();
    const one = waiting();
    expiry.add(one, performance.now() - 5_000);
    vi.advanceTimersByTime(0);
    expect(one.expire).toHaveBeenCalledOnce();
  });

  test('shares a timer with what expires within the same tick, and leaves none behind when nothing waits', () => {
    const expiry = start();
    const base = Math.ceil(performance.now() / TICK_MS) * TICK_MS;
    const several = Array.from({ length: 20 }, waiting);
    for (const one of several) expiry.add(one, base + 100);
    expect(vi.getTimerCount()).toBe(1);
    const [first, ...others] = several;
    for (const one of others) expiry.remove(one, base + 100);
    expect(vi.getTimerCount()).toBe(1);
    expiry.remove(first!, base + 100);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(200);
    for (const { expire } of several) expect(expire).not.toHaveBeenCalled();
  });

  test('is told though another of the same tick no longer waits, and may be removed after that', () => {
    const expiry = start();
    const [gone, left] = [waiting(), waiting()];
    for (const one of [gone, left]) expiry.add(one, performance.now() + 100);
    expiry.remove(gone, performance.now() + 100);
    vi.advanceTimersByTime(100 + TICK_MS);
    expect([gone.expire.mock.calls.length, left.expire.mock.calls.length]).toEqual([0, 1]);
    expiry.remove(left, performance.now());
  });

  test('is told at once when it is closed, and leaves no timer', () => {
    const expiry = start();
    const one = waiting();
    expiry.add(one, performance.now() + 100);
    expiry.close();
    expect(one.expire).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});
