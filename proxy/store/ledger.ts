import { randomUUID } from 'node:crypto';
import type { SharedStore } from './store.ts';

/** What has changed in an account since it was last told. */
export interface LedgerEntry {
  readonly account: string;
  /** What was added to what is owed, and what was settled of it; whole numbers of 0 or more. */
  readonly grown: number;
  readonly settled: number;
  /** Something that is owed was met with again: it is still there. */
  readonly isSeen: boolean;
  /** How the account stood when it was last heard of: a store that has lost more than that has it from here. */
  readonly heard: AccountState;
}

/** How an account stands. `grown` and `settled` count up for ever. */
export interface AccountState {
  /** What is owed; never below 0. */
  readonly level: number;
  readonly grown: number;
  readonly settled: number;
}

/** How an account stands, and how it moves. */
export interface Account {
  readonly owed: number;
  /** What was settled per second, over the last half minute. */
  readonly drainRate: number;
  /**
   * Seconds until nothing is owed any more, if it goes on as in the last half minute, what is added meanwhile included;
   * 0 when nothing is owed, Infinity when it does not shrink.
   */
  readonly drainSeconds: number;
}

/**
 * Counts what is owed, for looking on: by all replicas together where they share a store, else by each for itself. What is
 * owed waits in the broker, which can't be asked for it model by model; the replicas come and go.
 *
 * A store that has lost its memory is told again what the replicas last heard of it. What can't be known: a replica that
 * is killed takes up to a second of it along, and a message that is delivered twice is settled twice. So an account never
 * falls below 0, and one of which nothing was seen for {@link QUIET_MS} is empty: until then such an error may stay.
 */
export interface Ledger {
  /** `fleet` once a shared store has answered. */
  readonly scope: 'fleet' | 'replica';
  grew(account: string, by?: number): void;
  settled(account: string, by?: number): void;
  seen(account: string): void;
  read(account: string): Account;
  /**
   * Tells the store what has changed, all of it until now, and hears from it what the others have; one after the other
   * when asked again meanwhile. Never rejects.
   */
  share(): Promise<void>;
}

export interface LedgerOptions {
  /** All accounts that there are; what is said of others is not kept. */
  readonly accounts: readonly string[];
  readonly store: Pick<SharedStore, 'tally'>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Longer than the longest pause that Pub/Sub knows (10 minutes) several times over: what is owed is seen sooner. */
export const QUIET_MS = 3_600_000;

/** Over how long rates are taken. */
const RATE_MS = 30_000;

interface Snapshot {
  readonly atMs: number;
  readonly grown: number;
  readonly settled: number;
}

interface OwnAccount {
  state: AccountState;
  /** As the store last told it. */
  heard: AccountState;
  seenAtMs: number;
  /** Not yet told to the store. */
  grown: number;
  settled: number;
  isSeen: boolean;
  /** Of the last {@link RATE_MS}, and the last one before. */
  snapshots: Snapshot[];
}

/** A message to the store that it may have heard or not: it is said again, by the same id, until it is known. */
interface Telling {
  readonly id: string;
  readonly entries: readonly LedgerEntry[];
}

export function createLedger({ accounts, store, now }: LedgerOptions): Ledger {
  const replica = randomUUID();
  const own = new Map(accounts.map((account) => [account, emptyAccount(now())]));
  let scope: Ledger['scope'] = 'replica';
  let tellings = 0;
  let inDoubt: Telling | undefined;

  function change(account: string, grown: number, settled: number): void {
    const known = own.get(account);
    if (!known) return;
    known.grown += grown;
    known.settled += settled;
    known.seenAtMs = now();
    known.state = moved(known.state, grown, settled);
  }

  function untold(): LedgerEntry[] {
    return [...own].map(([account, known]) => {
      const { grown, settled, isSeen, heard } = known;
      const entry = { account, grown, settled, isSeen, heard };
      known.grown = 0;
      known.settled = 0;
      known.isSeen = false;
      return entry;
    });
  }

  function learn(states: ReadonlyMap<string, AccountState>): void {
    // What one replica has counted, and then what all have, makes no rate.
    if (scope === 'replica') for (const known of own.values()) known.snapshots = [];
    scope = 'fleet';
    for (const [account, state] of states) {
      const known = own.get(account);
      if (!known) continue;
      known.heard = state;
      // What has happened here since it was told comes on top.
      known.state = moved(state, known.grown, known.settled);
    }
  }

  function takeSnapshots(): void {
    const atMs = now();
    for (const known of own.values()) {
      if (known.state.level > 0 && atMs - known.seenAtMs > QUIET_MS && scope === 'replica') {
        known.state = { ...known.state, level: 0 };
      }
      const { grown, settled } = known.state;
      known.snapshots.push({ atMs, grown, settled });
      while (known.snapshots.length > 2 && known.snapshots[1]!.atMs <= atMs - RATE_MS) known.snapshots.shift();
    }
  }

  /** Whether the store has heard all of it, and has answered. */
  async function tell(): Promise<boolean> {
    const isNew = inDoubt === undefined;
    inDoubt ??= { id: `${replica}:${++tellings}`, entries: untold() };
    const states = await store.tally!({ replica, ...inDoubt });
    if (!states) return false;
    inDoubt = undefined;
    learn(states);
    return isNew || tell();
  }

  async function shareOnce(): Promise<void> {
    // Without a store that is shared, what this replica knows is all there is to know. While one is silent the rates of all
    // are not known, and what the others have done by then makes no leap in one: those from before stand.
    const isHeard = store.tally !== undefined && (await tell());
    if (isHeard || scope === 'replica') takeSnapshots();
  }

  let last = Promise.resolve();
  return {
    get scope() {
      return scope;
    },
    grew: (account, by = 1) => change(account, by, 0),
    settled: (account, by = 1) => change(account, 0, by),
    seen(account) {
      const known = own.get(account);
      if (!known) return;
      known.isSeen = true;
      known.seenAtMs = now();
    },
    read(account) {
      const known = own.get(account);
      if (!known) throw new RangeError(`there is no account ${account}`);
      const { level } = known.state;
      const first = known.snapshots[0];
      const last = known.snapshots.at(-1);
      const seconds = first && last ? (last.atMs - first.atMs) / 1_000 : 0;
      const rate = (of: 'grown' | 'settled') => (seconds > 0 ? Math.max(0, last![of] - first![of]) / seconds : 0);
      const drainRate = rate('settled');
      const shrinkRate = drainRate - rate('grown');
      const drainSeconds = shrinkRate > 0 ? level / shrinkRate : Number.POSITIVE_INFINITY;
      return { owed: level, drainRate, drainSeconds: level === 0 ? 0 : drainSeconds };
    },
    share() {
      last = last.then(shareOnce);
      return last;
    },
  };
}

function emptyAccount(nowMs: number): OwnAccount {
  const state = { level: 0, grown: 0, settled: 0 };
  return { state, heard: state, seenAtMs: nowMs, grown: 0, settled: 0, isSeen: false, snapshots: [] };
}

function moved({ level, grown, settled }: AccountState, moreGrown: number, moreSettled: number): AccountState {
  return {
    level: Math.max(0, level + moreGrown - moreSettled),
    grown: grown + moreGrown,
    settled: settled + moreSettled,
  };
}
