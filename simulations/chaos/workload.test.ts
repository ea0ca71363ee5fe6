import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readListings } from '../../infra/local/source.ts';
import { decodeEvent, InvalidMessageError } from '../../proxy/intake/decode-event.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import { type WorkloadMessage, workload } from './workload.ts';

let listings: readonly ValidEvent[];
beforeAll(async () => {
  listings = await readListings(join(import.meta.dirname, '../../test/data/items.jsonl'));
});

function take(count: number, seed = 1): WorkloadMessage[] {
  return workload(listings, seed, 'run').take(count).toArray();
}

test('what is to be valid is, and what is to be invalid is not', () => {
  for (const { event, data, attributes } of take(2_000)) {
    if (event.kind === 'invalid') {
      expect(() => decodeEvent(data, attributes), event.id).toThrow(InvalidMessageError);
    } else {
      const decoded = decodeEvent(data, attributes);
      expect(decoded).toMatchObject({ eventId: event.id, item: { itemId: event.itemId, revision: event.revision } });
    }
    expect(attributes['event-id']).toBe(event.id);
  }
});

test('every kind of event comes, and no event of an item has the revision of another', () => {
  const messages = take(2_000);
  const kinds = Map.groupBy(messages, ({ event }) => event.kind);
  expect([...kinds.keys()].toSorted()).toEqual(['delisted', 'invalid', 'listed', 'overtaken', 'updated']);
  const revisions = messages.map(({ event }) => `${event.itemId} ${event.revision}`);
  expect(new Set(revisions).size).toBe(messages.length);
});

test('an event that is overtaken comes after a newer one of its item', () => {
  const messages = take(2_000).map(({ event }) => event);
  for (const [index, { kind, itemId, revision }] of messages.entries()) {
    if (kind !== 'overtaken') continue;
    const newer = messages.findIndex((event) => event.itemId === itemId && event.revision > revision);
    expect(newer).toBeGreaterThanOrEqual(0);
    expect(newer).toBeLessThan(index);
  }
});

test('the same seed gives the same events', () => {
  const ids = (seed: number) => take(300, seed).map(({ event }) => JSON.stringify(event));
  expect(ids(7)).toEqual(ids(7));
  expect(ids(7)).not.toEqual(ids(8));
});
