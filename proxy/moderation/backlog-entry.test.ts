import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { decodeEntry } from '../intake/decode-entry.ts';
import { backlogCase } from '../testing/arbitraries.ts';
import { caseOf, historyOwing, OCCURRED_AT } from '../testing/events.ts';
import { backlogEntries, backlogEntry, historyOf } from './backlog-entry.ts';
import type { Case } from './case.ts';
import { abandoned, failed, type Outcome, pending } from './outcome.ts';

const NOW = OCCURRED_AT.getTime() + 60_000;
const enrichment = {
  seller: { sellerId: 'seller-1', accountAgeDays: 3, pastRemovals: 1, completedSales: 9, verified: true, rating: 4.5 },
};
const owed = [
  { model: 'weapons', attempts: 1, lastError: 'UNAVAILABLE: away' },
  { model: 'money', attempts: 1, lastError: 'BREAKER_OPEN: the model keeps failing' },
];
const outcomes = new Map<string, Outcome>([
  ['weapons', pending('UNAVAILABLE: away')],
  ['money', pending('BREAKER_OPEN: the model keeps failing')],
  ['drugs', { state: 'scored', probability: 0.25, modelVersion: 'drugs-1' }],
  ['books', failed('INVALID_ARGUMENT: no')],
  ['toys', abandoned('asked 3 times')],
]);

describe('a backlog entry', () => {
  test('carries the event, what is owed and all that is known', () => {
    const subject = caseOf();
    expect(backlogEntry(subject, owed, ['art'], outcomes, enrichment, NOW)).toEqual({
      event: subject.event,
      owed,
      owedElsewhere: ['art'],
      scores: [{ model: 'drugs', probability: 0.25, modelVersion: 'drugs-1' }],
      failures: [
        { model: 'books', error: 'INVALID_ARGUMENT: no', abandoned: false },
        { model: 'toys', error: 'asked 3 times', abandoned: true },
      ],
      enrichment,
      firstPublishedAt: new Date(NOW),
      eventPublishedAt: new Date(subject.publishedAtMs),
      passes: 0,
      traceparent: subject.traceparent,
      sourceMessageId: 'message-1',
    });
  });

  test('of a later pass keeps the time of the first and counts the passes', () => {
    const history = historyOwing(['weapons'], { passes: 4, firstPublishedAtMs: 1_234 });
    const entry = backlogEntry(caseOf(undefined, { history }), owed, [], outcomes, enrichment, NOW);
    expect(entry).toMatchObject({ passes: 5, firstPublishedAt: new Date(1_234) });
  });

  test('becomes one for all that is owed, or one for each model that names the others', () => {
    const make = (mode: 'combined' | 'per-model') =>
      backlogEntries(caseOf(), owed, ['art'], outcomes, enrichment, mode, NOW);
    expect(make('combined').map((entry) => [entry.owed, entry.owedElsewhere])).toEqual([[owed, ['art']]]);
    expect(make('per-model').map((entry) => [entry.owed, entry.owedElsewhere])).toEqual([
      [[owed[0]], ['money', 'art']],
      [[owed[1]], ['weapons', 'art']],
    ]);
  });

  test('is not made where nothing is owed here', () => {
    for (const mode of ['combined', 'per-model'] as const) {
      expect(backlogEntries(caseOf(), [], ['art'], outcomes, enrichment, mode, NOW)).toEqual([]);
    }
  });

  /** The case that the entry of a pass comes to when it is delivered. */
  function delivered(entry: BacklogEntry): Case {
    return decodeEntry(Buffer.from(BacklogEntry.encode(entry).finish()), 'entry-2');
  }

  test('tells the next pass, through its bytes, exactly what this one knew', () => {
    fc.assert(
      fc.property(backlogCase, (subject) => {
        const before = subject.history!;
        const known = new Map<string, Outcome>([...before.scores, ...before.failures]);
        const entry = backlogEntry(subject, before.owed, before.owedElsewhere, known, enrichment, NOW);
        const next = delivered(entry);
        expect(next).toEqual({
          ...subject,
          history: { ...before, entryId: 'entry-2', enrichment, passes: before.passes + 1 },
        });
        expect(next.history).toEqual(historyOf(entry, 'entry-2'));
      }),
    );
  });

  test('without enrichment or times still comes to a history', () => {
    const { enrichment, firstPublishedAtMs } = historyOf(BacklogEntry.fromPartial({}), 'entry-1');
    expect([enrichment, firstPublishedAtMs]).toEqual([{ seller: undefined }, 0]);
  });
});
