import { LRUCache } from 'lru-cache';

/** Where an event is in its life, as far as its messages tell. */
export type State = 'published' | 'waiting' | 'decided' | 'superseded' | 'quarantined' | 'abandoned';

/** What a decision says that the books need. */
export interface DecisionNote {
  /** Whose account it is. */
  readonly key: string;
  readonly isComplete: boolean;
  readonly topics: readonly { readonly topic: string; readonly state: string }[];
}

export interface Totals {
  readonly published: number;
  readonly decided: number;
  readonly quarantined: number;
  readonly superseded: number;
  readonly abandoned: number;
  /** Decided in part; the rest is owed. */
  readonly waiting: number;
  /** Published, and nothing has been heard of it. */
  readonly unheard: number;
  /** Decided in part as `waiting` is, but published by somebody else, and not counted elsewhere. */
  readonly waitingOfOthers: number;
}

/**
 * The books of a run, kept from the outside: what was published against what came out. There is an account for each
 * key: for each message, where its Pub/Sub id is the key, so that a duplicate of an event must be answered too; for each
 * event, where the event's id is.
 */
export interface Books {
  published(key: string, atMs: number): void;
  decided(note: DecisionNote, atMs: number): void;
  quarantined(key: string, atMs: number): void;
  superseded(key: string, atMs: number): void;
  totals(): Totals;
  /** What is known of one account; undefined when neither its publishing nor anything else is known. */
  accountOf(key: string): Account | undefined;
  /** The keys of what was published and is not over, in the order in which that became known. */
  open(): readonly string[];
}

export interface BooksOptions {
  /**
   * How many accounts are remembered in which nothing is open any more, or of whose publishing nothing is known, 1 or
   * more: those that were heard of last. The others are forgotten, and stay counted. By default all are remembered.
   */
  readonly remembered?: number;
}

export interface Account {
  readonly state: State;
  readonly publishedAtMs: number | undefined;
  /** When anything was heard of it first. */
  readonly heardAtMs: number | undefined;
  /** When it was over. */
  readonly settledAtMs: number | undefined;
  /** What is owed still, where it was decided in part. */
  readonly owed: readonly string[];
}

interface OpenAccount {
  state: State;
  publishedAtMs: number | undefined;
  heardAtMs: number | undefined;
  settledAtMs: number | undefined;
  /** The topics of its decisions; true for those that are settled. */
  readonly topics: Map<string, boolean>;
  /** One of its decisions has given a topic up; what decides the others later does not undo it. */
  isAbandoned: boolean;
}

/** For runs without an end: at a thousand events a second, redeliveries come sooner. */
export const REMEMBERED = 50_000;

export function createBooks({ remembered }: BooksOptions = {}): Books {
  // What is heard of a message may arrive before the broker's answer with its id.
  const accounts = new Map<string, OpenAccount>();
  const forgettable =
    remembered &&
    new LRUCache<string, true>({ max: remembered, dispose: (_, key, why) => why === 'evict' && forget(key) });
  const counts = { published: 0, waiting: 0, decided: 0, superseded: 0, quarantined: 0, abandoned: 0 };
  let published = 0;
  let waitingOfOthers = 0;

  function account(key: string): OpenAccount {
    let found = accounts.get(key);
    if (!found) {
      found = {
        state: 'published',
        publishedAtMs: undefined,
        heardAtMs: undefined,
        settledAtMs: undefined,
        topics: new Map(),
        isAbandoned: false,
      };
      accounts.set(key, found);
    }
    return found;
  }

  /** Changes an account, and what is counted of it. */
  function change(key: string, kept: OpenAccount, by: Partial<OpenAccount>): void {
    count(kept, -1);
    Object.assign(kept, by);
    count(kept, 1);
    if (!forgettable) return;
    if (kept.publishedAtMs !== undefined && isOpen(kept.state)) forgettable.delete(key);
    else forgettable.set(key, true);
  }
  function count({ state, publishedAtMs }: OpenAccount, by: 1 | -1): void {
    if (publishedAtMs !== undefined) counts[state] += by;
    else if (state === 'waiting') waitingOfOthers += by;
  }
  function forget(key: string): void {
    const { state, publishedAtMs } = accounts.get(key)!;
    if (publishedAtMs === undefined && state === 'waiting') waitingOfOthers--;
    accounts.delete(key);
  }

  function hear(key: string, kept: OpenAccount, state: State, atMs: number): void {
    // What is over stays over: a redelivery may repeat an earlier word.
    const isChanged = isOpen(kept.state);
    const settledAtMs = isChanged && state !== 'waiting' ? atMs : kept.settledAtMs;
    change(key, kept, { heardAtMs: kept.heardAtMs ?? atMs, ...(isChanged ? { state, settledAtMs } : {}) });
  }

  return {
    published(key, atMs) {
      const kept = account(key);
      if (kept.publishedAtMs === undefined) published++;
      change(key, kept, { publishedAtMs: atMs });
    },
    decided({ key, isComplete, topics }, atMs) {
      const kept = account(key);
      const known = kept.topics;
      for (const { topic, state } of topics) known.set(topic, known.get(topic) || state !== 'PENDING');
      // Where each model has a backlog entry of its own, no single decision need have all the answers.
      const isOver = isComplete || [...known.values()].every(Boolean);
      kept.isAbandoned ||= topics.some(({ state }) => state === 'ABANDONED');
      hear(key, kept, isOver ? (kept.isAbandoned ? 'abandoned' : 'decided') : 'waiting', atMs);
    },
    quarantined: (key, atMs) => hear(key, account(key), 'quarantined', atMs),
    superseded: (key, atMs) => hear(key, account(key), 'superseded', atMs),
    open() {
      return [...accounts]
        .filter(([, { state, publishedAtMs }]) => publishedAtMs !== undefined && isOpen(state))
        .map(([key]) => key);
    },
    accountOf(key) {
      const found = accounts.get(key);
      if (!found) return undefined;
      const { topics, isAbandoned: _, ...known } = found;
      return { ...known, owed: [...topics].filter(([, isSettled]) => !isSettled).map(([topic]) => topic) };
    },
    totals() {
      const { published: unheard, ...heard } = counts;
      return { ...heard, published, unheard, waitingOfOthers };
    },
  };
}

function isOpen(state: State): state is 'published' | 'waiting' {
  return state === 'published' || state === 'waiting';
}

/** Whether nothing is open any more. */
export function isSettled({ waiting, unheard }: Totals): boolean {
  return waiting === 0 && unheard === 0;
}

/**
 * The closing line. What nothing was heard of is lost or, where the run was stopped before it could be heard of, still
 * under way.
 */
export function booksLine(totals: Totals, isStopped = false): string {
  const { published, decided, quarantined, superseded, waiting, abandoned, unheard } = totals;
  const settled = published - waiting - unheard;
  return `settled ${settled}/${published}: decided ${decided}, quarantined ${quarantined}, superseded ${superseded}, waiting ${waiting}, abandoned ${abandoned}; ${isStopped && unheard > 0 ? 'still under way' : 'lost'} ${unheard}`;
}
