import fc from 'fast-check';
import type { Case } from '../moderation/case.ts';
import { type Abandoned, abandoned, type Failed, failed, type Outcome, pending } from '../moderation/outcome.ts';
import { caseOf, eventOf, historyOwing, OCCURRED_AT } from './events.ts';

/** Any text, among it what is unusual: lone surrogates, quotes, separators, line ends. */
export const anyText: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '"', ',', '\\', '\n', '[', ':')),
  maxLength: 12,
});

export const probability: fc.Arbitrary<number> = fc.double({ min: 0, max: 1, noNaN: true });

export const scored = fc.record({ state: fc.constant('scored' as const), probability, modelVersion: fc.string() });

export const closedWithoutScore: fc.Arbitrary<Failed | Abandoned> = fc.oneof(
  fc.string().map(failed),
  fc.string().map(abandoned),
);

/** What a model that is asked can come to. */
export const answer: fc.Arbitrary<Outcome> = fc.oneof(scored, fc.string().map(pending), fc.string().map(failed));

export const MODELS = ['counterfeit', 'drugs', 'money', 'weapons'] as const;

/** A backlog pass in any state: each model is owed here, owed elsewhere, scored, closed without a score or unknown. */
export const backlogCase: fc.Arbitrary<Case> = fc
  .record({
    places: fc.tuple(...MODELS.map(() => fc.constantFrom('owed', 'elsewhere', 'scored', 'closed', 'unknown'))),
    attempts: fc.array(fc.nat(50), { minLength: MODELS.length, maxLength: MODELS.length }),
    scores: fc.array(scored, { minLength: MODELS.length, maxLength: MODELS.length }),
    closed: fc.array(closedWithoutScore, { minLength: MODELS.length, maxLength: MODELS.length }),
    passes: fc.nat(100),
    ageMs: fc.nat(100_000),
  })
  .filter(({ places }) => places.includes('owed'))
  .map(({ places, attempts, scores, closed, passes, ageMs }) => {
    const at = (place: string) => MODELS.filter((_model, index) => places[index] === place);
    const indexOf = (model: (typeof MODELS)[number]) => MODELS.indexOf(model);
    const history = historyOwing([], {
      owed: at('owed').map((model) => ({
        model,
        attempts: attempts[indexOf(model)]!,
        lastError: `UNAVAILABLE: ${model}`,
      })),
      owedElsewhere: at('elsewhere'),
      scores: new Map(at('scored').map((model) => [model, scores[indexOf(model)]!])),
      failures: new Map(at('closed').map((model) => [model, closed[indexOf(model)]!])),
      firstPublishedAtMs: OCCURRED_AT.getTime() - ageMs,
      passes,
    });
    return caseOf(eventOf(), { intake: 'backlog', history });
  });
