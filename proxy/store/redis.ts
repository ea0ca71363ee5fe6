import { once } from 'node:events';
import { Redis } from 'ioredis';
import { bypassing, type OnCommand, type StoreCommands } from './bypass.ts';
import { type AccountState, QUIET_MS } from './ledger.ts';
import { run, scriptOf, send } from './long-command.ts';
import type { SharedStore, Tally } from './store.ts';

export interface RedisStoreOptions {
  /** redis:// or rediss://, with the password where there is one. */
  readonly url: string;
  /** The longest that one command may take before it is given up, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a value is kept, in milliseconds. */
  readonly ttlMs: number;
  /** Told once when the store stops answering, and once when it answers again. */
  readonly onAvailability?: (isAvailable: boolean, cause?: Error) => void;
  readonly onCommand?: OnCommand;
}

/** How long the start waits for the connection, in milliseconds. */
const CONNECT_MS = 1_000;

/** One command for all the answers of a call: MSET knows no expiry. */
const SET_MANY = scriptOf(`
for index, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[index + 1], 'PX', ARGV[1])
end`);

/** What is no number counts as none, also where it is no string: one such key must not spoil the others' answers. */
const RAISE_MANY = scriptOf(`
local before = {}
for index, key in ipairs(KEYS) do
  local kept = redis.pcall('GET', key)
  before[index] = type(kept) == 'string' and kept or '0'
  if tonumber(ARGV[index + 1]) > (tonumber(before[index]) or 0) then
    redis.call('SET', key, ARGV[index + 1], 'PX', ARGV[1])
  end
end
return before`);

/**
 * Adds a replica's counts to the common accounts, unless it has told them before, and answers how each stands. What a
 * replica has heard of an account is more than what is kept only where that was lost: by a restart, or by a standby that
 * took over. An account of which nothing was seen for so long (ARGV[2], milliseconds) is empty. One replica may tell that
 * something was paid before another has told that it was owed: an account may be below 0 for a while, and is kept so, or
 * what is told later would be owed for ever. Below 0 for longer than that it is wrong, and begins again at 0.
 */
const TALLY = `
local longestBelow = 10000
local isNew = redis.call('GET', KEYS[2]) ~= ARGV[1]
if isNew then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2]) end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local answer = {}
for i = 3, #ARGV, 7 do
  local account = ARGV[i]
  local names = { account .. ':level', account .. ':grown', account .. ':settled', account .. ':seen', account .. ':below' }
  local kept = redis.call('HMGET', KEYS[1], unpack(names))
  local level, grown = tonumber(kept[1]) or 0, tonumber(kept[2]) or 0
  local settled, seen = tonumber(kept[3]) or 0, tonumber(kept[4]) or now
  local moreGrown, moreSettled, isSeen = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), ARGV[i + 3] == '1'
  local heardGrown, heardSettled = tonumber(ARGV[i + 5]), tonumber(ARGV[i + 6])
  local isLost = grown + settled < heardGrown + heardSettled
  if isLost then level, grown, settled = tonumber(ARGV[i + 4]), heardGrown, heardSettled end
  local isMoved = isNew and (moreGrown > 0 or moreSettled > 0 or isSeen)
  local isChanged = isLost or isMoved
  local below = level < 0 and tonumber(kept[5]) or now
  if now - below > longestBelow then
    level, below, isChanged = 0, now, true
  end
  if isMoved then
    level = level + moreGrown - moreSettled
    grown, settled, seen = grown + moreGrown, settled + moreSettled, now
  end
  if level > 0 and now - seen > tonumber(ARGV[2]) then
    level, isChanged = 0, true
  end
  if isChanged then
    redis.call('HSET', KEYS[1], names[1], level, names[2], grown, names[3], settled, names[4], seen, names[5], below)
  end
  answer[#answer + 1] = { account, math.max(0, level), grown, settled }
end
return answer`;

function numberOf(text: string): number {
  return Number(text) || 0;
}

/** One hash tag for both keys, so that a cluster keeps them in one slot. */
const LEDGER_KEY = '{eddy:owed}:ledger';
const tellingKey = (replica: string) => `{eddy:owed}:told:${replica}`;

interface RedisWithTally extends Redis {
  tally(ledgerKey: string, tellingKey: string, ...idQuietMsAndEntries: string[]): Promise<TalliedAccount[]>;
}

type TalliedAccount = [account: string, level: number, grown: number, settled: number];

/** A store in Redis, bypassed while Redis does not answer. Resolves when it is connected, or after a second without. */
export async function redisStore(options: RedisStoreOptions): Promise<SharedStore> {
  const { url, timeoutMs, ttlMs, onAvailability, onCommand } = options;
  const redis = connect(url);
  const store = bypassing(commandsOf(redis, ttlMs), { timeoutMs, onAvailability, onCommand });
  await once(redis, 'ready', { signal: AbortSignal.timeout(CONNECT_MS) }).catch(() => {
    // Not there yet: the first commands will say so, and when it is.
  });
  return store;
}

function commandsOf(redis: RedisWithTally, ttlMs: number): StoreCommands {
  let connectionError: Error | undefined;
  redis.on('error', (error: Error) => {
    connectionError = error;
  });
  redis.on('ready', () => {
    connectionError = undefined;
  });
  const ttl = String(ttlMs);
  return {
    getMany: (keys) => send<(string | null)[]>(redis, 'mget', keys),
    setMany: (keys, values) => run(redis, SET_MANY, keys, [ttl], values),
    async raiseMany(entries) {
      const keys = entries.map(([key]) => key);
      const values = entries.map(([, value]) => String(value));
      const before = await run<string[]>(redis, RAISE_MANY, keys, [ttl], values);
      return before.map(numberOf);
    },
    increment: (key) => redis.multi().incr(key).pexpire(key, ttlMs).exec(),
    async tally({ replica, id, entries }: Tally) {
      const flat = entries.flatMap(({ account, grown, settled, isSeen, heard }) => [
        account,
        ...[grown, settled, isSeen ? 1 : 0, heard.level, heard.grown, heard.settled].map(String),
      ]);
      const tallied = await redis.tally(LEDGER_KEY, tellingKey(replica), id, String(QUIET_MS), ...flat);
      return new Map(
        tallied.map(([account, level, grown, settled]): [string, AccountState] => [account, { level, grown, settled }]),
      );
    },
    get connectionError() {
      return connectionError;
    },
    close: () => redis.disconnect(),
  };
}

function connect(url: string): RedisWithTally {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A server that is frozen keeps the connection: without this, commands would queue up behind it.
    socketTimeout: 2_000,
    connectTimeout: CONNECT_MS,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  });
  redis.defineCommand('tally', { numberOfKeys: 2, lua: TALLY });
  return redis as RedisWithTally;
}
