import { describe, expect, test } from 'vitest';
import { type AccountState, createLedger, QUIET_MS } from './ledger.ts';
import type { Tally } from './store.ts';

function clockAt(ms = 0) {
  const clock = { ms, now: () => clock.ms };
  return clock;
}

/** A store that adds up like Redis, and can be away before it has heard, or before its answer is heard. */
function fakeStore() {
  const accounts = new Map<string, AccountState>();
  const told = new Map<string, string>();
  let atOnce = 0;
  const store = {
    isAway: false,
    isDeafTo: false,
    accounts,
    mostAtOnce: 0,
    async tally(tally: Tally) {
      store.mostAtOnce = Math.max(store.mostAtOnce, ++atOnce);
      await Promise.resolve();
      atOnce--;
      return store.add(tally);
    },
    add({ replica, id, entries }: Tally) {
      if (store.isAway) return undefined;
      if (told.get(replica) !== id) {
        told.set(replica, id);
        for (const { account, grown, settled, heard } of entries) {
          const { level, ...sums } = accounts.get(account) ?? heard;
          accounts.set(account, {
            level: Math.max(0, level + grown - settled),
            grown: sums.grown + grown,
            settled: sums.settled + settled,
          });
        }
      }
      return store.isDeafTo ? undefined : new Map(accounts);
    },
  };
  return store;
}

describe('the ledger of one replica by itself', () => {
  const ledgerAt = (clock: { now: () => number }) => createLedger({ accounts: ['weapons'], store: {}, now: clock.now });

  test('counts what is owed, and never less than nothing', () => {
    const ledger = ledgerAt(clockAt());
    ledger.grew('weapons', 3);
    ledger.settled('weapons');
    expect([ledger.scope, ledger.read('weapons').owed]).toEqual(['replica', 2]);
    ledger.settled('weapons', 5);
    expect(ledger.read('weapons').owed).toBe(0);
  });

  test('foretells when all is paid from the last half minute, what is added meanwhile included', async () => {
    const clock = clockAt();
    const ledger = ledgerAt(clock);
    ledger.grew('weapons', 1_000);
    await ledger.share();
    expect(ledger.read('weapons')).toEqual({ owed: 1_000, drainRate: 0, drainSeconds: Number.POSITIVE_INFINITY });
    for (let second = 1; second <= 60; second++) {
      clock.ms = second * 1_000;
      ledger.settled('weapons', second <= 30 ? 1 : 12);
      ledger.grew('weapons', 2);
      await ledger.share();
    }
    const { owed, drainRate, drainSeconds } = ledger.read('weapons');
    expect([owed, drainRate]).toEqual([1_000 - 30 - 360 + 120, 12]);
    expect(drainSeconds).toBeCloseTo(owed / 10);
    ledger.settled('weapons', owed);
    expect(ledger.read('weapons').drainSeconds).toBe(0);
  });

  test('takes an account for empty of which nothing was seen for long', async () => {
    const clock = clockAt();
    const ledger = ledgerAt(clock);
    ledger.grew('weapons');
    clock.ms = QUIET_MS;
    ledger.seen('weapons');
    clock.ms = 2 * QUIET_MS;
    await ledger.share();
    expect(ledger.read('weapons').owed).toBe(1);
    clock.ms++;
    await ledger.share();
    expect(ledger.read('weapons').owed).toBe(0);
  });
});

describe('the ledgers of replicas that share a store', () => {
  function two() {
    const store = fakeStore();
    const clock = clockAt();
    const [a, b] = [0, 1].map(() => createLedger({ accounts: ['weapons'], store, now: clock.now })) as [
      ReturnType<typeof createLedger>,
      ReturnType<typeof createLedger>,
    ];
    return { store, clock, a, b, owed: () => [a.read('weapons').owed, b.read('weapons').owed] };
  }

  test('show what all of them together owe, whoever pays it', async () => {
    const { a, b, owed } = two();
    a.grew('weapons', 5);
    await a.share();
    b.settled('weapons', 2);
    await b.share();
    await a.share();
    expect([a.scope, b.scope, owed()]).toEqual(['fleet', 'fleet', [3, 3]]);
  });

  test('count once what the store has heard without being able to say so', async () => {
    const { store, a, b, owed } = two();
    a.grew('weapons', 5);
    store.isDeafTo = true;
    await a.share();
    a.grew('weapons', 1);
    await a.share();
    store.isDeafTo = false;
    await a.share();
    await b.share();
    expect(owed()).toEqual([6, 6]);
  });

  test('keep what they count while the store is away', async () => {
    const { store, a, b, owed } = two();
    await a.share();
    store.isAway = true;
    a.grew('weapons', 5);
    await a.share();
    a.settled('weapons');
    expect(a.read('weapons').owed).toBe(4);
    store.isAway = false;
    await a.share();
    await a.share();
    await b.share();
    expect(owed()).toEqual([4, 4]);
  });

  test('tell the last of it at the end, although the telling before is still under way', async () => {
    const { store, a, b, owed } = two();
    a.grew('weapons', 5);
    const under = a.share();
    a.grew('weapons', 2);
    await a.share();
    await under;
    await b.share();
    expect(owed()).toEqual([7, 7]);
    // An answer that came late would take what was said since for heard.
    expect(store.mostAtOnce).toBe(1);
  });

  test('have no leap in their rates by what the others have done while the store was silent', async () => {
    const { store, clock, a, b } = two();
    a.grew('weapons', 10_000);
    const second = async () => {
      clock.ms += 1_000;
      a.settled('weapons', 10);
      await a.share();
      await b.share();
    };
    for (let seconds = 0; seconds < 60; seconds++) await second();
    store.isAway = true;
    for (let seconds = 0; seconds < 600; seconds++) await second();
    expect(b.read('weapons').drainRate).toBe(10);
    store.isAway = false;
    for (let seconds = 0; seconds < 60; seconds++) {
      await second();
      expect(b.read('weapons').drainRate).toBeCloseTo(10, 0);
    }
    expect(b.read('weapons').owed).toBe(10_000 - 7_200);
  });

  test('make no rate of what the others have counted before, nor of a store that has forgotten', async () => {
    const { store, clock, a, b } = two();
    a.grew('weapons', 900);
    a.settled('weapons', 500);
    await a.share();
    clock.ms = 1_000;
    await b.share();
    clock.ms = 2_000;
    await b.share();
    expect(b.read('weapons')).toEqual({ owed: 400, drainRate: 0, drainSeconds: Number.POSITIVE_INFINITY });
    store.accounts.clear();
    a.settled('weapons', 10);
    await a.share();
    clock.ms = 3_000;
    await b.share();
    expect(b.read('weapons')).toEqual({ owed: 390, drainRate: 5, drainSeconds: 78 });
  });
});
