import { setTimeout as sleep } from 'node:timers/promises';
import type { Site, Step } from './real-faults.ts';

export interface StepsContext {
  readonly site: Site;
  /** Milliseconds since the begin of the load. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Does each step at its time, or as soon as the one before it on the same part is done; resolves when all are done, or
 * when the signal says stop and none is under way.
 *
 * @param steps in the order of time
 * @throws Error naming the step that failed; no more are begun then
 */
export async function takeSteps(steps: readonly Step[], { site, now, signal }: StepsContext): Promise<void> {
  const failing = new AbortController();
  const stop = AbortSignal.any([signal, failing.signal]);
  const lastOf = new Map<string, Promise<void>>();

  async function take({ atMs, part, act }: Step, before: Promise<void> | undefined): Promise<void> {
    await before;
    if (stop.aborted) return;
    try {
      await act(site);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      failing.abort(new Error(`what was due to ${part} at ${atMs / 1_000} s could not be done: ${reason}`, { cause }));
    }
  }

  for (const step of steps) {
    const pauseMs = step.atMs - now();
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stop }).catch(() => {}); // The loop looks at the signal.
    if (stop.aborted) break;
    lastOf.set(step.part, take(step, lastOf.get(step.part)));
  }
  await Promise.all(lastOf.values());
  failing.signal.throwIfAborted();
}
