import { type ChannelCredentials, Metadata, status } from '@grpc/grpc-js';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { REPLICATED_SERVICE } from '../../infra/grpc/channel-options.ts';
import { CatalogServiceClient, type SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { createBreaker } from '../panel/breaker.ts';

export interface SellerProfilesOptions {
  readonly target: string;
  readonly credentials: ChannelCredentials;
  /** The longest that a profile may take to come, waiting included, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a profile is used before it is fetched again, in milliseconds. */
  readonly ttlMs: number;
  readonly maxEntries: number;
  /** Calls at one time. */
  readonly concurrency: number;
  readonly observer?: SellerProfilesObserver;
}

export interface SellerProfilesObserver {
  /** A call has ended; `code` is a gRPC status code. */
  fetched(code: number, durationMs: number): void;
  /** The catalogue failed, and an older profile served instead. */
  servedStale(): void;
}

export interface SellerProfiles {
  /** @throws Error with the reason, when there is neither an answer in time nor an older profile */
  profileOf(sellerId: string): Promise<SellerProfile>;
  /** Resolves with whether the catalogue can be reached, at the latest after a second; the first call then finds a connection. */
  connect(): Promise<boolean>;
  close(): void;
}

const CONNECT_MS = 1_000;

/** The catalogue is spared for this long after it has failed repeatedly. */
const BREAKER = { failureRate: 0.5, window: 10_000, minimumCalls: 5, reset: 2_000 };

/**
 * The profiles of sellers, from the catalogue: fetched once for all who ask at the same time, kept for a while, and
 * kept beyond that as the failsafe for a catalogue that is away. A seller whom the catalogue does not know is judged
 * as one who has just opened an account.
 */
export function createSellerProfiles(options: SellerProfilesOptions): SellerProfiles {
  const { target, credentials, timeoutMs, ttlMs, maxEntries, concurrency, observer } = options;
  const client = new CatalogServiceClient(target, credentials, {
    ...REPLICATED_SERVICE,
    'grpc.max_receive_message_length': 65_536,
  });
  const breaker = createBreaker(BREAKER, () => {});
  const limit = pLimit(concurrency);

  const profiles = new LRUCache<string, SellerProfile>({
    max: maxEntries,
    ttl: ttlMs,
    noDeleteOnStaleGet: true,
    allowStaleOnFetchRejection: true,
    noDeleteOnFetchRejection: true,
    fetchMethod: (sellerId) => fetchProfile(sellerId),
  });

  // The cache keeps it to itself: a fetch that fails without an older profile comes to nothing.
  let lastError: unknown;
  async function fetchProfile(sellerId: string): Promise<SellerProfile> {
    const deadline = Date.now() + timeoutMs;
    try {
      return await limit(() => breaker.run(() => call(client, sellerId, deadline, observer)));
    } catch (error) {
      lastError = error;
      throw error;
    }
  }

  return {
    async profileOf(sellerId) {
      const status: LRUCache.Status<string, SellerProfile> = {};
      const profile = await profiles.fetch(sellerId, { status });
      if (!profile) throw lastError ?? new Error('the profile was evicted while it was fetched: raise maxEntries');
      if (status.fetchRejected) observer?.servedStale();
      return profile;
    },
    connect: () =>
      new Promise((resolve) => client.waitForReady(Date.now() + CONNECT_MS, (error) => resolve(error === undefined))),
    close() {
      breaker.close();
      client.close();
    },
  };
}

function call(
  client: CatalogServiceClient,
  sellerId: string,
  deadline: number,
  observer: SellerProfilesObserver | undefined,
): Promise<SellerProfile> {
  const startedAtMs = performance.now();
  return new Promise((resolve, reject) => {
    client.getSellerProfile({ sellerId }, new Metadata(), { deadline }, (error, response) => {
      const code = error?.code ?? status.OK;
      observer?.fetched(code, performance.now() - startedAtMs);
      if (response?.profile) resolve(response.profile);
      else if (code === status.NOT_FOUND || (!error && response)) resolve(unknownSeller(sellerId));
      else reject(new Error(`${status[code]}: ${error?.details}`, { cause: error }));
    });
  });
}

function unknownSeller(sellerId: string): SellerProfile {
  return { sellerId, accountAgeDays: 0, pastRemovals: 0, completedSales: 0, verified: false, rating: 0 };
}
