import { once } from 'node:events';
import { Redis } from 'ioredis';
import { bypassing, type StoreCommands } from './bypass.ts';
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

/** How long the start waits for the connection, in milliseconds. */
const CONNECT_MS = 1_000;

/** One command for all the answers of a call: MSET knows no expiry. */
const SET_MANY = `
for index, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[index + 1], 'PX', ARGV[1])
end`;

const RAISE = `
local before = redis.call('GET', KEYS[1]) or '0'
if tonumber(ARGV[1]) > (tonumber(before) or 0) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return before`;

interface RedisWithScripts extends Redis {
  setMany(keyCount: number, ...keysTtlAndValues: string[]): Promise<null>;
  raise(key: string, value: string, ttlMs: string): Promise<string>;
}

/** A store in Redis, bypassed while Redis does not answer. Resolves when it is connected, or after a second without. */
export async function redisStore({ url, timeoutMs, ttlMs, onAvailability }: RedisStoreOptions): Promise<SharedStore> {
  const redis = connect(url);
  const store = bypassing(commandsOf(redis, ttlMs), { timeoutMs, onAvailability });
  await once(redis, 'ready', { signal: AbortSignal.timeout(CONNECT_MS) }).catch(() => {
    // Not there yet: the first commands will say so, and when it is.
  });
  return store;
}

function commandsOf(redis: RedisWithScripts, ttlMs: number): StoreCommands {
  let connectionError: Error | undefined;
  redis.on('error', (error: Error) => {
    connectionError = error;
  });
  redis.on('ready', () => {
    connectionError = undefined;
  });
  const ttl = String(ttlMs);
  return {
    getMany: (keys) => redis.mget(keys as string[]),
    setMany(entries) {
      const keys = entries.map(([key]) => key);
      const values = entries.map(([, value]) => value);
      return redis.setMany(keys.length, ...keys, ttl, ...values);
    },
    raise: async (key, value) => Number(await redis.raise(key, String(value), ttl)),
    increment: (key) => redis.multi().incr(key).pexpire(key, ttlMs).exec(),
    get connectionError() {
      return connectionError;
    },
    close: () => redis.disconnect(),
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
