import { LRUCache } from 'lru-cache';
import type { SharedStore } from './store.ts';

/**
 * Counts the passes of a backlog entry that asked and got nowhere. Such a pass ends in a nack, which can't change the
 * entry, so the count is kept beside it: in this replica's memory and, where it answers, in the shared store. It may
 * fall short, never exceed: `backlog.maxAge` is the guarantee, `backlog.maxAttempts` the courtesy.
 */
export interface FruitlessPasses {
  of(entryId: string): Promise<number>;
  add(entryId: string): void;
}

/** No entry is tried more often than this, by far. */
const MAX_COUNT = 1_000_000;

/** What another process has written is not taken on trust. */
function countIn(value: string | null | undefined): number {
  const count = Number(value ?? 0);
  return Number.isInteger(count) && count >= 0 && count <= MAX_COUNT ? count : 0;
}

export function createFruitlessPasses(store: SharedStore, maxEntries: number): FruitlessPasses {
  // Made when it is needed: it takes the memory of all its entries from the start.
  let counts: LRUCache<string, number> | undefined;
  const keyOf = (entryId: string) => `eddy:fruitless:${entryId}`;
  return {
    async of(entryId) {
      const shared = await store.getMany([keyOf(entryId)]);
      return Math.max(counts?.get(entryId) ?? 0, countIn(shared?.[0]));
    },
    add(entryId) {
      counts ??= new LRUCache({ max: maxEntries });
      counts.set(entryId, (counts.get(entryId) ?? 0) + 1);
      store.increment(keyOf(entryId));
    },
  };
}
