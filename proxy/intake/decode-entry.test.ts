import { describe, expect, test } from 'vitest';
import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { eventOf, OCCURRED_AT } from '../testing/events.ts';
import { decodeEntry } from './decode-entry.ts';
import { InvalidMessageError } from './decode-event.ts';

const ENTRY = BacklogEntry.fromPartial({
  event: eventOf(),
  owed: [{ model: 'weapons', attempts: 2, lastError: 'UNAVAILABLE: away' }],
  scores: [{ model: 'money', probability: 0.25, modelVersion: 'v1' }],
  failures: [
    { model: 'drugs', error: 'INVALID_ARGUMENT: no', abandoned: false },
    { model: 'toys', error: 'asked 3 times', abandoned: true },
  ],
  owedElsewhere: ['books'],
  firstPublishedAt: new Date(1_000),
  eventPublishedAt: new Date(500),
  passes: 3,
  traceparent: '00-a-b-01',
  sourceMessageId: 'message-1',
});
const decode = (entry: BacklogEntry) => decodeEntry(Buffer.from(BacklogEntry.encode(entry).finish()), 'message-7');

function faultsOf(changes: Partial<BacklogEntry>) {
  try {
    decode({ ...ENTRY, ...changes });
  } catch (error) {
    if (error instanceof InvalidMessageError) return error.fields.map(({ field }) => field);
    throw error;
  }
  return [];
}

describe('a backlog entry', () => {
  test('becomes a case with its history, known by the message that carries it', () => {
    expect(decode(ENTRY)).toEqual({
      intake: 'backlog',
      event: eventOf(),
      sourceMessageId: 'message-1',
      publishedAtMs: 500,
      traceparent: '00-a-b-01',
      history: {
        entryId: 'message-7',
        owed: [{ model: 'weapons', attempts: 2, lastError: 'UNAVAILABLE: away' }],
        owedElsewhere: ['books'],
        scores: new Map([['money', { state: 'scored', probability: 0.25, modelVersion: 'v1' }]]),
        failures: new Map([
          ['drugs', { state: 'failed', error: 'INVALID_ARGUMENT: no' }],
          ['toys', { state: 'abandoned', error: 'asked 3 times' }],
        ]),
        enrichment: { seller: undefined },
        firstPublishedAtMs: 1_000,
        passes: 3,
      },
    });
  });

  test('that does not say when its event was published counts from when it happened', () => {
    expect(decode({ ...ENTRY, eventPublishedAt: undefined }).publishedAtMs).toBe(OCCURRED_AT.getTime());
  });

  test('is not taken on trust: each field at fault is named', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ event: undefined })).toContain('eventId');
    expect(faultsOf({ event: eventOf({ revision: 0 }) })).toEqual(['item.revision']);
    expect(faultsOf({ owed: [], firstPublishedAt: undefined })).toEqual(['owed', 'firstPublishedAt']);
    expect(faultsOf({ sourceMessageId: 'm'.repeat(129) })).toEqual(['sourceMessageId']);
    for (const probability of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
      expect(faultsOf({ scores: [{ model: 'money', probability, modelVersion: 'v1' }] })).toEqual([
        'scores.probability',
      ]);
    }
  });

  test('of a time that no clock tells is refused: it would never grow old', () => {
    // Seconds beyond what Date can hold: field 5 { 1: 2^53 - 1 }.
    const beyond = Buffer.from([0x2a, 9, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    const data = Buffer.concat([BacklogEntry.encode({ ...ENTRY, firstPublishedAt: undefined }).finish(), beyond]);
    expect(() => decodeEntry(data, 'message-7')).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field: 'firstPublishedAt' })] }),
    );
  });

  test('may be of any count of passes, and can still be written again', () => {
    const most = 2 ** 32 - 1;
    const owed = [{ model: 'weapons', attempts: most, lastError: '' }];
    expect(decode({ ...ENTRY, owed, passes: most }).history).toMatchObject({
      owed: [{ attempts: 2 ** 31 }],
      passes: 2 ** 31,
    });
  });

  test('is refused where what is published in its place could not be', () => {
    expect(faultsOf({ eventPublishedAt: new Date(-1) })).toEqual(['eventPublishedAt']);
    const scores = (length: number) => [{ model: 'money', probability: 0.5, modelVersion: 'v'.repeat(length) }];
    expect(faultsOf({ scores: scores(1_000) })).toEqual([]);
    expect(faultsOf({ scores: scores(1_001) })).toEqual(['scores.modelVersion']);
    // Seconds beyond what Date can hold: field 11 { 1: 2^53 - 1 }.
    const beyond = Buffer.from([0x5a, 9, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    const data = Buffer.concat([BacklogEntry.encode({ ...ENTRY, eventPublishedAt: undefined }).finish(), beyond]);
    expect(() => decodeEntry(data, 'message-7')).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field: 'eventPublishedAt' })] }),
    );
    expect(() => decode({ ...ENTRY, traceparent: '0'.repeat(9_900_000) })).toThrow(/^expected at most 9900000 bytes/);
  });

  test('that is none is refused with the reason', () => {
    expect(() => decodeEntry(Buffer.from('no entry'), 'message-7')).toThrow(/^not a moderation\.v1\.BacklogEntry: /);
  });
});
