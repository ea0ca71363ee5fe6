import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryStore, noStore } from './memory.ts';
import { createRevisions } from './revisions.ts';
import type { SharedStore } from './store.ts';

const shared = () => memoryStore({ maxEntries: 1_000, ttlMs: 60_000 });
const history = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 20 })), { maxLength: 40 });

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

describe('the newest revision', () => {
  test('is the largest that was ever seen, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (all, hasStore) => {
        const revisions = createRevisions(hasStore ? shared() : noStore(), 100);
        const newest = new Map<string, number>();
        for (const [item, revision] of all) {
          newest.set(item, Math.max(revision, newest.get(item) ?? 0));
          expect(await revisions.observe(item, revision)).toBe(newest.get(item));
          expect(revisions.newestSeen(item)).toBe(newest.get(item));
        }
      }),
    );
  });

  test('is never older than the one that asks, and all replicas come to the same, however calls overlap', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat(8)), async (all, waits) => {
        const store = reordering(shared(), waits);
        const replicas = [createRevisions(store, 100), createRevisions(store, 100)];
        const observed = await Promise.all(
          all.map(([item, revision], index) => replicas[index % 2]!.observe(item, revision)),
        );
        for (const [index, [item, revision]] of all.entries()) {
          const largest = Math.max(...all.filter(([other]) => other === item).map(([, one]) => one));
          expect(observed[index]).toBeGreaterThanOrEqual(revision);
          expect(observed[index]).toBeLessThanOrEqual(largest);
        }
        for (const [item] of all) {
          const largest = Math.max(...all.filter(([other]) => other === item).map(([, one]) => one));
          expect(await createRevisions(store, 100).observe(item, 1)).toBe(largest);
        }
      }),
    );
  });

  test('that another replica has seen is known through the store', async () => {
    const store = shared();
    await createRevisions(store, 100).observe('a', 5);
    const other = createRevisions(store, 100);
    expect(other.newestSeen('a')).toBe(0);
    expect(await other.observe('a', 3)).toBe(5);
    expect(other.newestSeen('a')).toBe(5);
  });

  test('is answered from memory where that settles it', async () => {
    let raised = 0;
    const store: SharedStore = { ...noStore(), raise: async () => void raised++ as undefined };
    const revisions = createRevisions(store, 100);
    await revisions.observe('a', 5);
    await revisions.observe('a', 4);
    expect(raised).toBe(1);
  });

  test('of more items than there is room for is forgotten, the oldest first, and memory stays bounded', async () => {
    const revisions = createRevisions(noStore(), 2);
    for (const item of ['a', 'b', 'c']) await revisions.observe(item, 7);
    expect(['a', 'b', 'c'].map((item) => revisions.newestSeen(item))).toEqual([0, 7, 7]);
  });
});
