import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { decodeEntry } from '../../proxy/intake/decode-entry.ts';
import { InvalidMessageError } from '../../proxy/intake/decode-event.ts';
import { backlogEntry } from '../../proxy/moderation/backlog-entry.ts';
import type { Case, History } from '../../proxy/moderation/case.ts';
import type { Outcome } from '../../proxy/moderation/outcome.ts';
import { ENTRY, entryBytes } from './entry-messages.ts';
import { expectClear, expectWhole, readOrRefuse } from './event-messages.ts';
import { cpuMsOf, failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

/** That a case can be reckoned with: no number that is none, no text that is cut in the middle of a character. */
function expectSound({ event, sourceMessageId, publishedAtMs, history }: Case): void {
  expectWhole(event);
  expect(sourceMessageId.length).toBeLessThanOrEqual(128);
  expect(publishedAtMs).toSatisfy(Number.isSafeInteger);
  const { owed, scores, failures, firstPublishedAtMs, passes } = history!;
  expect(owed.length).toBeGreaterThan(0);
  expect(firstPublishedAtMs).toSatisfy((ms: number) => Number.isSafeInteger(ms) && ms >= 0);
  for (const count of [passes, ...owed.map(({ attempts }) => attempts)]) {
    expect(count).toSatisfy((value: number) => Number.isSafeInteger(value) && value >= 0);
  }
  for (const { probability } of scores.values()) {
    expect(probability).toSatisfy((value: number) => value >= 0 && value <= 1);
  }
  for (const { error } of failures.values()) expect(error.length).toBeLessThanOrEqual(200);
}

/** What is settled; of a model that has both a score and a failure, the failure. */
function knownOf({ scores, failures }: History): Map<string, Outcome> {
  return new Map<string, Outcome>([...scores, ...failures]);
}

/** The entry that another pass, in which nobody has answered, would put in its place. */
function nextEntry(subject: Case): Buffer {
  const { owed, owedElsewhere, enrichment } = subject.history!;
  const again = owed.map(({ model, attempts, lastError }) => ({ model, attempts: attempts + 1, lastError }));
  const known = knownOf(subject.history!);
  return Buffer.from(
    BacklogEntry.encode(backlogEntry(subject, again, owedElsewhere, known, enrichment, Date.now())).finish(),
  );
}

describe('whatever comes as a backlog entry', () => {
  test(
    'is a case that can go round again, or is refused with the reason',
    () => {
      const came = { read: 0, refused: 0 };
      fc.assert(
        fc.property(entryBytes, (data) => {
          const subject = readOrRefuse(() => decodeEntry(data, 'message-7'));
          if (subject instanceof InvalidMessageError) {
            expectClear(subject);
            came.refused++;
            return;
          }
          expectSound(subject);
          const { event, history } = decodeEntry(nextEntry(subject), 'message-8');
          expect(event).toEqual(subject.event);
          expect(knownOf(history!)).toEqual(knownOf(subject.history!));
          expect(history!.firstPublishedAtMs).toBe(subject.history!.firstPublishedAtMs);
          came.read++;
        }),
        runs(2_000),
      );
      expect(came.read).toBeGreaterThan(0);
      expect(came.refused).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  test.each<[string, Partial<BacklogEntry>]>([
    ['models owed', { owed: Array(80_000).fill({ model: 'weapons', attempts: 1, lastError: '' }) }],
    ['models owed by others', { owedElsewhere: Array(100_000).fill('weapons') }],
    ['scores', { scores: Array(50_000).fill({ model: 'money', probability: 0.5, modelVersion: 'v1' }) }],
    ['failures', { failures: Array(80_000).fill({ model: 'money', error: 'no', abandoned: false }) }],
    ['a trace', { traceparent: '0'.repeat(1_000_000) }],
    ['an error', { failures: [{ model: 'money', error: 'x'.repeat(1_000_000), abandoned: false }] }],
  ])('takes less than a second of the processor where it has a megabyte of %s', (_what, changes) => {
    const data = Buffer.from(BacklogEntry.encode({ ...ENTRY, ...changes }).finish());
    expect(cpuMsOf(() => void readOrRefuse(() => decodeEntry(data, 'message-7')))).toBeLessThan(1_000);
  });
});
