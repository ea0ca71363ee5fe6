import type { RetryPolicy } from './resources.ts';

/**
 * The pause before the next delivery, in milliseconds: the minimum after the first failure, doubled with each further
 * one, never above the maximum.
 *
 * @param failures how often the message was given back or not acknowledged in time; at least 1
 */
export function retryDelayMs(policy: RetryPolicy | undefined, failures: number): number {
  if (!policy) return 0;
  // 2 ** 1024 is Infinity, and Infinity * 0 would be no number.
  const doublings = Math.min(failures - 1, 64);
  return Math.min(policy.maximumBackoffMs, policy.minimumBackoffMs * 2 ** doublings);
}
