import { describe, expect, test } from 'vitest';
import {
  Action,
  BacklogEntry,
  Completeness,
  Decision,
  TopicState,
} from '../../proto/generated/moderation/v1/moderation.ts';
import { settingOf } from '../testing/settings.ts';
import { witnessOf } from '../testing/witness.ts';
import { createBooks, type PublishedEvent } from './books.ts';

const { config } = settingOf(['all']);
const { topics, subscriptions } = config.pubsub;
const SCORED = { state: TopicState.SCORED, verdict: Action.PASS, probability: 0.2, modelVersion: 'v1', error: '' };
const PENDING = {
  state: TopicState.PENDING,
  verdict: Action.PASS,
  probability: undefined,
  modelVersion: '',
  error: 'UNAVAILABLE: away',
};
type Topic = typeof SCORED | typeof PENDING | object;

/** What version v1 says of the item, and what v2 does. */
const scoreOf = (_model: string, version: string) => (version === 'v1' ? 0.2 : 0.3);

function rig() {
  const witness = witnessOf();
  const well = { models: [] as string[] };
  const books = createBooks({ config, witness, isWell: (model) => well.models.includes(model) });
  const publish = (id: string, changes: Partial<PublishedEvent> = {}) =>
    books.published(id, {
      itemId: 'item',
      revision: 1,
      rank: 1,
      isValid: true,
      models: ['weapons', 'money'],
      scoreOf,
      ...changes,
    });
  let messages = 0;
  return {
    books,
    well,
    publish,
    invariants: () => witness.violations.map(({ invariant }) => invariant),
    whats: () => witness.violations.map(({ what }) => what),
    decide(source: string, states: Record<string, Topic>, changes: Partial<Decision> = {}) {
      const decided = Object.entries(states).map(([model, state]) => ({
        topic: `about-${model}`,
        model,
        ...PENDING,
        ...state,
      }));
      const isPending = decided.some(({ state }) => state === TopicState.PENDING);
      const decision: Decision = {
        id: 'id',
        eventId: 'event',
        itemId: 'item',
        revision: 1,
        action: Math.max(Action.PASS, ...decided.map(({ verdict }) => verdict)) as Action,
        completeness: isPending ? Completeness.PARTIAL : Completeness.COMPLETE,
        topics: decided as Decision['topics'],
        decidedAt: new Date(0),
        ...changes,
      };
      const attributes = { 'content-type': 'application/json', 'source-message-id': source };
      books.stored(
        topics.decisions,
        `d${messages++}`,
        Buffer.from(JSON.stringify(Decision.toJSON(decision))),
        attributes,
      );
    },
    owe(source: string, id: string, ...models: string[]) {
      const owed = models.map((model) => ({ model, attempts: 1, lastError: '' }));
      const entry = BacklogEntry.encode(BacklogEntry.fromPartial({ sourceMessageId: source, owed })).finish();
      books.stored(topics.backlog, id, Buffer.from(entry), { 'source-message-id': source });
    },
    give(source: string, model: string) {
      const entry = BacklogEntry.fromPartial({ failures: [{ model, error: 'too old', abandoned: true }] });
      const attributes = { 'source-message-id': source };
      books.stored(topics.deadLetter, 'dead', Buffer.from(BacklogEntry.encode(entry).finish()), attributes);
    },
    quarantine: (source: string) =>
      books.stored(topics.quarantine, 'q', Buffer.from(''), { 'eddy-source-message-id': source }),
    ack: (id: string) => books.acknowledging(subscriptions.items, id),
    ackEntry: (id: string) => books.acknowledging(subscriptions.backlog, id),
  };
}

const BALANCE = 'the books balance';
const REPLACED = 'nothing is acknowledged before what replaces it is confirmed';
const CONFLICT = 'no event ends in conflicting ways';
const RIGHT = 'decisions are right';
const ends = (changes: object) => ({
  received: 1,
  decided: 0,
  superseded: 0,
  quarantined: 0,
  abandoned: 0,
  lost: 0,
  ...changes,
});

