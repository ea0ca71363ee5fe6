import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { Completeness } from '../../proto/generated/moderation/v1/moderation.ts';
import type { Collected } from './collector.ts';
import type { TestEvent } from './item-events.ts';
import type { Labels } from './metrics-text.ts';
import type { Rig } from './rig.ts';

/** Generous: a machine with other work must not fail a test. */
const POLL = { timeout: 40_000, interval: 50 };

export async function publishSlowly(rig: Rig, events: readonly TestEvent[], pauseMs = 5): Promise<void> {
  for (const event of events) {
    await rig.publish(event);
    await sleep(pauseMs);
  }
}

/** Waits until `read` tells what passes `check`, which throws as long as it does not. */
export async function eventually<T>(read: () => T | Promise<T>, check: (value: T) => void): Promise<void> {
  await vi.waitFor(async () => check(await read()), POLL);
}

/** Waits until at least that many messages or requests were settled so: `{ intake, result }`. */
export async function untilSettled(rig: Rig, how: Labels, atLeast: number): Promise<void> {
  const settled = () => rig.metric('eddy_messages_settled_total', how);
  await eventually(settled, (count) => expect(count, JSON.stringify(how)).toBeGreaterThanOrEqual(atLeast));
}

/** Waits until each event has a decision, whatever is still owed. */
export async function untilDecided(rig: Rig, events: readonly TestEvent[], timeoutMs?: number): Promise<void> {
  await rig.decisions.until((all) => coversAll(all, events), timeoutMs);
}

/** Waits until each event has a decision that nothing will follow. */
export async function untilCompleted(rig: Rig, events: readonly TestEvent[], timeoutMs?: number): Promise<void> {
  await rig.decisions.until((all) => coversAll(all.filter(isComplete), events), timeoutMs);
}

export function isComplete({ value }: Rig['decisions']['all'][number]): boolean {
  return value.completeness === Completeness.COMPLETE;
}

/** Nothing is lost, nothing is left: every message that came in was settled, and that many events ended decided. */
export async function untilBooksBalance(rig: Rig, decided: number): Promise<void> {
  await untilSettled(rig, { result: 'decided' }, decided);
  const books = async () => {
    const settled = await rig.metric('eddy_messages_settled_total');
    return { open: (await rig.metric('eddy_messages_received_total')) - settled };
  };
  await eventually(books, (found) => expect(found).toEqual({ open: 0 }));
  expect(await rig.metric('eddy_messages_settled_total', { result: 'decided' })).toBe(decided);
}

function coversAll(decisions: readonly Collected<{ eventId: string }>[], events: readonly TestEvent[]): boolean {
  if (decisions.length < events.length) return false;
  const decided = new Set(decisions.map(({ value }) => value.eventId));
  return events.every(({ eventId }) => decided.has(eventId));
}
