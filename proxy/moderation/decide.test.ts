import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Action, Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { answer, closedWithoutScore, MODELS } from '../testing/arbitraries.ts';
import { configOf } from '../testing/config.ts';
import { eventOf } from '../testing/events.ts';
import { decide } from './decide.ts';
import { decisionId } from './decision-id.ts';
import { abandoned, failed, type Outcome, pending } from './outcome.ts';

const NOW = Date.parse('2026-03-01T09:00:05Z');
const { models } = configOf({
  weapons: { policy: { review: 0.7, remove: 0.95, whilePending: 'PASS', whenFailed: 'REVIEW' } },
  money: { policy: { review: 0.7, remove: 0.95, whilePending: 'REVIEW', whenFailed: 'PASS' } },
  drugs: {
    policy: { review: 0.7, remove: 0.95, whilePending: { baseline: 0.7 }, whenFailed: { baseline: 0.95 } },
  },
  counterfeit: { policy: { review: 0.5, remove: 0.5 } },
});

const score = (probability: number): Outcome => ({ state: 'scored', probability, modelVersion: 'v1' });
const decided = (outcomes: Record<string, Outcome>) =>
  decide(eventOf({ itemId: 'item-9', revision: 3 }), new Map(Object.entries(outcomes)), models, NOW);
const verdict = (model: string, outcome: Outcome) => decided({ [model]: outcome }).topics[0]!.verdict;

describe('the verdict on a topic', () => {
  test.each([
    [0, Action.PASS],
    [0.699_999, Action.PASS],
    [0.7, Action.REVIEW],
    [0.949_999, Action.REVIEW],
    [0.95, Action.REMOVE],
    [1, Action.REMOVE],
  ])('at a probability of %d belongs to the more severe side of a threshold', (probability, action) => {
    expect(verdict('weapons', score(probability))).toBe(action);
  });

  test('knows no review where both thresholds are the same', () => {
    expect(verdict('counterfeit', score(0.499))).toBe(Action.PASS);
    expect(verdict('counterfeit', score(0.5))).toBe(Action.REMOVE);
  });

  test('is a stand-in while the score is owed, another one when it will never come', () => {
    expect(verdict('weapons', pending('x'))).toBe(Action.PASS);
    expect(verdict('weapons', failed('x'))).toBe(Action.REVIEW);
    expect(verdict('money', pending('x'))).toBe(Action.REVIEW);
    expect(verdict('money', failed('x'))).toBe(Action.PASS);
    expect(verdict('money', abandoned('x'))).toBe(Action.PASS);
  });

  test('takes a baseline for a score', () => {
    expect(verdict('drugs', pending('x'))).toBe(Action.REVIEW);
    expect(verdict('drugs', failed('x'))).toBe(Action.REMOVE);
    expect(verdict('drugs', abandoned('x'))).toBe(Action.REMOVE);
  });
});

describe('a decision', () => {
  test('says all of each topic, in the order of their names', () => {
    const decision = decided({
      weapons: score(0.97),
      money: pending('UNAVAILABLE: away'),
      drugs: failed('INVALID_ARGUMENT: no'),
      counterfeit: abandoned('asked 3 times'),
    });
    const none = { probability: undefined, modelVersion: '' };
    expect(decision.topics).toEqual([
      {
        topic: 'about-counterfeit',
        state: TopicState.ABANDONED,
        verdict: Action.REVIEW,
        model: 'counterfeit',
        error: 'asked 3 times',
        ...none,
      },
      {
        topic: 'about-drugs',
        state: TopicState.FAILED,
        verdict: Action.REMOVE,
        model: 'drugs',
        error: 'INVALID_ARGUMENT: no',
        ...none,
      },
      {
        topic: 'about-money',
        state: TopicState.PENDING,
        verdict: Action.REVIEW,
        model: 'money',
        error: 'UNAVAILABLE: away',
        ...none,
      },
      {
        topic: 'about-weapons',
        state: TopicState.SCORED,
        verdict: Action.REMOVE,
        model: 'weapons',
        error: '',
        probability: 0.97,
        modelVersion: 'v1',
      },
    ]);
    expect(decision).toMatchObject({
      eventId: 'event-1',
      itemId: 'item-9',
      revision: 3,
      decidedAt: new Date(NOW),
      id: decisionId('item-9', 3, decision.topics),
    });
  });

  test('passes an item that no topic concerns, and is complete', () => {
    expect(decided({})).toMatchObject({ action: Action.PASS, completeness: Completeness.COMPLETE, topics: [] });
  });

  test('is as severe as its most severe topic, and complete when none is pending', () => {
    const outcomes = fc.dictionary(fc.constantFrom(...MODELS), fc.oneof(answer, closedWithoutScore));
    fc.assert(
      fc.property(outcomes, (given) => {
        const { action, completeness, topics } = decided(given);
        expect(topics).toHaveLength(Object.keys(given).length);
        expect(action).toBe(Math.max(Action.PASS, ...topics.map(({ verdict }) => verdict)));
        const isPending = Object.values(given).some(({ state }) => state === 'pending');
        expect(completeness).toBe(isPending ? Completeness.PARTIAL : Completeness.COMPLETE);
      }),
    );
  });

  test('is the same whatever the order in which the answers came', () => {
    const outcomes = fc.uniqueArray(fc.tuple(fc.constantFrom(...MODELS), answer), { selector: ([model]) => model });
    const shuffled = outcomes.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(decided(Object.fromEntries(one))).toEqual(decided(Object.fromEntries(other)));
      }),
    );
  });

  test('has the same id when only probabilities and errors differ, and another when a topic is settled', () => {
    const id = (weapons: Outcome) => decided({ weapons, money: score(0.1) }).id;
    expect(id(score(0.1))).toBe(id(score(0.9)));
    expect(id(pending('UNAVAILABLE: a'))).toBe(id(pending('DEADLINE_EXCEEDED: b')));
    expect(id(pending('a'))).not.toBe(id(score(0.1)));
    expect(id(failed('a'))).not.toBe(id(pending('a')));
  });

  test('leaves out what a model said that is no longer configured', () => {
    const decision = decided({ removed: pending('x'), weapons: score(0.1) });
    expect(decision.topics.map(({ model }) => model)).toEqual(['weapons']);
    expect(decision.completeness).toBe(Completeness.COMPLETE);
  });
});
