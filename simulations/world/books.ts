import {
  Action,
  BacklogEntry,
  Completeness,
  Decision,
  type TopicDecision,
  TopicState,
} from '../../proto/generated/moderation/v1/moderation.ts';
import type { Config, Policy } from '../../proxy/config-schema.ts';
import type { Witness } from './violation.ts';

/** What an event that was published is, as its publisher knows. */
export interface PublishedEvent {
  readonly itemId: string;
  readonly revision: number;
  /** Its place among the events of its item: of two, the larger one supersedes the other. */
  readonly rank: number;
  /** Whether it is what an event has to be; else it belongs into the quarantine. */
  readonly isValid: boolean;
  /** The models that it concerns. */
  readonly models: readonly string[];
  /** What a model's version says of it. */
  readonly scoreOf: (model: string, version: string) => number;
}

export interface Totals {
  readonly received: number;
  readonly decided: number;
  readonly superseded: number;
  readonly quarantined: number;
  readonly abandoned: number;
  readonly lost: number;
}

/** Keeps the books of a run from what the broker has stored, and holds every acknowledgement against them. */
export interface Books {
  published(id: string, event: PublishedEvent): void;
  event(id: string): PublishedEvent | undefined;
  /** Whether an entry has ever owed that model for that revision. */
  wasOwed(itemId: string, revision: number, model: string): boolean;
  /** The event that a backlog entry is about. */
  sourceOf(entryId: string): string | undefined;
  newestRank(itemId: string): number;
  superseded(id: string): void;
  stored(topic: string, id: string, data: Buffer, attributes: Readonly<Record<string, string>>): void;
  /** A replica is about to acknowledge a message of either subscription. */
  acknowledging(subscription: string, id: string): void;
  /** Nothing moves any more: what is still open is lost. */
  close(): Totals;
}

interface Account {
  readonly event: PublishedEvent;
  readonly topics: Map<string, TopicDecision>;
  /** Entries that the broker holds, by message id, with what they owe. */
  readonly entries: Map<string, readonly string[]>;
  readonly deadLetters: Set<string>;
  decisions: number;
  isQuarantined: boolean;
  isSuperseded: boolean;
}

/** Statuses that come to the same however often one asks: design.md, section 1, and the gRPC documentation. */
const PERMANENT = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'DATA_LOSS',
  'INVALID_ANSWER',
];

export interface BooksOptions {
  readonly config: Pick<Config, 'models' | 'pubsub' | 'backlog'>;
  readonly witness: Witness;
  /** Whether a model has been well for so long, and has so much room, that it must answer each event at once. */
  readonly isWell: (model: string) => boolean;
}

