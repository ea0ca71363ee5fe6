import { LRUCache } from 'lru-cache';
import type { SharedStore } from './store.ts';

/** The newest revision that is known of each item: from this replica's memory and, where it answers, the shared store. */
export interface Revisions {
  /** Takes note of a revision and returns the newest known, which may be that one. */
  observe(itemId: string, revision: number): Promise<number>;
  /** The newest that this replica has seen, at no cost; 0 for none. */
  newestSeen(itemId: string): number;
}

export function createRevisions(store: SharedStore, maxEntries: number): Revisions {
  const seen = new LRUCache<string, number>({ max: maxEntries });
  return {
    async observe(itemId, revision) {
      const known = seen.get(itemId) ?? 0;
      if (revision < known) return known;
      seen.set(itemId, revision);
      const newest = await store.raise(`eddy:revision:${itemId}`, revision);
      if (newest === undefined || newest <= revision) return seen.get(itemId) ?? revision;
      seen.set(itemId, Math.max(newest, seen.get(itemId) ?? 0));
      return newest;
    },
    newestSeen: (itemId) => seen.get(itemId) ?? 0,
  };
}