describe('an event', () => {
  test('is decided when each of its topics is', () => {
    const it = rig();
    it.publish('1');
    it.decide('1', { weapons: SCORED, money: SCORED });
    it.ack('1');
    expect([it.books.close(), it.whats()]).toEqual([ends({ decided: 1 }), []]);
  });

  test('may be acknowledged when entries owe the rest, and an entry when another one or a decision has taken its place', () => {
    const it = rig();
    it.publish('1');
    it.decide('1', { weapons: PENDING, money: PENDING });
    it.owe('1', 'e1', 'weapons', 'money');
    it.ack('1');
    it.decide('1', { weapons: SCORED, money: PENDING });
    it.owe('1', 'e2', 'money');
    it.ackEntry('e1');
    it.decide('1', { weapons: SCORED, money: SCORED });
    it.ackEntry('e2');
    expect([it.books.close(), it.whats()]).toEqual([ends({ decided: 1 }), []]);
  });

  test('is lost when it is acknowledged without a decision, or with an owed topic that no entry owes', () => {
    const it = rig();
    it.publish('1');
    it.ack('1');
    it.decide('1', { weapons: PENDING, money: SCORED });
    it.ack('1');
    expect(it.books.close()).toEqual(ends({ lost: 1 }));
    expect(it.invariants()).toEqual([REPLACED, REPLACED, BALANCE]);
    expect(it.whats()[1]).toContain('neither decided nor on the backlog: weapons');
  });

  test('is lost when its entry is acknowledged without a successor', () => {
    const it = rig();
    it.publish('1');
    it.decide('1', { weapons: PENDING, money: SCORED });
    it.owe('1', 'e1', 'weapons');
    it.ack('1');
    it.ackEntry('e1');
    expect(it.books.close()).toEqual(ends({ lost: 1 }));
    expect(it.invariants()).toEqual([REPLACED, BALANCE]);
  });

  test('is superseded only by something newer', () => {
    const it = rig();
    it.publish('1');
    it.books.superseded('1');
    it.publish('2', { revision: 2, rank: 2, models: [] });
    it.books.superseded('1');
    it.ack('1');
    it.decide('2', {}, { revision: 2 });
    it.ack('2');
    expect(it.books.close()).toEqual(ends({ received: 2, superseded: 1, decided: 1 }));
    expect(it.whats()).toEqual(['event 1 is superseded, but nothing newer was published']);
  });

  test('that is invalid belongs into the quarantine, and no other does', () => {
    const it = rig();
    it.publish('1', { isValid: false, models: [] });
    it.publish('2');
    it.quarantine('1');
    it.ack('1');
    expect(it.whats()).toEqual([]);
    it.quarantine('2');
    it.decide('1', {});
    expect(it.invariants()).toEqual([BALANCE, CONFLICT]);
  });

  test('is abandoned with a dead letter', () => {
    const it = rig();
    it.publish('1');
    it.decide('1', {
      weapons: { state: TopicState.ABANDONED, verdict: Action.REVIEW, error: 'asked 1000 times; last: x' },
      money: SCORED,
    });
    it.ack('1');
    expect(it.invariants()).toEqual([REPLACED]);
    it.give('1', 'weapons');
    it.ack('1');
    expect([it.books.close(), it.invariants()]).toEqual([ends({ abandoned: 1 }), [REPLACED]]);
  });
});

describe('a decision', () => {
  test.each<[string, Record<string, Topic>, Partial<Decision>]>([
    ['about another revision', { weapons: SCORED, money: SCORED }, { revision: 2 }],
    ['that leaves a topic out', { weapons: SCORED }, {}],
    [
      'whose verdict is not what its policy says',
      { weapons: { ...SCORED, verdict: Action.REMOVE }, money: SCORED },
      {},
    ],
    ['whose action is not its severest verdict', { weapons: SCORED, money: SCORED }, { action: Action.REMOVE }],
    [
      'that calls itself complete and is not',
      { weapons: PENDING, money: SCORED },
      { completeness: Completeness.COMPLETE },
    ],
    [
      'that waits for what will never come',
      { weapons: { ...PENDING, error: 'INVALID_ARGUMENT: no' }, money: SCORED },
      {},
    ],
    [
      'that has given up what could still come',
      { weapons: { state: TopicState.FAILED, verdict: Action.REVIEW, error: 'UNAVAILABLE: away' }, money: SCORED },
      {},
    ],
  ])('%s is wrong', (_name, states, changes) => {
    const it = rig();
    it.publish('1');
    it.decide('1', states, changes);
    expect(it.invariants()).toEqual([RIGHT]);
  });

  test('that defers what a model that is well could have answered is wrong', () => {
    const it = rig();
    it.publish('1');
    it.well.models = ['money'];
    it.decide('1', { weapons: PENDING, money: SCORED });
    expect(it.invariants()).toEqual([]);
    it.publish('2', { itemId: 'item' });
    it.well.models = ['weapons'];
    it.decide('2', { weapons: PENDING, money: SCORED });
    expect(it.invariants()).toEqual([RIGHT]);
  });

  test('that says another probability by the same version contradicts the one before', () => {
    const it = rig();
    it.publish('1');
    it.decide('1', { weapons: SCORED, money: SCORED });
    it.decide('1', { weapons: { ...SCORED, probability: 0.3, modelVersion: 'v2' }, money: SCORED });
    expect(it.invariants()).toEqual([]);
    it.decide('1', { weapons: { ...SCORED, probability: 0.4, modelVersion: 'v2' }, money: SCORED });
    expect(it.invariants()).toEqual([RIGHT, CONFLICT]);
  });

  test('that gives up what is not due is wrong, and so is one with a score that the model does not give', () => {
    const it = rig();
    it.publish('1');
    const abandoned = (error: string) => ({ state: TopicState.ABANDONED, verdict: Action.REVIEW, error });
    it.decide('1', { weapons: abandoned(`owed for ${config.backlog.maxAge + 1} ms; last: x`), money: SCORED });
    it.decide('1', { weapons: abandoned(`asked ${config.backlog.maxAttempts} times; last: x`), money: SCORED });
    expect(it.invariants()).toEqual([]);
    it.decide('1', { weapons: abandoned(`owed for ${config.backlog.maxAge} ms; last: x`), money: SCORED });
    it.decide('1', { weapons: abandoned('asked 1 times; last: x'), money: SCORED });
    it.decide('1', { weapons: SCORED, money: { ...SCORED, probability: 0.25, modelVersion: 'v3' } });
    expect(it.invariants()).toEqual([RIGHT, RIGHT, RIGHT]);
  });
});
