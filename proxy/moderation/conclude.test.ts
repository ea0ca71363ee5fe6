import { describe, expect, test } from 'vitest';
import { Action, Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { configOf } from '../testing/config.ts';
import { backlogCaseOf, caseOf, historyOwing, OCCURRED_AT } from '../testing/events.ts';
import type { Case } from './case.ts';
import { conclude } from './conclude.ts';
import { failed, type Outcome, pending } from './outcome.ts';
import { type Facts, planPass } from './plan.ts';

const NOW = OCCURRED_AT.getTime() + 5_000;
const score = (probability: number): Outcome => ({ state: 'scored', probability, modelVersion: 'v1' });
const away = pending('UNAVAILABLE: away');
const MODES = ['combined', 'per-model'] as const;

function configFor(mode: (typeof MODES)[number]) {
  return configOf({ weapons: {}, money: {}, drugs: {} }, { backlog: { mode, maxAttempts: 5, maxAge: '1h' } });
}

/** Plans a pass and concludes it with those answers. */
function pass(
  subject: Case,
  answers: Record<string, Outcome>,
  mode: (typeof MODES)[number],
  facts: Partial<Facts> = {},
) {
  const config = configFor(mode);
  const plan = planPass(
    subject,
    { isSuperseded: false, fruitlessPasses: 0, isBreakerOpen: () => false, nowMs: NOW, ...facts },
    config,
  );
  if (plan.kind !== 'consult') throw new Error(`expected a consultation, got ${plan.kind}`);
  return conclude(
    subject,
    {
      consultation: plan,
      answers: new Map(Object.entries(answers)),
      enrichment: { seller: undefined },
      nowMs: facts.nowMs ?? NOW,
    },
    config,
  );
}

const statesOf = ({ decision }: ReturnType<typeof conclude>) =>
  Object.fromEntries(decision!.topics.map(({ model, state }) => [model, state]));

describe.each(MODES)('a first pass, in the backlog mode %s,', (mode) => {
  test('with every model scored or failed is decided, completely, and owes nothing', () => {
    const conclusion = pass(caseOf(), { weapons: score(0.99), money: score(0), drugs: failed('no') }, mode);
    expect(conclusion).toMatchObject({ result: 'decided', entries: [] });
    expect(conclusion).not.toHaveProperty('deadLetter');
    expect(conclusion.decision).toMatchObject({ completeness: Completeness.COMPLETE, action: Action.REMOVE });
  });

  test('with some pending is decided in part, and the backlog has the rest', () => {
    const conclusion = pass(caseOf(), { weapons: away, money: score(0), drugs: pending('ABORTED: x') }, mode);
    expect(conclusion.result).toBe('deferred');
    expect(conclusion.decision?.completeness).toBe(Completeness.PARTIAL);
    const weapons = { model: 'weapons', attempts: 1, lastError: 'UNAVAILABLE: away' };
    const drugs = { model: 'drugs', attempts: 1, lastError: 'ABORTED: x' };
    expect(conclusion.entries.map(({ owed }) => owed)).toEqual(
      mode === 'combined' ? [[weapons, drugs]] : [[weapons], [drugs]],
    );
    for (const entry of conclusion.entries) {
      expect(entry).toMatchObject({ passes: 0, firstPublishedAt: new Date(NOW), scores: [{ model: 'money' }] });
    }
    expect(conclusion).not.toHaveProperty('deadLetter');
  });

  test('with every model pending is decided by stand-ins, and never fruitless', () => {
    const conclusion = pass(caseOf(), { weapons: away, money: away, drugs: away }, mode);
    expect(conclusion.result).toBe('deferred');
    expect(conclusion.decision).toMatchObject({ action: Action.PASS, completeness: Completeness.PARTIAL });
    expect(conclusion.entries.flatMap(({ owed }) => owed)).toHaveLength(3);
  });
});

describe.each(MODES)('a backlog pass, in the backlog mode %s,', (mode) => {
  const subject = backlogCaseOf(
    historyOwing(['weapons', 'money'], { scores: new Map([['drugs', score(0.8) as never]]), passes: 2 }),
  );

  test('with all done is decided, completely, with the scores of before', () => {
    const conclusion = pass(subject, { weapons: score(0.1), money: failed('no') }, mode);
    expect(conclusion).toMatchObject({ result: 'decided', entries: [] });
    expect(conclusion.decision?.completeness).toBe(Completeness.COMPLETE);
    expect(statesOf(conclusion)).toEqual({
      weapons: TopicState.SCORED,
      money: TopicState.FAILED,
      drugs: TopicState.SCORED,
    });
    expect(conclusion.decision?.action).toBe(Action.REVIEW);
  });

  test('with some done is a progress: a partial decision, and a new entry with the rest', () => {
    const conclusion = pass(subject, { weapons: score(0.1), money: away }, mode, { fruitlessPasses: 2 });
    expect(conclusion.result).toBe('progressed');
    expect(conclusion.decision?.completeness).toBe(Completeness.PARTIAL);
    expect(conclusion.entries).toMatchObject([
      {
        owed: [{ model: 'money', attempts: 4, lastError: 'UNAVAILABLE: away' }],
        scores: [{ model: 'drugs' }, { model: 'weapons' }],
        passes: 3,
        firstPublishedAt: OCCURRED_AT,
      },
    ]);
  });

  test('with none done publishes nothing', () => {
    expect(pass(subject, { weapons: away, money: away }, mode)).toEqual({ result: 'fruitless', entries: [] });
  });

  test.each([
    ['too old', { nowMs: NOW + 3_600_000 }],
    ['asked too often', { fruitlessPasses: 4 }],
  ])('%s is given up: a dead letter and a complete decision that says so', (_why, facts) => {
    const conclusion = pass(subject, {}, mode, facts);
    expect(conclusion).toMatchObject({ result: 'abandoned', entries: [] });
    expect(conclusion.decision?.completeness).toBe(Completeness.COMPLETE);
    expect(statesOf(conclusion)).toEqual({
      weapons: TopicState.ABANDONED,
      money: TopicState.ABANDONED,
      drugs: TopicState.SCORED,
    });
    expect(conclusion.deadLetter).toMatchObject({
      owed: subject.history!.owed,
      owedElsewhere: [],
      scores: [{ model: 'drugs' }],
      failures: [
        { model: 'weapons', abandoned: true },
        { model: 'money', abandoned: true },
      ],
      firstPublishedAt: OCCURRED_AT,
    });
  });

  test('gives up one model and goes on owing the other', () => {
    const owed = [
      { model: 'weapons', attempts: 5, lastError: 'UNAVAILABLE: away' },
      { model: 'money', attempts: 1, lastError: 'UNAVAILABLE: away' },
    ];
    const conclusion = pass(backlogCaseOf(historyOwing([], { owed })), { money: away }, mode);
    expect(conclusion.result).toBe('progressed');
    expect(conclusion.decision?.completeness).toBe(Completeness.PARTIAL);
    expect(conclusion.deadLetter).toMatchObject({ owed: [owed[0]], owedElsewhere: ['money'] });
    expect(conclusion.entries).toMatchObject([
      { owed: [{ model: 'money', attempts: 2 }], failures: [{ model: 'weapons', abandoned: true }] },
    ]);
  });

  test('sends a dead letter once: what was given up by an earlier pass stays in the decision only', () => {
    const history = historyOwing(['money'], { failures: new Map([['weapons', { state: 'abandoned', error: 'old' }]]) });
    const conclusion = pass(backlogCaseOf(history), { money: score(0) }, mode);
    expect(conclusion.result).toBe('abandoned');
    expect(conclusion).not.toHaveProperty('deadLetter');
    expect(statesOf(conclusion)).toEqual({ weapons: TopicState.ABANDONED, money: TopicState.SCORED });
  });

  test('that owes only models which are no longer configured is decided', () => {
    const conclusion = pass(backlogCaseOf(historyOwing(['removed'])), {}, mode);
    expect(conclusion).toMatchObject({ result: 'decided', entries: [] });
    expect(conclusion.decision).toMatchObject({ completeness: Completeness.COMPLETE, topics: [] });
  });

  test('is partial while another entry owes a model, and complete when its answer could be had', () => {
    const divided = backlogCaseOf(historyOwing(['weapons'], { owedElsewhere: ['money'] }));
    const alone = pass(divided, { weapons: score(0.1) }, mode);
    expect(alone).toMatchObject({ result: 'decided', entries: [] });
    expect(alone.decision?.completeness).toBe(Completeness.PARTIAL);
    expect(statesOf(alone)).toEqual({ weapons: TopicState.SCORED, money: TopicState.PENDING });

    const peeked = pass(divided, { weapons: score(0.1), money: score(0.99) }, mode);
    expect(peeked.decision).toMatchObject({ completeness: Completeness.COMPLETE, action: Action.REMOVE });
  });

  test('is fruitless when only the peeked-at model has an answer: its own entry brings that', () => {
    const divided = backlogCaseOf(historyOwing(['weapons'], { owedElsewhere: ['money'] }));
    expect(pass(divided, { weapons: away, money: score(1) }, mode).result).toBe('fruitless');
  });
});
