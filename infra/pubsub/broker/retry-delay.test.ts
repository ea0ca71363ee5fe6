import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

test('without a policy a message is delivered again at once', () => {
  expect(retryDelayMs(undefined, 3)).toBe(0);
});

test('the pause doubles with each failure up to the maximum', () => {
  const policy = { minimumBackoffMs: 1_000, maximumBackoffMs: 5_000 };
  expect([1, 2, 3, 4, 5, 5_000].map((failures) => retryDelayMs(policy, failures))).toEqual([
    1_000, 2_000, 4_000, 5_000, 5_000, 5_000,
  ]);
});

test('the pause is always within the bounds of its policy', () => {
  const bound = fc.integer({ min: 0, max: 600_000 });
  fc.assert(
    fc.property(bound, bound, fc.integer({ min: 1, max: 10_000 }), (one, other, failures) => {
      const policy = { minimumBackoffMs: Math.min(one, other), maximumBackoffMs: Math.max(one, other) };
      const delayMs = retryDelayMs(policy, failures);
      expect(delayMs).toBeGreaterThanOrEqual(policy.minimumBackoffMs);
      expect(delayMs).toBeLessThanOrEqual(policy.maximumBackoffMs);
    }),
  );
});
