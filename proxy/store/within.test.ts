import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeoutError, within } from './within.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what comes in time is handed on, and no timer is left', async () => {
  await expect(within(Promise.resolve(1), 50)).resolves.toBe(1);
  await expect(within(Promise.reject(new TypeError('no')), 50)).rejects.toThrow(TypeError);
  expect(vi.getTimerCount()).toBe(0);
});

test('what takes longer is given up at the time', async () => {
  const rejected = expect(within(new Promise(() => {}), 50)).rejects.toThrow(TimeoutError);
  await vi.advanceTimersByTimeAsync(50);
  await rejected;
});
