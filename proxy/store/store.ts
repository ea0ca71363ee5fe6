import type { AccountState, LedgerEntry } from './ledger.ts';

/** What a replica has counted. One that is told again under the same id counts once. */
export interface Tally {
  readonly replica: string;
  readonly id: string;
  readonly entries: readonly LedgerEntry[];
}

/**
 * What the replicas share and can do without: predictions, the newest revisions, counts of fruitless passes. Every
 * answer may be `undefined`: the store could not be asked in time, or at all, and the caller goes on without.
 */
export interface SharedStore {
  /** Whether other replicas see what this one has written. */
  readonly isShared: boolean;
  /** The values of the keys, in their order, `null` where there is none. */
  getMany(keys: readonly string[]): Promise<readonly (string | null)[] | undefined>;
  /** Sets each key to the value in its place, without waiting; what can't be set is dropped. */
  setMany(keys: readonly string[], values: readonly string[]): void;
  /** Raises a number to at least `value` and answers what it was before, 0 where there was none. */
  raise(key: string, value: number): Promise<number | undefined>;
  /** Adds one to a number, without waiting. */
  increment(key: string): void;
  /** Adds what a replica has counted to the common accounts and answers how they stand; absent where nothing is shared. */
  tally?(tally: Tally): Promise<ReadonlyMap<string, AccountState> | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
}
