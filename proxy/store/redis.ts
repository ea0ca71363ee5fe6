import { once } from 'node:events';
import { Redis } from 'ioredis';
import CircuitBreaker from 'opossum';
import { createPatience } from './patience.ts';
import type { SharedStore } from './store.ts';

export interface RedisStoreOptions {
  /** redis:// or rediss://, with the password where there is one. */
  readonly url: string;
  /** The longest that one command may take before it is given up, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a value is kept, in milliseconds. */
  readonly ttlMs: number;
  /** Told once when the store stops answering, and once when it answers again. */
  readonly onAvailability?: (isAvailable: boolean, cause?: Error) => void;
}

/** While the store does not answer, one command in this time tries whether it does again. */
const RETRY_MS = 1_000;

/** How long the start waits for the connection, in milliseconds. */
const CONNECT_MS = 1_000;

/** Values that are on their way to Redis; more are dropped. */
const MAX_WRITES_IN_FLIGHT = 10_000;

/** One command for all the answers of a call: MSET knows no expiry. */
const SET_MANY = `
for index, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[index + 1], 'PX', ARGV[1])
end`;

const RAISE = `
local newest = tonumber(redis.call('GET', KEYS[1]) or '0')
if tonumber(ARGV[1]) > newest then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]
end
return redis.call('GET', KEYS[1])`;

interface RedisWithScripts extends Redis {
  setMany(keyCount: number, ...keysTtlAndValues: string[]): Promise<null>;
  raise(key: string, value: string, ttlMs: string): Promise<string>;
}

/**
 * A store in Redis that is never a critical dependency: a command that isn't answered in `timeoutMs` is given up, and
 * after a few of them nothing is asked any more, at no cost, until a single try succeeds again.
 */
export async function redisStore(options: RedisStoreOptions): Promise<SharedStore> {
  const { url, timeoutMs, ttlMs, onAvailability } = options;
  const redis = connect(url);
  const patience = createPatience(timeoutMs);
  const breaker = new CircuitBreaker(<T>(command: () => Promise<T>) => patience.within(command()), {
    timeout: false,
    errorThresholdPercentage: 50,
    volumeThreshold: 3,
    rollingCountTimeout: 1_000,
    rollingCountBuckets: 5,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    resetTimeout: RETRY_MS,
  });
  // Why there is no connection says more than what a command without one fails with.
  let connectionError: Error | undefined;
  let commandError: Error | undefined;
  redis.on('error', (error: Error) => {
    connectionError = error;
  });
  redis.on('ready', () => {
    connectionError = undefined;
  });
  breaker.on('failure', (error: Error) => {
    commandError = error;
  });
  // Every try in vain opens the breaker once more; only the first time is news.
  let isAvailable = true;
  const tell = (available: boolean, cause?: Error) => {
    if (available === isAvailable) return;
    isAvailable = available;
    onAvailability?.(available, cause);
  };
  breaker.on('open', () => tell(false, connectionError ?? commandError));
  breaker.on('close', () => tell(true));

  async function ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    try {
      return (await breaker.fire(command)) as T;
    } catch {
      return undefined; // Told by the breaker's events; the caller goes on without.
    }
  }

  await once(redis, 'ready', { signal: AbortSignal.timeout(CONNECT_MS) }).catch(() => {
    // Not there yet: the breaker will say so, and when it is.
  });

  const ttl = String(ttlMs);
  let writesInFlight = 0;
  function write(command: () => Promise<unknown>): void {
    if (breaker.opened || writesInFlight >= MAX_WRITES_IN_FLIGHT) return;
    writesInFlight++;
    ask(command).finally(() => writesInFlight--);
  }

  return {
    getMany: (keys) => ask(() => redis.mget(keys as string[])),
    setMany(entries) {
      const keys = entries.map(([key]) => key);
      const values = entries.map(([, value]) => value);
      write(() => redis.setMany(keys.length, ...keys, ttl, ...values));
    },
    async raise(key, value) {
      const newest = await ask(() => redis.raise(key, String(value), ttl));
      return newest === undefined ? undefined : Number(newest);
    },
    increment: (key) => write(() => redis.multi().incr(key).pexpire(key, ttlMs).exec()),
    async [Symbol.asyncDispose]() {
      breaker.shutdown();
      redis.disconnect();
    },
  };
}

function connect(url: string): RedisWithScripts {
  const redis = new Redis(url, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A server that is frozen keeps the connection: without this, commands would queue up behind it.
    socketTimeout: 2_000,
    connectTimeout: CONNECT_MS,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  });
  redis.defineCommand('raise', { numberOfKeys: 1, lua: RAISE });
  redis.defineCommand('setMany', { lua: SET_MANY });
  return redis as RedisWithScripts;
}
