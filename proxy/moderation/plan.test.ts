import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventType } from '../../proto/generated/moderation/v1/item.ts';
import { backlogCase, MODELS } from '../testing/arbitraries.ts';
import { configOf } from '../testing/config.ts';
import { backlogCaseOf, caseOf, eventOf, historyOwing, OCCURRED_AT } from '../testing/events.ts';
import type { Outcome } from './outcome.ts';
import { type Consultation, concernedModels, type Facts, type Plan, planPass } from './plan.ts';

const facts: Facts = {
  isSuperseded: false,
  fruitlessPasses: 0,
  isBreakerOpen: () => false,
  nowMs: OCCURRED_AT.getTime(),
};
const open = (...models: string[]) => ({ isBreakerOpen: (model: string) => models.includes(model) });
const config = configOf({ weapons: {}, money: {}, drugs: {} }, { backlog: { maxAge: '1h', maxAttempts: 10 } });

function consultation(plan: Plan): Consultation {
  if (plan.kind !== 'consult') throw new Error(`expected a consultation, got ${plan.kind}`);
  return plan;
}
const stateOf = (plan: Plan, model: string) => consultation(plan).known.get(model)?.state;

describe('the models that an event concerns', () => {
  const { models } = configOf({
    any: {},
    listed: { when: { events: ['LISTED'] } },
    delisted: { when: { events: ['DELISTED'] } },
    sports: { when: { categories: ['sports', 'toys/outdoor'] } },
    'not-archery': { when: { exceptCategories: ['sports/archery'] } },
    'sports-not-archery': { when: { categories: ['sports'], exceptCategories: ['sports/archery'] } },
    nowhere: { when: { categories: [] } },
  });
  const of = (category: string, type: EventType = EventType.UPDATED) =>
    concernedModels(eventOf({ category }, { type }), models);

  test.each([
    ['home', ['any', 'not-archery']],
    ['sports', ['any', 'sports', 'not-archery', 'sports-not-archery']],
    ['sports/archery', ['any', 'sports']],
    ['sports/archery/bows', ['any', 'sports']],
    ['sports/archery-books', ['any', 'sports', 'not-archery', 'sports-not-archery']],
    ['sportswear', ['any', 'not-archery']],
    ['toys', ['any', 'not-archery']],
    ['toys/outdoor/slides', ['any', 'sports', 'not-archery']],
    ['', ['any', 'not-archery']],
  ])('in the category "%s" are those whose categories hold it, and no exception does', (category, expected) => {
    expect(of(category)).toEqual(expected);
  });

  test('are those that judge that type of event; an item that is no longer offered concerns none by default', () => {
    expect(of('home', EventType.LISTED)).toEqual(['any', 'listed', 'not-archery']);
    expect(of('home', EventType.DELISTED)).toEqual(['delisted']);
    expect(concernedModels(eventOf({}, { type: EventType.DELISTED }), config.models)).toEqual([]);
  });
});

describe('the plan of a first pass', () => {
  test('asks every model that is concerned, and knows nothing', () => {
    const plan = consultation(planPass(caseOf(), facts, config));
    expect(plan.ask).toEqual(['weapons', 'money', 'drugs']);
    expect([plan.peek, plan.known.size, plan.attempts.size]).toEqual([[], 0, 0]);
  });

  test('asks also when every breaker is open: what is owed has to be said', () => {
    expect(planPass(caseOf(), { ...facts, ...open('weapons', 'money', 'drugs') }, config).kind).toBe('consult');
  });

  test('asks nobody about an item that is no longer offered', () => {
    const delisted = caseOf(eventOf({}, { type: EventType.DELISTED }));
    expect(consultation(planPass(delisted, facts, config)).ask).toEqual([]);
  });
});

describe('an event', () => {
  test('that is superseded is planned no further, whichever way it came in', () => {
    for (const subject of [caseOf(), backlogCaseOf(historyOwing(['weapons']))]) {
      expect(planPass(subject, facts, config).kind).toBe('consult');
      expect(planPass(subject, { ...facts, isSuperseded: true }, config).kind).toBe('superseded');
    }
  });

  test('that is outdated is superseded, not abandoned, however old its entry is', () => {
    const old = backlogCaseOf(historyOwing(['weapons'], { firstPublishedAtMs: 0 }));
    expect(planPass(old, { ...facts, isSuperseded: true }, config).kind).toBe('superseded');
  });
});

