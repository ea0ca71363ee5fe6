import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Completeness, type Decision, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { decodeEntry } from '../intake/decode-entry.ts';
import { entryMessage } from '../outlets/messages.ts';
import { answer, MODELS } from '../testing/arbitraries.ts';
import { configOf } from '../testing/config.ts';
import { caseOf, OCCURRED_AT } from '../testing/events.ts';
import type { Case } from './case.ts';
import { type Conclusion, conclude } from './conclude.ts';
import type { Outcome } from './outcome.ts';
import { planPass } from './plan.ts';

const { models } = configOf(Object.fromEntries(MODELS.map((name) => [name, {}])));

interface Message {
  readonly subject: Case;
  fruitlessPasses: number;
}

interface Step {
  readonly before: Case;
  readonly conclusion: Conclusion;
}

/**
 * An item's whole life with models that answer as they like: passes, entries through their bytes, redeliveries of what
 * was fruitless, until nothing is owed, and a cache that
 * has every score. `choose` says which of the waiting messages comes next.
 */
function live(mode: 'combined' | 'per-model', answers: Iterator<Outcome>, choose: Iterator<number>): Step[] {
  const config = {
    models,
    backlog: configOf({ any: {} }, { backlog: { mode, maxAttempts: 6, maxAge: '1h' } }).backlog,
  };
  const waiting: Message[] = [{ subject: caseOf(), fruitlessPasses: 0 }];
  const steps: Step[] = [];
  const cache = new Map<string, Outcome>();
  let nowMs = OCCURRED_AT.getTime() + 5_000;
  while (waiting.length > 0) {
    const [message] = waiting.splice(choose.next().value! % waiting.length, 1) as [Message];
    const { subject, fruitlessPasses } = message;
    nowMs += 1_000;
    const plan = planPass(subject, { isSuperseded: false, fruitlessPasses, isBreakerOpen: () => false, nowMs }, config);
    if (plan.kind !== 'consult') throw new Error(plan.kind);
    const said = new Map(plan.ask.map((model) => [model, answers.next().value as Outcome]));
    for (const [model, outcome] of said) if (outcome.state === 'scored') cache.set(model, outcome);
    for (const model of plan.peek) if (cache.has(model)) said.set(model, cache.get(model)!);
    const conclusion = conclude(
      subject,
      { consultation: plan, answers: said, enrichment: { seller: undefined }, nowMs },
      config,
    );
    steps.push({ before: subject, conclusion });
    if (conclusion.result === 'fruitless') {
      waiting.push({ subject, fruitlessPasses: fruitlessPasses + 1 });
    }
    for (const [index, entry] of conclusion.entries.entries()) {
      waiting.push({
        subject: decodeEntry(entryMessage(entry).data, `entry-${steps.length}-${index}`),
        fruitlessPasses: 0,
      });
    }
  }
  return steps;
}

const lives = fc
  .tuple(
    fc.constantFrom('combined' as const, 'per-model' as const),
    fc.infiniteStream(answer),
    fc.infiniteStream(fc.nat(100)),
  )
  .map(([mode, answers, choose]) => live(mode, answers, choose));

const topicOf = (decision: Decision, model: string) => decision.topics.find((topic) => topic.model === model);
const isSettled = (state: TopicState) => state !== TopicState.PENDING;

/** Checks a law on many lives. */
function holds(law: (steps: readonly Step[]) => void): void {
  fc.assert(
    fc.property(lives, (steps) => {
      law(steps);
    }),
  );
}

describe('from the event to its last decision', () => {
  test('every planned model is either settled in the decision or owed in exactly one entry, at every step', () => {
    holds((steps) => {
      const owedBy = new Map<string, number>();
      for (const { before, conclusion } of steps) {
        if (conclusion.result === 'fruitless') continue;
        for (const { model } of before.history?.owed ?? []) owedBy.delete(model);
        for (const { model } of conclusion.entries.flatMap(({ owed }) => owed)) {
          owedBy.set(model, (owedBy.get(model) ?? 0) + 1);
        }
        expect([...owedBy.values()].every((entries) => entries === 1)).toBe(true);
        const concerned = before.history ? before.history.owed.map(({ model }) => model) : MODELS;
        for (const model of concerned) {
          expect(isSettled(topicOf(conclusion.decision!, model)!.state)).toBe(!owedBy.has(model));
        }
      }
      expect(owedBy.size).toBe(0);
    });
  });

  test('every decision names every planned model once', () => {
    holds((steps) => {
      for (const { conclusion } of steps) {
        if (conclusion.decision) expect(conclusion.decision.topics.map(({ model }) => model)).toEqual([...MODELS]);
      }
    });
  });

  test('what a pass has settled is never lost nor changed by the passes that follow from it', () => {
    holds((steps) => {
      for (const { before, conclusion } of steps) {
        const { history } = before;
        if (!history || !conclusion.decision) continue;
        for (const [model, { probability, modelVersion }] of history.scores) {
          expect(topicOf(conclusion.decision, model)).toMatchObject({
            state: TopicState.SCORED,
            probability,
            modelVersion,
          });
          for (const entry of conclusion.entries) {
            expect(entry.scores).toContainEqual({ model, probability, modelVersion });
          }
        }
        for (const [model, { error }] of history.failures)
          expect(topicOf(conclusion.decision, model)).toMatchObject({ error });
      }
    });
  });

  test('attempts only grow, passes count up, and the time of the first entry never changes', () => {
    holds((steps) => {
      for (const { before, conclusion } of steps) {
        for (const entry of conclusion.entries) {
          for (const { model, attempts } of entry.owed) {
            const earlier = before.history?.owed.find((owed) => owed.model === model);
            expect(attempts).toBeGreaterThan(earlier?.attempts ?? 0);
          }
          if (!before.history) continue;
          expect(entry.passes).toBe(before.history.passes + 1);
          expect(entry.firstPublishedAt?.getTime()).toBe(before.history.firstPublishedAtMs);
        }
      }
    });
  });

  test('a fruitless pass publishes nothing, and any other a decision', () => {
    holds((steps) => {
      for (const { before, conclusion } of steps) {
        if (conclusion.result === 'fruitless') {
          expect(before.history).toBeDefined();
          expect(conclusion).toEqual({ result: 'fruitless', entries: [] });
        } else expect(conclusion.decision).toBeDefined();
      }
    });
  });

  test('the combined form ends in a complete decision, and no decision before it is', () => {
    const combined = fc
      .tuple(fc.infiniteStream(answer), fc.infiniteStream(fc.nat(100)))
      .map(([answers, choose]) => live('combined', answers, choose));
    fc.assert(
      fc.property(combined, (steps) => {
        const said = steps.flatMap(({ conclusion }) => conclusion.decision?.completeness ?? []);
        expect(said.at(-1)).toBe(Completeness.COMPLETE);
        expect(said.slice(0, -1).every((one) => one === Completeness.PARTIAL)).toBe(true);
      }),
    );
  });

  test('a dead letter goes out for exactly the models that end abandoned', () => {
    holds((steps) => {
      const dead = steps.flatMap(({ conclusion }) => conclusion.deadLetter?.owed.map(({ model }) => model) ?? []);
      const abandoned = new Set<string>();
      for (const { conclusion } of steps) {
        for (const { model, state } of conclusion.decision?.topics ?? []) {
          if (state === TopicState.ABANDONED) abandoned.add(model);
        }
      }
      expect(dead.toSorted()).toEqual([...abandoned].toSorted());
    });
  });
});
