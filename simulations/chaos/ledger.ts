import { createBooks, type State } from '../../infra/local/books.ts';
import type { SentEvent } from './workload.ts';

/** What a decision says that the ledger needs. */
export interface DecisionFacts {
  /** The digest that equal decisions have in common. */
  readonly id: string;
  readonly eventId: string;
  readonly isComplete: boolean;
  readonly topics: readonly TopicFacts[];
}

export interface TopicFacts {
  readonly topic: string;
  readonly state: string;
  readonly probability: number | undefined;
  readonly modelVersion: string;
}

/** What became of the events of one fault. */
export interface Outcome {
  /** What the broker has confirmed to the publisher, or what was heard of all the same. */
  readonly events: number;
  readonly decided: number;
  readonly quarantined: number;
  /** A newer revision was known: the log says so, or (`presumed` of them) must be taken to have said so. */
  readonly superseded: number;
  readonly presumed: number;
  readonly abandoned: number;
  readonly open: readonly OpenEvent[];
  /** Answers that repeat an answer: the same decision again, another quarantine, another line of the log. */
  readonly repeated: number;
  /** From the first publishing of an event to the first decision on it, in milliseconds; undefined without any. */
  readonly longestDelayMs: number | undefined;
  /** When the last event was over that had been published before the repair, in milliseconds since the epoch. */
  readonly settledAtMs: number | undefined;
}

/** An event that has not come to its end. */
export interface OpenEvent {
  readonly event: SentEvent;
  readonly publishedAtMs: number | undefined;
  /** `published`: nothing was heard of it; `waiting`: decided in part, and the topics `owed` are to come. */
  readonly state: State;
  readonly owed: readonly string[];
}

/**
 * The books of a campaign: an account for each event, by its own id, because an event whose publishing was not confirmed
 * is published again and is then two messages. It also looks for what contradicts itself.
 */
export interface Ledger {
  /** Opens the account of an event that is about to be published, under the fault that it is published in. */
  sent(event: SentEvent, fault: number): void;
  /** The broker has confirmed it. */
  published(eventId: string, atMs: number): void;
  decided(decision: DecisionFacts, atMs: number): void;
  quarantined(eventId: string, atMs: number): void;
  /** Given up, in part or whole. */
  deadLettered(eventId: string): void;
  /** By the log of a proxy. */
  superseded(itemId: string, revision: number, atMs: number): void;
  /** What became of the events of a fault so far. */
  outcomeOf(fault: number, circumstances?: Circumstances): Outcome;
  /**
   * What contradicts itself, one sentence each; to be asked when all is settled, or else `isCutShort`: then a dead letter
   * and the decision that goes with it may be under way apart from each other, and that is no contradiction.
   */
  conflicts(options?: { readonly isCutShort?: boolean }): readonly string[];
}

export interface Circumstances {
  /**
   * When a proxy was dead that was killed: its log may lack lines of events that were published until then. Milliseconds
   * since the epoch; by default no line can be missing.
   */
  readonly mayLackWordUntilMs?: number | undefined;
  /** Milliseconds since the epoch. By default never. */
  readonly repairedAtMs?: number | undefined;
}

interface Entry {
  readonly event: SentEvent;
  readonly fault: number;
  firstDecidedAtMs?: number;
  readonly decisions: Set<string>;
  /** By topic and model version. */
  readonly probabilities: Map<string, number>;
  isQuarantined: boolean;
  isSuperseded: boolean;
  isDeadLettered: boolean;
  repeated: number;
}

/** More are not kept. */
const MAX_CONFLICTS = 1_000;