describe('the plan of a backlog pass', () => {
  const score: Outcome = { state: 'scored', probability: 0.5, modelVersion: 'v1' };

  test('asks only the models that are owed, and knows what is settled', () => {
    const history = historyOwing(['weapons'], {
      scores: new Map([['money', score]]),
      failures: new Map([['drugs', { state: 'failed', error: 'no' }]]),
    });
    const plan = consultation(planPass(backlogCaseOf(history), facts, config));
    expect(plan.ask).toEqual(['weapons']);
    expect([...plan.known]).toEqual([
      ['money', score],
      ['drugs', { state: 'failed', error: 'no' }],
    ]);
  });

  test('peeks at what other entries of the item owe', () => {
    const history = historyOwing(['weapons'], { owedElsewhere: ['money'] });
    const plan = consultation(planPass(backlogCaseOf(history), facts, config));
    expect([plan.ask, plan.peek]).toEqual([['weapons'], ['money']]);
  });

  test('counts the fruitless passes, of which the entry knows nothing, as attempts', () => {
    const plan = planPass(backlogCaseOf(historyOwing(['weapons'])), { ...facts, fruitlessPasses: 4 }, config);
    expect(consultation(plan).attempts.get('weapons')).toBe(5);
  });

  test.each([
    [0, 'ask'],
    [3_600_000, 'ask'],
    [3_600_001, 'abandoned'],
  ])('gives up by age, counted from the first entry: after %d ms, %s', (ageMs, expected) => {
    const history = historyOwing(['weapons', 'money']);
    const plan = planPass(backlogCaseOf(history), { ...facts, nowMs: facts.nowMs + ageMs }, config);
    expect(stateOf(plan, 'weapons') ?? 'ask').toBe(expected);
    expect(stateOf(plan, 'money') ?? 'ask').toBe(expected);
    expect(consultation(plan).ask).toEqual(expected === 'ask' ? ['weapons', 'money'] : []);
  });

  test.each([
    [9, 0, 'ask'],
    [10, 0, 'abandoned'],
    [5, 4, 'ask'],
    [5, 5, 'abandoned'],
    [0, 10, 'abandoned'],
  ])(
    'gives up a model that was asked %d times, and %d times in vain since: %s',
    (attempts, fruitlessPasses, expected) => {
      const history = historyOwing([], { owed: [{ model: 'weapons', attempts, lastError: 'UNAVAILABLE: away' }] });
      const plan = planPass(backlogCaseOf(history), { ...facts, fruitlessPasses }, config);
      expect(stateOf(plan, 'weapons') ?? 'ask').toBe(expected);
      expect(consultation(plan).ask).toEqual(expected === 'ask' ? ['weapons'] : []);
    },
  );

  test('says why it gives up, with the last error', () => {
    const tired = planPass(backlogCaseOf(historyOwing(['weapons'])), { ...facts, fruitlessPasses: 9 }, config);
    expect(consultation(tired).known.get('weapons')).toEqual({
      state: 'abandoned',
      error: 'asked 10 times; last: UNAVAILABLE: away',
    });
    const aged = planPass(
      backlogCaseOf(historyOwing(['weapons'])),
      { ...facts, nowMs: facts.nowMs + 3_600_001 },
      config,
    );
    expect(consultation(aged).known.get('weapons')).toEqual({
      state: 'abandoned',
      error: 'owed for 3600001 ms; last: UNAVAILABLE: away',
    });
  });

  test('waits when the breakers of all that is owed are open, and not when one is closed', () => {
    const subject = backlogCaseOf(historyOwing(['weapons', 'money'], { owedElsewhere: ['drugs'] }));
    expect(planPass(subject, { ...facts, ...open('weapons', 'money') }, config).kind).toBe('wait');
    expect(planPass(subject, { ...facts, ...open('weapons', 'money', 'drugs') }, config).kind).toBe('wait');
    const one = planPass(subject, { ...facts, ...open('weapons', 'drugs') }, config);
    expect(consultation(one).ask).toEqual(['weapons', 'money']);
  });

  test('gives up although the breaker is open', () => {
    const subject = backlogCaseOf(historyOwing(['weapons']));
    const plan = planPass(subject, { ...facts, ...open('weapons'), fruitlessPasses: 1_000 }, config);
    expect(stateOf(plan, 'weapons')).toBe('abandoned');
  });

  test('does not wait where it can close something: a model given up, or no longer configured', () => {
    const owed = [
      { model: 'weapons', attempts: 10, lastError: 'UNAVAILABLE: away' },
      { model: 'money', attempts: 1, lastError: 'UNAVAILABLE: away' },
    ];
    const allOpen = { ...facts, isBreakerOpen: () => true };
    const tired = consultation(planPass(backlogCaseOf(historyOwing([], { owed })), allOpen, config));
    expect([tired.ask, stateOf(tired, 'weapons')]).toEqual([['money'], 'abandoned']);
    const removed = planPass(backlogCaseOf(historyOwing(['removed', 'money'])), allOpen, config);
    expect(consultation(removed).ask).toEqual(['money']);
  });

  test('forgets models that are no longer configured, whatever they said or owe', () => {
    const history = historyOwing(['removed'], {
      owedElsewhere: ['removed-too', 'constructor'],
      scores: new Map([['removed-earlier', score]]),
      failures: new Map([['toString', { state: 'failed', error: 'no' }]]),
    });
    const plan = consultation(planPass(backlogCaseOf(history), { ...facts, isBreakerOpen: () => true }, config));
    expect([plan.ask, plan.peek, plan.known.size, plan.attempts.size]).toEqual([[], [], 0, 0]);
  });

  test('accounts for every owed model exactly once, asked or given up, and asks no model that is settled', () => {
    const { models, backlog } = configOf(Object.fromEntries(MODELS.map((name) => [name, {}])), {
      backlog: { maxAge: '50s', maxAttempts: 30 },
    });
    fc.assert(
      fc.property(backlogCase, fc.nat(30), (subject, fruitlessPasses) => {
        const { ask, known, attempts, peek } = consultation(
          planPass(subject, { ...facts, fruitlessPasses }, { models, backlog }),
        );
        for (const { model, attempts: before } of subject.history!.owed) {
          expect(ask.includes(model)).toBe(known.get(model)?.state !== 'abandoned');
          expect(attempts.get(model)).toBe(before + fruitlessPasses);
        }
        for (const model of ask) expect(known.has(model)).toBe(false);
        for (const [model, score] of subject.history!.scores) expect(known.get(model)).toBe(score);
        expect(peek).toEqual(subject.history!.owedElsewhere);
      }),
    );
  });
});
