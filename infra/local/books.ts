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
  /** What is known of one account; undefined when neither its publishing nor anything else was heard of. */
  accountOf(key: string): Account | undefined;
  /** The keys of what was published and is not over, in the order of publishing. */
  open(): readonly string[];
  /** From the publishing to the first that was heard of each message, in milliseconds, in the order of publishing. */
  delays(): readonly { readonly publishedAtMs: number; readonly delayMs: number }[];
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

export function createBooks(): Books {
  // What is heard of a message may arrive before the broker's answer with its id.
  const accounts = new Map<string, OpenAccount>();

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

  function hear(key: string, state: State, atMs: number): void {
    const heard = account(key);
    heard.heardAtMs ??= atMs;
    // What is over stays over: a redelivery may repeat an earlier word.
    if (!isOpen(heard.state)) return;
    heard.state = state;
    if (state !== 'waiting') heard.settledAtMs = atMs;
  }

  return {
    published(key, atMs) {
      account(key).publishedAtMs = atMs;
    },
    decided({ key, isComplete, topics }, atMs) {
      const kept = account(key);
      const known = kept.topics;
      for (const { topic, state } of topics) known.set(topic, known.get(topic) || state !== 'PENDING');
      // Where each model has a backlog entry of its own, no single decision need have all the answers.
      const isOver = isComplete || [...known.values()].every(Boolean);
      kept.isAbandoned ||= topics.some(({ state }) => state === 'ABANDONED');
      hear(key, isOver ? (kept.isAbandoned ? 'abandoned' : 'decided') : 'waiting', atMs);
    },
    quarantined: (key, atMs) => hear(key, 'quarantined', atMs),
    superseded: (key, atMs) => hear(key, 'superseded', atMs),
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
      const counts = { published: 0, waiting: 0, decided: 0, superseded: 0, quarantined: 0, abandoned: 0 };
      let published = 0;
      for (const { state, publishedAtMs } of accounts.values()) {
        if (publishedAtMs === undefined) continue;
        published++;
        counts[state]++;
      }
      const { published: unheard, ...heard } = counts;
      return { ...heard, published, unheard };
    },
    delays() {
      const delays = [];
      for (const { publishedAtMs, heardAtMs } of accounts.values()) {
        if (publishedAtMs === undefined || heardAtMs === undefined) continue;
        delays.push({ publishedAtMs, delayMs: Math.max(0, heardAtMs - publishedAtMs) });
      }
      return delays.sort((a, b) => a.publishedAtMs - b.publishedAtMs);
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
