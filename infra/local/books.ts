/** Where an event is in its life, as far as its messages tell. */
type State = 'published' | 'waiting' | 'decided' | 'superseded' | 'quarantined' | 'abandoned';

/** What a decision says that the books need. */
export interface DecisionNote {
  /** The message that brought the event in. */
  readonly sourceMessageId: string;
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
 * The books of a run, kept from the outside: what was published against what came out. Each message is one entry,
 * known by its Pub/Sub id, so that a duplicate of an event must be answered too.
 */
export interface Books {
  published(messageId: string, atMs: number): void;
  decided(note: DecisionNote, atMs: number): void;
  quarantined(sourceMessageId: string, atMs: number): void;
  superseded(sourceMessageId: string, atMs: number): void;
  totals(): Totals;
  /** From the publishing to the first that was heard of each message, in milliseconds, in the order of publishing. */
  delays(): readonly { readonly publishedAtMs: number; readonly delayMs: number }[];
}

interface Account {
  state: State;
  publishedAtMs: number | undefined;
  heardAtMs: number | undefined;
  /** The topics of its decisions; true for those that are settled. */
  readonly topics: Map<string, boolean>;
}

export function createBooks(): Books {
  // What is heard of a message may arrive before the broker's answer with its id.
  const accounts = new Map<string, Account>();

  function account(messageId: string): Account {
    let found = accounts.get(messageId);
    if (!found) {
      found = { state: 'published', publishedAtMs: undefined, heardAtMs: undefined, topics: new Map() };
      accounts.set(messageId, found);
    }
    return found;
  }

  function hear(messageId: string, state: State, atMs: number): void {
    const heard = account(messageId);
    heard.heardAtMs ??= atMs;
    // What is over stays over: a redelivery may repeat an earlier word.
    if (heard.state === 'published' || heard.state === 'waiting') heard.state = state;
  }

  return {
    published(messageId, atMs) {
      account(messageId).publishedAtMs = atMs;
    },
    decided({ sourceMessageId, isComplete, topics }, atMs) {
      const known = account(sourceMessageId).topics;
      for (const { topic, state } of topics) known.set(topic, known.get(topic) || state !== 'PENDING');
      // Where each model has a backlog entry of its own, no single decision need have all the answers.
      const isOver = isComplete || [...known.values()].every(Boolean);
      const isAbandoned = topics.some(({ state }) => state === 'ABANDONED');
      hear(sourceMessageId, isOver ? (isAbandoned ? 'abandoned' : 'decided') : 'waiting', atMs);
    },
    quarantined: (messageId, atMs) => hear(messageId, 'quarantined', atMs),
    superseded: (messageId, atMs) => hear(messageId, 'superseded', atMs),
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
