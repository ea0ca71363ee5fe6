import CircuitBreaker from 'opossum';
import { gathering } from './gathering.ts';
import type { AccountState } from './ledger.ts';
import { createPatience } from './patience.ts';
import type { SharedStore, Tally } from './store.ts';

/** The commands of a store that may be slow, frozen or away. What can't be done rejects, or never resolves. */
export interface StoreCommands {
  getMany(keys: readonly string[]): Promise<readonly (string | null)[]>;
  setMany(keys: readonly string[], values: readonly string[]): Promise<unknown>;
  /** Raises each number to at least `value` and resolves with what they were before, 0 where there was none. */
  raiseMany(entries: readonly (readonly [key: string, value: number])[]): Promise<readonly number[]>;
  increment(key: string): Promise<unknown>;
  /** Where no replica shares accounts with another, there is nothing to add up. */
  tally?(tally: Tally): Promise<ReadonlyMap<string, AccountState>>;
  /** Why there is no connection, where there is none: it says more than what a command without one fails with. */
  readonly connectionError?: Error | undefined;
  close(): void;
}

export interface BypassOptions {
  /** The longest that one command may take before it is given up, in milliseconds. */
  readonly timeoutMs: number;
  /** Told once when the store stops answering, and once when it answers again. */
  readonly onAvailability?: OnAvailability | undefined;
  readonly onCommand?: OnCommand | undefined;
}

export type OnAvailability = (isAvailable: boolean, cause?: Error) => void;

/** Told of every command, for looking on: `skipped` was not even tried, because the store does not answer. */
export type OnCommand = (result: 'answered' | 'failed' | 'skipped', durationMs: number) => void;

/** While the store does not answer, one command in this time tries whether it does again. */
const RETRY_MS = 1_000;

/** After so many failures the store may be taken to be away; fewer happen by chance. */
const MIN_FAILURES = 3;

/** Writes that are on their way to the store; more are dropped. */
const MAX_WRITES_IN_FLIGHT = 10_000;

/** Keys of one command: while the store is at it, it does nothing else. */
const MAX_KEYS = 1_000;

/**
 * Makes of a store one that is never a critical dependency: a command that isn't answered in `timeoutMs` is given up,
 * and after a few of them nothing is asked any more, at no cost, until a single try succeeds again.
 */
export function bypassing(
  commands: StoreCommands,
  { timeoutMs, onAvailability, onCommand }: BypassOptions,
): SharedStore {
  const patience = createPatience(timeoutMs);
  const breaker = new CircuitBreaker(<T>(command: () => Promise<T>) => patience.within(command()), {
    timeout: false,
    errorThresholdPercentage: 50,
    volumeThreshold: MIN_FAILURES,
    rollingCountTimeout: 1_000,
    rollingCountBuckets: 5,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    resetTimeout: RETRY_MS,
  });
  let commandError: Error | undefined;
  let failuresInARow = 0;
  let isAvailable = true;
  const tell = (available: boolean, cause?: Error) => {
    if (available === isAvailable) return;
    isAvailable = available;
    onAvailability?.(available, cause);
  };
  const tellAway = () => tell(false, commands.connectionError ?? commandError);
  breaker.on('failure', (error: Error) => {
    commandError = error;
    // Where next to nothing is asked, the breaker never sees enough failures at one time to open.
    if (++failuresInARow >= MIN_FAILURES) tellAway();
  });
  breaker.on('success', () => {
    failuresInARow = 0;
    // One that was under way when it opened is no sign.
    if (!breaker.opened) tell(true);
  });
  // Every try in vain opens the breaker once more; only the first time is news.
  breaker.on('open', tellAway);

  async function ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    const startedAtMs = onCommand ? performance.now() : 0;
    try {
      const answer = (await breaker.fire(command)) as T;
      onCommand?.('answered', performance.now() - startedAtMs);
      return answer;
    } catch (error) {
      // Why is told by the breaker's events; the caller goes on without.
      onCommand?.(CircuitBreaker.isOurError(error as Error) ? 'skipped' : 'failed', performance.now() - startedAtMs);
      return undefined;
    }
  }

  let writesInFlight = 0;
  function write(command: () => Promise<unknown>): void {
    if (breaker.opened || writesInFlight >= MAX_WRITES_IN_FLIGHT) {
      onCommand?.('skipped', 0);
      return;
    }
    writesInFlight++;
    ask(command).finally(() => writesInFlight--);
  }

  const looking = gathering<string, string | null>((keys) => ask(() => commands.getMany(keys)), MAX_KEYS);
  const raising = gathering<readonly [string, number], number>(
    (entries) => ask(() => commands.raiseMany(entries)),
    MAX_KEYS,
  );
  return {
    isShared: true,
    getMany: looking.many,
    setMany: (keys, values) => write(() => commands.setMany(keys, values)),
    raise: (key, value) => raising.one([key, value]),
    increment: (key) => write(() => commands.increment(key)),
    ...(commands.tally && { tally: (tally) => ask(() => commands.tally!(tally)) }),
    async [Symbol.asyncDispose]() {
      breaker.shutdown();
      commands.close();
    },
  };
}
