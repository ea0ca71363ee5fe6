import { status } from '@grpc/grpc-js';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { createBreaker } from '../panel/breaker.ts';
import { CallError } from '../panel/model-client.ts';
import type { CatalogClient } from './catalog-client.ts';

export interface SellerProfilesOptions {
  readonly client: CatalogClient;
  /** The longest that a profile may take to come, waiting included, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a profile is used before it is fetched again, in milliseconds. */
  readonly ttlMs: number;
  readonly maxEntries: number;
  /** Calls at one time. */
  readonly concurrency: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly observer?: SellerProfilesObserver;
}

export interface SellerProfilesObserver {
  /** A call has ended; `code` is a gRPC status code. */
  fetched(code: number, durationMs: number): void;
  /** The catalogue failed, and an older profile served instead. */
  servedStale(): void;
}

export interface SellerProfiles {
  /**
   * The profile, at once where it is at hand and not too old.
   *
   * @throws Error with the reason, when there is neither an answer in time nor an older profile
   */
  profileOf(sellerId: string): SellerProfile | Promise<SellerProfile>;
  close(): void;
}

/** The catalogue is spared for this long after it has failed repeatedly. */
const BREAKER = { failureRate: 0.5, window: 10_000, minimumCalls: 5, reset: 2_000 };

/**
 * The profiles of sellers, from the catalogue: fetched once for all who ask at the same time, kept for a while, and
 * kept beyond that as the failsafe for a catalogue that is away. A seller whom the catalogue does not know is judged
 * as one who has just opened an account.
 */
export function createSellerProfiles(options: SellerProfilesOptions): SellerProfiles {
  const { client, timeoutMs, ttlMs, maxEntries, concurrency, now, observer } = options;
  const breaker = createBreaker(BREAKER, () => {});
  const limit = pLimit(concurrency);

  const profiles = new LRUCache<string, SellerProfile>({
    max: maxEntries,
    ttl: ttlMs,
    perf: { now },
    noDeleteOnStaleGet: true,
    allowStaleOnFetchRejection: true,
    noDeleteOnFetchRejection: true,
    fetchMethod: (sellerId) => fetchProfile(sellerId),
  });

  // The cache keeps it to itself: a fetch that fails without an older profile comes to nothing.
  let lastError: unknown;
  async function fetchProfile(sellerId: string): Promise<SellerProfile> {
    const expiresAtMs = now() + timeoutMs;
    try {
      return await limit(() => breaker.run(() => call(sellerId, Math.max(0, expiresAtMs - now()))));
    } catch (error) {
      lastError = error;
      throw error;
    }
  }

  async function call(sellerId: string, remainingMs: number): Promise<SellerProfile> {
    const startedAtMs = now();
    let code: number = status.OK;
    try {
      return (await client.getSellerProfile(sellerId, remainingMs)) ?? unknownSeller(sellerId);
    } catch (error) {
      code = error instanceof CallError ? error.code : status.INTERNAL;
      if (code === status.NOT_FOUND) return unknownSeller(sellerId);
      throw error;
    } finally {
      observer?.fetched(code, now() - startedAtMs);
    }
  }

  async function fetched(sellerId: string): Promise<SellerProfile> {
    const status: LRUCache.Status<string, SellerProfile> = {};
    const profile = await profiles.fetch(sellerId, { status });
    if (!profile) throw lastError ?? new Error('the profile was evicted while it was fetched: raise maxEntries');
    if (status.fetchRejected) observer?.servedStale();
    return profile;
  }

  return {
    profileOf: (sellerId) => profiles.get(sellerId) ?? fetched(sellerId),
    close() {
      breaker.close();
      client.close();
    },
  };
}

function unknownSeller(sellerId: string): SellerProfile {
  return { sellerId, accountAgeDays: 0, pastRemovals: 0, completedSales: 0, verified: false, rating: 0 };
}
