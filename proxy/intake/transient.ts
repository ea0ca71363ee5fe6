import { status } from '@grpc/grpc-js';

/**
 * What passes by itself. Those that Google's handwritten client takes for it (its pull-retry.js), and UNKNOWN: so ends a
 * call for which no token could be fetched in a moment without a network, or that something between here and Google broke.
 */
const TRANSIENT: ReadonlySet<unknown> = new Set([
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.CANCELLED,
  status.UNKNOWN,
]);

/** Whether the same may succeed a moment later. What has no code is a fault of ours. */
export function isTransient(fault: unknown): boolean {
  return TRANSIENT.has((fault as { code?: unknown } | undefined)?.code);
}

/** The pause after so many failures in a row, 1 or more: doubled each time, and up to half of it left to chance. */
export function pauseMs(failures: number, firstMs: number, longestMs: number, random: () => number): number {
  return Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (1 - random() / 2);
}