export function createLedger(): Ledger {
  const books = createBooks();
  const entries = new Map<string, Entry>();
  const faults = new Map<number, Entry[]>();
  const items = new Map<string, Entry[]>();
  const conflicts: string[] = [];

  function conflict(text: string): void {
    if (conflicts.length < MAX_CONFLICTS) conflicts.push(text);
  }

  function entryOf(eventId: string, word: string): Entry | undefined {
    const entry = entries.get(eventId);
    if (!entry) conflict(`${eventId}: ${word}, but never sent`);
    return entry;
  }

  /**
   * Of a superseded event nothing is published: a proxy only says so in its log, and then acknowledges. A proxy that is
   * killed may have acknowledged without its line having been read. Then an open event that was first published
   * before that death, and no other, is taken to be superseded when a newer revision of the same item has been decided
   * on, in part or whole: that proves that a proxy knew the newer one, and from then on every proxy may drop
   * the older one without a word. A newer revision that was merely sent proves nothing. It hides no loss that matters:
   * what was owed for the older revision nobody would heed any more.
   */
  function isPresumedSuperseded({ event }: Entry): boolean {
    return items.get(event.itemId)!.some((other) => other.event.revision > event.revision && other.decisions.size > 0);
  }

  function noteProbabilities(entry: Entry, topics: readonly TopicFacts[]): void {
    for (const { topic, modelVersion, probability } of topics) {
      if (probability === undefined) continue;
      const key = `${topic} by ${modelVersion}`;
      const earlier = entry.probabilities.get(key);
      if (earlier !== undefined && earlier !== probability) {
        conflict(`${entry.event.id}: ${key} decided with probability ${earlier} and with ${probability}`);
      }
      entry.probabilities.set(key, probability);
    }
  }

  /** A dead letter and the decision that says so are published side by side: in the end there must be both. */
  function deadLetterConflicts(): string[] {
    return [...entries.values()].flatMap(({ event: { id }, isDeadLettered }) => {
      const isAbandoned = books.accountOf(id)?.state === 'abandoned';
      if (isAbandoned === isDeadLettered) return [];
      return isAbandoned
        ? `${id}: abandoned, but not in the dead letters`
        : `${id}: in the dead letters, but not abandoned`;
    });
  }

  return {
    conflicts: ({ isCutShort = false } = {}) => [...conflicts, ...(isCutShort ? [] : deadLetterConflicts())],
    sent(event, fault) {
      const entry: Entry = {
        event,
        fault,
        decisions: new Set(),
        probabilities: new Map(),
        isQuarantined: false,
        isSuperseded: false,
        isDeadLettered: false,
        repeated: 0,
      };
      entries.set(event.id, entry);
      listIn(faults, fault).push(entry);
      listIn(items, event.itemId).push(entry);
    },
    published: books.published,
    decided({ id, eventId, isComplete, topics }, atMs) {
      const entry = entryOf(eventId, 'decided');
      if (!entry) return;
      if (entry.event.kind === 'invalid') conflict(`${eventId}: decided, but it is no event`);
      if (entry.isQuarantined) conflict(`${eventId}: quarantined and decided`);
      entry.firstDecidedAtMs ??= atMs;
      if (entry.decisions.has(id)) entry.repeated++;
      entry.decisions.add(id);
      noteProbabilities(entry, topics);
      books.decided({ key: eventId, isComplete, topics }, atMs);
    },
    quarantined(eventId, atMs) {
      const entry = entryOf(eventId, 'quarantined');
      if (!entry) return;
      if (entry.event.kind !== 'invalid') conflict(`${eventId}: quarantined, but it is a valid event`);
      if (entry.decisions.size > 0) conflict(`${eventId}: decided and quarantined`);
      if (entry.isQuarantined) entry.repeated++;
      entry.isQuarantined = true;
      books.quarantined(eventId, atMs);
    },
    deadLettered(eventId) {
      const entry = entryOf(eventId, 'in the dead letters');
      if (entry) entry.isDeadLettered = true;
    },
    superseded(itemId, revision, atMs) {
      const known = items.get(itemId) ?? [];
      const entry = known.find(({ event }) => event.revision === revision);
      if (!entry) return conflict(`${itemId}, revision ${revision}: superseded, but never sent`);
      const { id } = entry.event;
      if (!known.some(({ event }) => event.revision > revision)) {
        conflict(`${id}: superseded, but nothing newer of ${itemId} was sent`);
      }
      if (entry.isSuperseded) entry.repeated++;
      entry.isSuperseded = true;
      books.superseded(id, atMs);
    },
    outcomeOf(fault, { mayLackWordUntilMs, repairedAtMs = 0 } = {}) {
      const counts = { events: 0, decided: 0, quarantined: 0, superseded: 0, abandoned: 0, presumed: 0, repeated: 0 };
      const open: OpenEvent[] = [];
      const mayLackWord = (publishedAtMs: number | undefined) =>
        mayLackWordUntilMs !== undefined && publishedAtMs !== undefined && publishedAtMs <= mayLackWordUntilMs;
      let longestDelayMs: number | undefined;
      let settledAtMs: number | undefined;
      for (const entry of faults.get(fault) ?? []) {
        const account = books.accountOf(entry.event.id);
        if (!account) continue; // Never confirmed and never heard of: the publisher knows that it is not sent.
        const { state, publishedAtMs, owed } = account;
        counts.events++;
        counts.repeated += entry.repeated;
        if (entry.firstDecidedAtMs !== undefined && publishedAtMs !== undefined) {
          longestDelayMs = Math.max(longestDelayMs ?? 0, entry.firstDecidedAtMs - publishedAtMs);
        }
        if (account.settledAtMs !== undefined && (publishedAtMs ?? 0) <= repairedAtMs) {
          settledAtMs = Math.max(settledAtMs ?? 0, account.settledAtMs);
        }
        if (state !== 'published' && state !== 'waiting') counts[state]++;
        else if (mayLackWord(publishedAtMs) && isPresumedSuperseded(entry)) {
          counts.superseded++;
          counts.presumed++;
        } else open.push({ event: entry.event, publishedAtMs, state, owed });
      }
      return { ...counts, open, longestDelayMs, settledAtMs };
    },
  };
}

function listIn<Key>(lists: Map<Key, Entry[]>, key: Key): Entry[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