export function createBooks({ config, witness, isWell }: BooksOptions): Books {
  const { models, pubsub, backlog } = config;
  const accounts = new Map<string, Account>();
  const sources = new Map<string, string>();
  const newest = new Map<string, number>();
  const everOwed = new Set<string>();
  const { topics, subscriptions } = pubsub;

  function decisionStored(account: Account, decision: Decision): void {
    const { event } = account;
    const wrong = (what: string) => witness.violated('decisions are right', event.itemId, what);
    account.decisions++;
    if (decision.itemId !== event.itemId || decision.revision !== event.revision) {
      wrong(
        `event of ${event.itemId} revision ${event.revision} is decided as ${decision.itemId} ${decision.revision}`,
      );
    }
    const told = new Map(decision.topics.map((topic) => [topic.topic, topic]));
    for (const model of event.models) {
      if (!told.has(models[model]!.topic)) wrong(`a decision says nothing of ${model}`);
    }
    let severest: number = Action.PASS;
    let isPending = false;
    for (const topic of told.values()) {
      const model = models[topic.model]!;
      if (topic.verdict !== verdictOf(topic, model.policy))
        wrong(`${topic.topic}: the verdict is not what its policy says`);
      severest = Math.max(severest, topic.verdict);
      isPending ||= topic.state === TopicState.PENDING;
      if (account.decisions === 1 && topic.state === TopicState.PENDING && isWell(topic.model)) {
        wrong(`${topic.topic} is pending although its model is well: ${topic.error}`);
      }
      const isPermanent = PERMANENT.some((name) => topic.error.startsWith(name));
      if (topic.state === TopicState.PENDING && isPermanent) wrong(`${topic.topic} is pending after "${topic.error}"`);
      if (topic.state === TopicState.FAILED && !isPermanent) wrong(`${topic.topic} has failed after "${topic.error}"`);
      if (topic.state === TopicState.ABANDONED && !isDue(topic.error))
        wrong(`${topic.topic} is given up: ${topic.error}`);
      if (topic.state === TopicState.SCORED) {
        const expected = event.scoreOf(topic.model, topic.modelVersion);
        if (topic.probability !== expected) wrong(`${topic.topic} is scored ${topic.probability}, not ${expected}`);
      }
      merge(account, topic);
    }
    if (decision.action !== severest) wrong(`the action is ${decision.action}, the severest verdict ${severest}`);
    if ((decision.completeness === Completeness.PARTIAL) !== isPending) wrong('completeness and topics disagree');
    witness.note(event.itemId, () => `decision stored: ${describeDecision(decision)}`);
  }

  /** Whether what is given up has been owed for longer, or asked more often, than it may be. */
  function isDue(error: string): boolean {
    const [, ageMs, attempts] = /^owed for (\d+) ms|^asked (\d+) times/.exec(error) ?? [];
    return Number(ageMs) > backlog.maxAge || Number(attempts) >= backlog.maxAttempts;
  }

  /** Topic by topic, PENDING never takes back another state. */
  function merge({ event, topics: known }: Account, topic: TopicDecision): void {
    const before = known.get(topic.topic);
    const isSameScore = before?.state === TopicState.SCORED && topic.state === TopicState.SCORED;
    if (isSameScore && before.modelVersion === topic.modelVersion && before.probability !== topic.probability) {
      const what = `${topic.topic} was scored ${before.probability} and ${topic.probability} by the same version`;
      witness.violated('no event ends in conflicting ways', event.itemId, what);
    }
    if (!before || topic.state !== TopicState.PENDING) known.set(topic.topic, topic);
  }

  function entryStored(account: Account, id: string, entry: BacklogEntry): void {
    const owed = entry.owed.map(({ model }) => model);
    account.entries.set(id, owed);
    sources.set(id, entry.sourceMessageId);
    witness.note(account.event.itemId, () => `entry ${id} stored: owes ${owed.join()}`);
    for (const model of owed) {
      everOwed.add(`${account.event.itemId} ${account.event.revision} ${model}`);
      if (account.event.models.includes(model)) continue;
      witness.violated(
        'decisions are right',
        account.event.itemId,
        `an entry owes ${model}, which it does not concern`,
      );
    }
  }

  /** What is neither decided nor owed by an entry that the broker holds. */
  function uncovered({ event, topics: known, entries, deadLetters, decisions }: Account, except?: string): string[] {
    if (decisions === 0) return ['any decision'];
    const owed = new Set([...entries].flatMap(([id, models]) => (id === except ? [] : models)));
    return event.models.filter((model) => {
      const state = known.get(models[model]!.topic)?.state;
      const isAbandoned = state === TopicState.ABANDONED && deadLetters.has(model);
      const isDecided = state === TopicState.SCORED || state === TopicState.FAILED;
      return !isDecided && !isAbandoned && !owed.has(model);
    });
  }

  function checkReplaced(account: Account, what: string, entryId?: string): void {
    if (account.isQuarantined || account.isSuperseded) return;
    const missing = uncovered(account, entryId);
    if (missing.length === 0) return;
    const text = `${what} is acknowledged although this is neither decided nor on the backlog: ${missing.join()}`;
    witness.violated('nothing is acknowledged before what replaces it is confirmed', account.event.itemId, text);
  }

  function stateOf(account: Account): keyof Totals {
    const { isQuarantined, isSuperseded, topics: known } = account;
    if (isQuarantined) return 'quarantined';
    if (uncovered({ ...account, entries: new Map() }).length > 0) return isSuperseded ? 'superseded' : 'lost';
    for (const { state } of known.values()) if (state === TopicState.ABANDONED) return 'abandoned';
    return 'decided';
  }

  return {
    published(id, event) {
      accounts.set(id, {
        event,
        topics: new Map(),
        entries: new Map(),
        deadLetters: new Set(),
        decisions: 0,
        isQuarantined: false,
        isSuperseded: false,
      });
      newest.set(event.itemId, Math.max(newest.get(event.itemId) ?? 0, event.isValid ? event.rank : 0));
      witness.note(
        event.itemId,
        () => `event ${id} published: revision ${event.rank}, concerns ${event.models.join()}`,
      );
    },
    event: (id) => accounts.get(id)?.event,
    wasOwed: (itemId, revision, model) => everOwed.has(`${itemId} ${revision} ${model}`),
    sourceOf: (entryId) => sources.get(entryId),
    newestRank: (itemId) => newest.get(itemId) ?? 0,
    superseded(id) {
      const account = accounts.get(id)!;
      const { itemId, rank } = account.event;
      if ((newest.get(itemId) ?? 0) <= rank) {
        witness.violated('the books balance', itemId, `event ${id} is superseded, but nothing newer was published`);
      }
      account.isSuperseded = true;
      witness.note(itemId, () => `event ${id} is superseded`);
    },
    stored(topic, id, data, attributes) {
      if (topic === topics.quarantine) {
        const source = attributes['eddy-source-message-id']!;
        const account = accounts.get(source);
        if (!account || account.event.isValid) {
          const what = `message ${source} is quarantined although it is valid: ${attributes['eddy-reason']}`;
          witness.violated('the books balance', account?.event.itemId, what);
        } else account.isQuarantined = true;
        return;
      }
      const source = attributes['source-message-id']!;
      const account = accounts.get(source);
      if (!account) {
        witness.violated('the books balance', attributes['item-id'], `${topic}: nobody has published ${source}`);
        return;
      }
      if (!account.event.isValid) {
        const what = `${topic}: the event is invalid, and belongs into the quarantine alone`;
        witness.violated('no event ends in conflicting ways', account.event.itemId, what);
      }
      if (topic === topics.decisions) decisionStored(account, readDecision(data, attributes));
      if (topic === topics.backlog) entryStored(account, id, BacklogEntry.decode(data));
      if (topic === topics.deadLetter) {
        for (const { model, abandoned } of BacklogEntry.decode(data).failures) {
          if (abandoned) account.deadLetters.add(model);
        }
        witness.note(account.event.itemId, () => `dead letter stored: ${attributes['reason']}`);
      }
    },
    acknowledging(subscription, id) {
      if (subscription === subscriptions.items) {
        checkReplaced(accounts.get(id)!, `event ${id}`);
        return;
      }
      const account = accounts.get(sources.get(id)!)!;
      checkReplaced(account, `entry ${id}`, id);
      account.entries.delete(id);
    },
    close() {
      const totals = { received: accounts.size, decided: 0, superseded: 0, quarantined: 0, abandoned: 0, lost: 0 };
      for (const [id, account] of accounts) {
        const state = stateOf(account);
        totals[state]++;
        if (state !== 'lost') continue;
        const what = `event ${id} is lost: ${uncovered({ ...account, entries: new Map() }).join()} never came`;
        witness.violated('the books balance', account.event.itemId, what);
      }
      return totals;
    },
  };
}

function readDecision(data: Buffer, attributes: Readonly<Record<string, string>>): Decision {
  const isJson = attributes['content-type'] === 'application/json';
  return isJson ? Decision.fromJSON(JSON.parse(data.toString())) : Decision.decode(data);
}

/** What a topic's policy makes of it, told apart from the code that is under test. */
function verdictOf({ state, probability }: TopicDecision, policy: Policy): number {
  const judge = (score: number) =>
    score >= policy.remove ? Action.REMOVE : score >= policy.review ? Action.REVIEW : Action.PASS;
  if (state === TopicState.SCORED) return judge(probability!);
  const standIn = state === TopicState.PENDING ? policy.whilePending : policy.whenFailed;
  return typeof standIn === 'string' ? Action[standIn] : judge(standIn.baseline);
}

const STATE_NAMES = new Map<number, string>(Object.entries(TopicState).map(([name, value]) => [value, name]));

function describeDecision({ revision, topics }: Decision): string {
  const each = topics.map(({ topic, state, probability, error }) => {
    return `${topic} ${STATE_NAMES.get(state)} ${probability?.toFixed(3) ?? error}`;
  });
  return `revision ${revision}; ${each.join('; ')}`;
}
