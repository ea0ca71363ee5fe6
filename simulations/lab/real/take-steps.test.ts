import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Site, Step } from './real-faults.ts';
import { takeSteps } from './take-steps.ts';

const site = { load: { factor: 1 } } as Site;

function contextOf(signal = new AbortController().signal) {
  const startedAtMs = performance.now();
  return { site, now: () => performance.now() - startedAtMs, signal };
}

test('a step is done at its time, and what it does to another part does not wait for it', async () => {
  const done: string[] = [];
  const step = (atMs: number, part: string, takesMs: number): Step => ({
    atMs,
    part,
    async act() {
      done.push(`${part} begins`);
      await sleep(takesMs);
      done.push(`${part} ends`);
    },
  });
  const context = contextOf();
  await takeSteps([step(0, 'slow', 200), step(50, 'quick', 0), step(100, 'slow', 0)], context);
  expect(done).toEqual(['slow begins', 'quick begins', 'quick ends', 'slow ends', 'slow begins', 'slow ends']);
  expect(context.now()).toBeGreaterThan(195);
});

test('a step that fails ends the waiting for the others, and is named', async () => {
  const failing: Step = { atMs: 0, part: 'redis', act: () => Promise.reject(new Error('no such process')) };
  const never: Step = { atMs: 60_000, part: 'redis', act: () => Promise.resolve() };
  await expect(takeSteps([failing, never], contextOf())).rejects.toThrow(
    'what was due to redis at 0 s could not be done: no such process',
  );
});

test('the signal ends the waiting without an error', async () => {
  const stop = new AbortController();
  let isDone = false;
  const late: Step = {
    atMs: 60_000,
    part: 'redis',
    async act() {
      isDone = true;
    },
  };
  const taking = takeSteps([late], contextOf(stop.signal));
  stop.abort();
  await taking;
  expect(isDone).toBe(false);
});
