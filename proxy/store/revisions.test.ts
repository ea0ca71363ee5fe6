import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventType } from '../../proto/generated/moderation/v1/item.ts';
import type { ValidEvent } from '../moderation/event.ts';
import { eventOf } from '../testing/events.ts';
import { memoryStore, noStore } from './memory.ts';
import { createRevisions } from './revisions.ts';
import type { SharedStore } from './store.ts';

const shared = () => memoryStore({ maxEntries: 1_000, ttlMs: 60_000 });
const listed = (itemId: string, revision: number) => eventOf({ itemId, revision });
const delisted = (itemId: string, revision: number) => eventOf({ itemId, revision }, { type: EventType.DELISTED });
const event = fc
  .tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 20 }), fc.boolean())
  .map(([item, revision, isListed]) => (isListed ? listed(item, revision) : delisted(item, revision)));
const history = fc.array(event, { maxLength: 40 });

/** Whether the first comes after the second, by what the contract says. */
function comesAfter(a: ValidEvent, b: ValidEvent): boolean {
  if (a.item.itemId !== b.item.itemId) return false;
  if (a.item.revision !== b.item.revision) return a.item.revision > b.item.revision;
  return a.type === EventType.DELISTED && b.type !== EventType.DELISTED;
}

/** A store whose answers come in any order. */
function reordering(store: SharedStore, waits: Iterator<number>): SharedStore {
  return {
    ...store,
    async raise(key, value) {
      const newest = await store.raise(key, value);
      for (let turns = waits.next().value!; turns > 0; turns--) await Promise.resolve();
      return newest;
    },
  };
}

describe('an event', () => {
  test('is superseded by those that come after it, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (all, hasStore) => {
        const revisions = createRevisions(hasStore ? shared() : noStore(), 100);
        for (const [index, one] of all.entries()) {
          const expected = all.slice(0, index).some((other) => comesAfter(other, one));
          expect(await revisions.isSuperseded(one)).toBe(expected);
          expect((await revisions.observe(one, true)).isSuperseded).toBe(expected);
          expect(revisions.isKnownSuperseded(one)).toBe(expected);
        }
      }),
    );
  });

  test('is superseded only by what was seen, and all replicas come to the same, however calls overlap', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat(8)), async (all, waits) => {
        const store = reordering(shared(), waits);
        const replicas = [createRevisions(store, 100), createRevisions(store, 100)];
        const observed = await Promise.all(all.map((one, index) => replicas[index % 2]!.observe(one, true)));
        for (const [index, one] of all.entries()) {
          const isLast = !all.some((other) => comesAfter(other, one));
          if (isLast) expect(observed[index]?.isSuperseded).toBe(false);
          expect(await createRevisions(store, 100).isSuperseded(one)).toBe(!isLast);
        }
      }),
    );
  });

  test('is superseded by a delisting of the same revision, and not the other way round', async () => {
    const revisions = createRevisions(noStore(), 10);
    await revisions.observe(listed('a', 1), true);
    expect((await revisions.observe(delisted('a', 1), true)).isSuperseded).toBe(false);
    expect((await revisions.observe(listed('a', 1), true)).isSuperseded).toBe(true);
    expect((await revisions.observe(listed('a', 2), true)).isSuperseded).toBe(false);
  });

  test('is not superseded by a repetition of itself', async () => {
    const revisions = createRevisions(shared(), 10);
    await revisions.observe(listed('a', 1), true);
    expect((await revisions.observe(listed('a', 1), true)).isSuperseded).toBe(false);
  });

  test('that another replica has seen is known through the store', async () => {
    const store = shared();
    await createRevisions(store, 100).observe(listed('a', 5), true);
    const other = createRevisions(store, 100);
    expect(other.isKnownSuperseded(listed('a', 3))).toBe(false);
    expect(await other.isSuperseded(listed('a', 3))).toBe(true);
    expect(other.isKnownSuperseded(listed('a', 4))).toBe(true);
  });

  test('that is only asked about supersedes nothing', async () => {
    const revisions = createRevisions(shared(), 100);
    await revisions.isSuperseded(listed('a', 9));
    expect((await revisions.observe(listed('a', 1), true)).isSuperseded).toBe(false);
  });

  test('of the largest revisions is never superseded by what comes before it', async () => {
    const revisions = createRevisions(shared(), 100);
    await revisions.observe(delisted('a', 2 ** 53 - 2), true);
    expect((await revisions.observe(listed('a', 2 ** 53 - 1), true)).isSuperseded).toBe(false);
    expect((await revisions.observe(listed('a', 2 ** 53 - 2), true)).isSuperseded).toBe(true);
  });

  test('is answered from memory where that settles it', async () => {
    let raised = 0;
    const store: SharedStore = { ...noStore(), raise: async () => void raised++ as undefined };
    const revisions = createRevisions(store, 100);
    await revisions.observe(listed('a', 5), true);
    await revisions.observe(listed('a', 4), true);
    expect(raised).toBe(1);
  });

  test('of more items than there is room for is forgotten, the oldest first, and memory stays bounded', async () => {
    const revisions = createRevisions(noStore(), 2);
    for (const item of ['a', 'b', 'c']) await revisions.observe(listed(item, 7), true);
    expect(['a', 'b', 'c'].map((item) => revisions.isKnownSuperseded(listed(item, 1)))).toEqual([false, true, true]);
  });

  test('that no event can have is not taken from the store', async () => {
    const raise = async () => Number.POSITIVE_INFINITY;
    const revisions = createRevisions({ ...noStore(), raise, getMany: async () => ['Infinity'] }, 10);
    expect([
      (await revisions.observe(listed('a', 1), true)).isSuperseded,
      await revisions.isSuperseded(listed('a', 1)),
    ]).toEqual([false, false]);
  });

  test('may have rivals where an older one was taken in, by whichever replica of those that share the store', async () => {
    const store = { ...shared(), isShared: true };
    const [one, other] = [createRevisions(store, 10), createRevisions(store, 10)];
    const rivalsOf = async (revisions: typeof one, event: ValidEvent) =>
      (await revisions.observe(event, true)).hasRivals;
    expect(await rivalsOf(one, listed('a', 1))).toBe(false);
    expect((await other.observe(listed('a', 1), false)).hasRivals).toBe(false);
    expect(await rivalsOf(other, listed('a', 2))).toBe(true);
    expect(await rivalsOf(one, listed('a', 2))).toBe(true);
    expect(await rivalsOf(one, delisted('a', 2))).toBe(true);
    expect(await rivalsOf(one, listed('a', 1))).toBe(false);
    const alone = createRevisions(shared(), 10);
    await alone.observe(listed('a', 1), true);
    expect(await rivalsOf(alone, listed('a', 2))).toBe(false);
  });
});
