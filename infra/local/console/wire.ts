// What the console's server tells the page, once a second and whenever something happens. Types only: the page's own
// code is checked against them.

/** `unknown` while no proxy answers. */
export type Level = 'well' | 'strained' | 'ill' | 'unknown';

export interface Health {
  readonly level: Level;
  /** In a few words. */
  readonly text: string;
}

export interface ModelMoment {
  readonly name: string;
  /** Inputs in the calls of all proxies. */
  readonly inputsPerSecond: number;
  readonly callsPerSecond: number;
  /** Of the calls, those that failed, 0 to 1; null when there were none. */
  readonly failedShare: number | null;
  /** Of the items that it was to be asked for, those that were left without an answer; null when there were none. */
  readonly pendingShare: number | null;
  readonly callP50Ms: number | null;
  readonly callP99Ms: number | null;
  readonly breaker: 'closed' | 'half-open' | 'open';
  /** Calls that may be under way, of all proxies together. */
  readonly limit: number;
  readonly callsInFlight: number;
  /** Answers owed; null where the proxies do not say. */
  readonly owed: number | null;
  /** In how long nothing is owed; null when that can't be said, because it does not shrink or the proxies do not say. */
  readonly drainSeconds: number | null;
  /** Of its answers that were looked up, those found, 0 to 1; null when there were none. */
  readonly cacheShare: number | null;
  readonly health: Health;
}

export interface ReplicaMoment {
  readonly name: string;
  /** Whether it has answered when it was asked just now. */
  readonly answers: boolean;
  /** Events, not what comes from the backlog. */
  readonly receivedPerSecond: number;
  /** Of one core. */
  readonly cpuShare: number;
}

/** What was published against what came out, since the start. */
export interface BooksMoment {
  readonly published: number;
  readonly decided: number;
  readonly waiting: number;
  readonly quarantined: number;
  readonly superseded: number;
  readonly abandoned: number;
  readonly unheard: number;
  readonly balance: 'balanced' | 'under-way' | 'missing';
}

export interface Moment {
  readonly atMs: number;
  readonly publishedPerSecond: number;
  /** Events that came to their end: decided in full, superseded, quarantined, abandoned. */
  readonly settledPerSecond: number;
  /** First decisions and what else is heard of an event first. */
  readonly heardPerSecond: number;
  readonly backlogInPerSecond: number;
  readonly backlogOutPerSecond: number;
  readonly firstP50Ms: number | null;
  readonly firstP99Ms: number | null;
  /** For how long the oldest event that nothing was heard of has been waiting. */
  readonly oldestUnheardMs: number;
  readonly mainStream: Health;
  readonly books: BooksMoment;
  readonly models: readonly ModelMoment[];
  readonly replicas: readonly ReplicaMoment[];
  readonly cacheShare: number | null;
  /** Whether the shared store answers; null where there is none. */
  readonly storeUp: boolean | null;
  /** The longest of the models' drain times: 0 when nothing is owed; null when it can't be said. */
  readonly drainSeconds: number | null;
}

/** What the charts keep of a moment; the models in their order. */
export interface Point {
  readonly atMs: number;
  readonly published: number;
  readonly behind: number;
  readonly waiting: number;
  readonly load: readonly number[];
  readonly owed: readonly (number | null)[];
}

export interface TopicScore {
  readonly topic: string;
  readonly state: string;
  readonly verdict: string;
  readonly probability: number | null;
  readonly model: string;
  readonly modelVersion: string;
  readonly error: string;
}

/** An event's decision as it stands. */
export interface DecisionRow {
  /** The same for all decisions on an event. */
  readonly key: string;
  readonly title: string;
  readonly itemId: string;
  readonly action: string;
  readonly isComplete: boolean;
  readonly topics: readonly TopicScore[];
  readonly atMs: number;
  /** How long after its first decision, which was partial, it became complete; null where the first one was. */
  readonly completedAfterMs: number | null;
}

export interface DecisionBatch {
  readonly rows: readonly DecisionRow[];
  /** How many there were in that time. */
  readonly of: number;
}

export interface PartState {
  readonly part: string;
  /** Ways of breaking it, in the order in which they are worth trying. */
  readonly ways: readonly string[];
  readonly state: 'whole' | 'breaking' | 'broken' | 'repairing';
  /** Of the breakage in force; `ended` where the process has ended by itself. */
  readonly how: string | null;
  readonly sinceMs: number | null;
  /** Why the last switch did not do what it should. */
  readonly error: string | null;
}

export interface Mark {
  readonly atMs: number;
  readonly text: string;
}

export interface Switches {
  readonly parts: readonly PartState[];
  readonly marks: readonly Mark[];
}

export interface Welcome {
  readonly models: readonly string[];
  readonly replicas: readonly string[];
  /** Events per second that are published. */
  readonly rate: number;
  readonly store: string;
  readonly points: readonly Point[];
  readonly everyMs: number;
}

/** What the form sends: the fields of an item, as they were typed. */
export interface ModerateRequest {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly sellerId: string;
  readonly price: { readonly currency: string; readonly minorUnits: number } | null;
  /** Whether what is pending goes to the backlog. */
  readonly enqueue: boolean;
}

export interface FieldFault {
  /** As in the request: `price.currency`; empty where it concerns the whole. */
  readonly field: string;
  readonly message: string;
}

export interface Refusal {
  readonly error: string;
  readonly faults: readonly FieldFault[];
}

/** What the synchronous endpoint has answered to the form: a decision, or why it refuses. */
export type Moderated =
  | { readonly decision: { readonly action: string; readonly topics: readonly TopicScore[] } }
  | { readonly refused: Refusal & { readonly code: string } };

/** The events of the stream, by their names. */
export interface StreamEvents {
  welcome: Welcome;
  moment: { readonly moment: Moment; readonly point: Point };
  decisions: DecisionBatch;
  switches: Switches;
}
