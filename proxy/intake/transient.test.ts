import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { isTransient, pauseMs } from './transient.ts';

test('what a server or a network recovers from is transient, what is asked for wrongly is not', () => {
  const { UNAVAILABLE, CANCELLED, UNKNOWN, NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT } = status;
  const { UNAUTHENTICATED, FAILED_PRECONDITION } = status;
  const isSo = (code: number) => isTransient(Object.assign(new Error('it'), { code }));
  expect([UNAVAILABLE, CANCELLED, UNKNOWN].map(isSo)).toEqual([true, true, true]);
  const lasting = [NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT, UNAUTHENTICATED, FAILED_PRECONDITION];
  expect(lasting.some(isSo)).toBe(false);
  expect([isTransient(new Error('ours')), isTransient('ours'), isTransient(undefined)]).toEqual([false, false, false]);
});

test('pauses are doubled up to the longest, and up to half of each is left to chance', () => {
  expect([1, 2, 3, 4, 100, 10_000].map((failures) => pauseMs(failures, 100, 500, () => 0))).toEqual([
    100, 200, 400, 500, 500, 500,
  ]);
  expect(pauseMs(1, 100, 500, () => 0.999)).toBeCloseTo(50, 0);
});
