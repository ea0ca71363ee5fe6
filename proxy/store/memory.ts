import { LRUCache } from 'lru-cache';
import type { SharedStore } from './store.ts';

export interface MemoryStoreOptions {
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/** A store that one replica has to itself: bounded, lost at a restart. */
export function memoryStore({ maxEntries, ttlMs, now = () => performance.now() }: MemoryStoreOptions): SharedStore {
  const values = new LRUCache<string, string>({ max: maxEntries, ttl: ttlMs, perf: { now } });
  const number = (key: string) => Number(values.get(key) ?? 0);
  return {
    isShared: false,
    getMany: (keys) => Promise.resolve(keys.map((key) => values.get(key) ?? null)),
    setMany(keys, added) {
      for (const [index, key] of keys.entries()) values.set(key, added[index]!);
    },
    raise(key, value) {
      const before = number(key);
      values.set(key, String(Math.max(before, value)));
      return Promise.resolve(before);
    },
    increment: (key) => void values.set(key, String(number(key) + 1)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A store that knows nothing and keeps nothing. */
export function noStore(): SharedStore {
  return {
    isShared: false,
    getMany: () => Promise.resolve(undefined),
    setMany: () => {},
    raise: () => Promise.resolve(undefined),
    increment: () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
