import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { describeWithServers, useRedisServer } from '../../test/servers/servers.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { type RedisStoreOptions, redisStore } from './redis.ts';

const NOTHING = { level: 0, grown: 0, settled: 0 };
const TIMEOUT_MS = 20;
/** What a busy machine may add to a wait. */
const SLACK_MS = 500;

describeWithServers(['redis-server'], 'the store in Redis', () => {
  const redis = useRedisServer();
  let keys = 0;
  const newKey = () => `test:${keys++}`;

  async function open(changes: Partial<RedisStoreOptions> = {}) {
    const told: (boolean | string | undefined)[] = [];
    const store = await redisStore({
      url: redis().url,
      timeoutMs: TIMEOUT_MS,
      ttlMs: 60_000,
      onAvailability: (isAvailable, cause) => told.push(isAvailable || cause?.message),
      ...changes,
    });
    onTestFinished(() => store[Symbol.asyncDispose]());
    return { store, told };
  }

  /** Asks until the store has given up asking, and says how long that took. */
  async function askTimes(store: Awaited<ReturnType<typeof open>>['store'], times: number): Promise<number> {
    const startedAtMs = performance.now();
    for (let asked = 0; asked < times; asked++) expect(await store.getMany(['any'])).toBeUndefined();
    return performance.now() - startedAtMs;
  }

  /** The server, for a test that harms it: the next test finds it whole and empty. */
  function harmed() {
    onTestFinished(() => redis().restart());
    return redis();
  }

  test('answers in the order that was asked in, with null where there is nothing', async () => {
    const { store, told } = await open();
    const [a, b] = [newKey(), newKey()];
    store.setMany([a], ['1']);
    store.setMany([b], ['テ🍵']);
    await expect.poll(() => store.getMany([b, newKey(), a])).toEqual(['テ🍵', null, '1']);
    expect(told).toEqual([]);
  });

  test('adds up what replicas tell of their accounts, each telling once, and never below nothing', async () => {
    const { store } = await open();
    const account = newKey();
    const tell = async (replica: string, id: string, grown: number, settled: number) => {
      const entries = [{ account, grown, settled, isSeen: false, heard: NOTHING }];
      const states = await store.tally!({ replica, id, entries });
      return states?.get(account);
    };
    expect(await tell('a', 'a:1', 5, 0)).toEqual({ level: 5, grown: 5, settled: 0 });
    expect(await tell('b', 'b:1', 1, 2)).toEqual({ level: 4, grown: 6, settled: 2 });
    // Told again because the first answer was not heard.
    expect(await tell('b', 'b:1', 1, 2)).toEqual({ level: 4, grown: 6, settled: 2 });
    expect(await tell('a', 'a:2', 0, 9)).toEqual({ level: 0, grown: 6, settled: 11 });
  });

  test('owes nothing for what one replica has paid before another told that it was owed', async () => {
    const { store } = await open();
    const { store: other } = await open();
    const account = newKey();
    const ledgers = [store, other].map((one) => createLedger({ accounts: [account], store: one, now: () => 0 }));
    const [a, b] = ledgers as [Ledger, Ledger];
    for (let times = 0; times < 3; times++) {
      a.grew(account, 5);
      b.settled(account, 5);
      await b.share();
      expect(b.read(account).owed).toBe(0);
      await a.share();
      await b.share();
      expect(ledgers.map((ledger) => ledger.read(account).owed)).toEqual([0, 0]);
    }
  });

  test('begins again at nothing when more was paid than owed and nobody tells why within ten seconds', async () => {
    const { store } = await open();
    const account = newKey();
    const client = new Redis(redis().url);
    onTestFinished(() => client.disconnect());
    const tell = async (id: string, grown: number, settled: number) => {
      const entries = [{ account, grown, settled, isSeen: false, heard: NOTHING }];
      return (await store.tally!({ replica: 'a', id, entries }))?.get(account)?.level;
    };
    expect(await tell('a:1', 1, 8)).toBe(0);
    expect(await tell('a:2', 3, 0)).toBe(0);
    await client.hset('{eddy:owed}:ledger', { [`${account}:below`]: Date.now() - 11_000 });
    expect(await tell('a:3', 5, 0)).toBe(5);
  });

  test('takes an account for empty of which no replica has seen anything for an hour', async () => {
    const { store } = await open();
    const account = newKey();
    const client = new Redis(redis().url);
    onTestFinished(() => client.disconnect());
    const tell = async (id: string, isSeen: boolean) =>
      (
        await store.tally!({ replica: 'a', id, entries: [{ account, grown: 0, settled: 0, isSeen, heard: NOTHING }] })
      )?.get(account);
    const seenMsAgo = (ms: number) =>
      client.hset('{eddy:owed}:ledger', { [`${account}:level`]: 7, [`${account}:seen`]: Date.now() - ms });
    await seenMsAgo(3_500_000);
    expect(await tell('a:1', false)).toMatchObject({ level: 7 });
    await seenMsAgo(3_700_000);
    expect(await tell('a:2', true)).toMatchObject({ level: 7 });
    await seenMsAgo(3_700_000);
    expect(await tell('a:3', false)).toMatchObject({ level: 0 });
  });

  test.each(['restart', 'FLUSHALL', 'SCRIPT FLUSH'] as const)(
    'knows what is owed after a %s as it was last heard of, and what was told meanwhile',
    async (how) => {
      const { store: one } = await open({ timeoutMs: 1_000 });
      const { store: other } = await open({ timeoutMs: 1_000 });
      const account = newKey();
      const ledgers = [one, other].map((store) => createLedger({ accounts: [account], store, now: () => 0 }));
      const [a, b] = ledgers as [Ledger, Ledger];
      const owed = () => ledgers.map((ledger) => ledger.read(account).owed);
      a.grew(account, 500);
      a.settled(account, 100);
      await a.share();
      await b.share();
      expect(owed()).toEqual([400, 400]);

      const server = harmed();
      const client = new Redis(server.url);
      onTestFinished(() => client.disconnect());
      if (how === 'restart') await server.restart();
      else await client.call(...(how.split(' ') as [string, ...string[]]));
      b.settled(account, 30);
      a.grew(account, 5);
      await expect
        .poll(
          async () => {
            for (const ledger of [...ledgers, ...ledgers]) await ledger.share();
            return owed();
          },
          { timeout: 8_000 },
        )
        .toEqual([375, 375]);
      const { store: late } = await open({ timeoutMs: 1_000 });
      const c = createLedger({ accounts: [account], store: late, now: () => 0 });
      await c.share();
      expect(c.read(account).owed).toBe(375);
    },
    20_000,
  );

  test('keeps what it is given for as long as it may, whichever way it came in', async () => {
    const { store } = await open({ ttlMs: 500_000 });
    const names = [newKey(), newKey(), newKey()] as const;
    store.setMany([names[0]], ['1']);
    await store.raise(names[1], 1);
    store.increment(names[2]);
    await expect.poll(() => store.getMany(names)).toEqual(['1', '1', '1']);
    const client = new Redis(redis().url);
    onTestFinished(() => client.disconnect());
    for (const name of names) {
      const leftMs = await client.pttl(name);
      expect(leftMs).toBeGreaterThan(400_000);
      expect(leftMs).toBeLessThanOrEqual(500_000);
    }
  });

  test('raises a number, never lowers it, and says what it was, also from several replicas at once', async () => {
    const { store } = await open({ timeoutMs: 2_000 });
    const { store: other } = await open({ timeoutMs: 2_000 });
    const key = newKey();
    const raised = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? store : other).raise(key, ((index * 7) % 50) + 1)),
    );
    expect(raised).toContain(0);
    expect(await store.raise(key, 3)).toBe(50);
    expect(await store.raise(key, Number.MAX_SAFE_INTEGER)).toBe(50);
    expect(await store.raise(key, 1)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('raises the numbers of one moment in one command, each as if it came by itself', async () => {
    const commands: string[] = [];
    const { store } = await open({ timeoutMs: 1_000, onCommand: (result) => commands.push(result) });
    const [a, b, none] = [newKey(), newKey(), newKey()];
    await store.raise(a, 5);
    commands.length = 0;
    const raises = [store.raise(a, 3), store.raise(b, 2), store.raise(a, 9), store.raise(a, 7), store.raise(b, 2.5)];
    expect(await Promise.all(raises)).toEqual([5, 0, 5, 9, 2]);
    expect(await Promise.all([store.getMany([a, none]), store.getMany([b])])).toEqual([['9', null], ['2.5']]);
    expect(commands).toEqual(['answered', 'answered']);
  });

  test('raises what is no number, or no string, as if it were not there, and so all others with it', async () => {
    const { store, told } = await open({ timeoutMs: 1_000 });
    const client = new Redis(redis().url);
    onTestFinished(() => client.disconnect());
    const [text, list, whole] = [newKey(), newKey(), newKey()];
    await client.set(text, 'text');
    await client.rpush(list, 'one', 'two');
    await client.set(whole, '4');
    const raised = await Promise.all([text, list, whole].map((key) => store.raise(key, 5)));
    expect(raised).toEqual([0, 0, 4]);
    expect(await store.getMany([text, list, whole])).toEqual(['5', '5', '5']);
    expect(told).toEqual([]);
  });

  test('goes on raising when it has forgotten how', async () => {
    const { store } = await open({ timeoutMs: 1_000 });
    const key = newKey();
    await store.raise(key, 5);
    const client = new Redis(redis().url);
    onTestFinished(() => client.disconnect());
    await client.call('SCRIPT', 'FLUSH');
    expect(await Promise.all([store.raise(key, 6), store.raise(key, 7)])).toEqual([5, 6]);
  });

  test('counts', async () => {
    const { store } = await open();
    const key = newKey();
    store.increment(key);
    store.increment(key);
    await expect.poll(() => store.getMany([key])).toEqual(['2']);
  });

  test('that is killed costs next to nothing, is told of once, and comes back', async () => {
    const { store, told } = await open();
    await harmed().kill();
    await sleep(20);
    expect(await askTimes(store, 20)).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(await store.raise('any', 1)).toBeUndefined();
    store.setMany(['any'], ['1']);
    store.increment('any');
    // A try in vain is no news.
    await sleep(1_050);
    await askTimes(store, 5);
    expect(told).toEqual([expect.any(String)]);

    await redis().restart();
    await expect.poll(() => store.getMany(['any']), { timeout: 8_000 }).toEqual([null]);
    expect(told).toEqual([expect.any(String), true]);
  });

  test('that is frozen costs an item of two commands about 50 ms, and after three nothing at all', async () => {
    const { store, told } = await open();
    harmed().freeze();
    const twoMs = await askTimes(store, 2);
    expect(twoMs).toBeGreaterThanOrEqual(2 * TIMEOUT_MS - 2);
    expect(twoMs).toBeLessThan(2 * 1.25 * TIMEOUT_MS + SLACK_MS);
    await askTimes(store, 1);
    expect(told).toEqual(['no answer within 20 ms']);
    expect(await askTimes(store, 100)).toBeLessThan(SLACK_MS);
    redis().thaw();
    await expect.poll(() => store.getMany(['any']), { timeout: 8_000 }).toEqual([null]);
    expect(told).toEqual(['no answer within 20 ms', true]);
  });

  test('that is frozen gives up all that wait at the same time, not one after the other', async () => {
    const { store } = await open();
    harmed().freeze();
    const startedAtMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 200 }, () => store.getMany(['any'])));
    expect(answers.every((answer) => answer === undefined)).toBe(true);
    expect(performance.now() - startedAtMs).toBeLessThan(1.25 * TIMEOUT_MS + SLACK_MS);
  });

  test('that is away at the start delays it by a second at most, and is found when it comes', async () => {
    await harmed().kill();
    const startedAtMs = performance.now();
    const { store, told } = await open();
    expect(performance.now() - startedAtMs).toBeLessThan(1_000 + SLACK_MS + 200);
    await askTimes(store, 3);
    expect(told).toEqual([expect.any(String)]);
    await redis().restart();
    await expect.poll(() => store.getMany(['any']), { timeout: 8_000 }).toEqual([null]);
  });

  test('that refuses the password is as good as away, and the password is not told', async () => {
    const url = redis().url.replace('redis://', 'redis://:not-the-password@');
    const client = new Redis(harmed().url);
    onTestFinished(() => client.disconnect());
    await client.config('SET', 'requirepass', 'right');
    const { store, told } = await open({ url });
    await askTimes(store, 4);
    expect(told).toHaveLength(1);
    expect(told[0]).not.toContain('not-the-password');
    const { store: entitled } = await open({ url: redis().url.replace('redis://', 'redis://:right@') });
    expect(await entitled.getMany(['any'])).toEqual([null]);
  });

  test('that is disposed of leaves no connection behind', async () => {
    const { store } = await open();
    await store.getMany(['any']);
    const client = new Redis(redis().url);
    onTestFinished(() => client.disconnect());
    const connections = async () =>
      String(await client.client('LIST'))
        .trim()
        .split('\n').length;
    const before = await connections();
    await store[Symbol.asyncDispose]();
    await expect.poll(connections).toBe(before - 1);
  });
});
