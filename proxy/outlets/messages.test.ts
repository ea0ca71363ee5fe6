import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Action, BacklogEntry, Decision } from '../../proto/generated/moderation/v1/moderation.ts';
import { decodeEntry } from '../intake/decode-entry.ts';
import { InvalidMessageError } from '../intake/decode-event.ts';
import { backlogEntry } from '../moderation/backlog-entry.ts';
import { decide } from '../moderation/decide.ts';
import { abandoned, type Outcome, pending } from '../moderation/outcome.ts';
import { anyText } from '../testing/arbitraries.ts';
import { configOf } from '../testing/config.ts';
import { caseOf, eventOf, messageOf, OCCURRED_AT } from '../testing/events.ts';
import {
  deadLetterMessage,
  decisionMessage,
  entryMessage,
  type OutgoingMessage,
  quarantineMessage,
} from './messages.ts';

const outcomes = new Map<string, Outcome>([
  ['weapons', { state: 'scored', probability: 0.96, modelVersion: 'v1' }],
  ['money', pending('UNAVAILABLE: away')],
]);
const { models } = configOf({ weapons: {}, money: {} });
const LARGE = Number.MAX_SAFE_INTEGER;
const event = eventOf({ itemId: 'item: {1}/二🍵 "x"', revision: LARGE });
const subject = caseOf(event);
const decision = decide(event, outcomes, models, OCCURRED_AT.getTime());

/** Checks what Pub/Sub refuses: https://cloud.google.com/pubsub/quotas#resource_limits */
function expectPublishable({ data, attributes }: OutgoingMessage): void {
  const entries = Object.entries(attributes);
  expect(entries.length).toBeLessThanOrEqual(100);
  let bytes = data.length;
  for (const [key, value] of entries) {
    expect(value.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(value)).toBeLessThanOrEqual(1_024);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  expect(bytes).toBeLessThanOrEqual(10_000_000);
}

describe('the message of a decision', () => {
  test('is proto3 JSON by default: names for enums, RFC 3339 for times, integers that lose no digit', () => {
    const json = JSON.parse(decisionMessage(decision, subject, 'json').data.toString());
    expect(json).toEqual({
      id: decision.id,
      eventId: 'event-1',
      itemId: 'item: {1}/二🍵 "x"',
      revision: LARGE,
      action: 'REMOVE',
      completeness: 'PARTIAL',
      topics: [
        { topic: 'about-money', state: 'PENDING', verdict: 'PASS', model: 'money', error: 'UNAVAILABLE: away' },
        {
          topic: 'about-weapons',
          state: 'SCORED',
          verdict: 'REMOVE',
          probability: 0.96,
          model: 'weapons',
          modelVersion: 'v1',
        },
      ],
      decidedAt: '2026-03-01T09:00:00.000Z',
    });
    expect(Decision.fromJSON(json)).toEqual(decision);
  });

  test('keeps a probability of 0, which is not the same as none', () => {
    const zero = decide(
      event,
      new Map([['weapons', { state: 'scored', probability: 0, modelVersion: 'v1' }]]),
      models,
      0,
    );
    expect(JSON.parse(decisionMessage(zero, subject, 'json').data.toString()).topics[0].probability).toBe(0);
    expect(Decision.decode(decisionMessage(zero, subject, 'protobuf').data).topics[0]?.probability).toBe(0);
  });

  test('is binary where the configuration says so', () => {
    const { data, attributes } = decisionMessage(decision, subject, 'protobuf');
    expect(Decision.decode(data)).toEqual(decision);
    expect(attributes['content-type']).toBe('application/protobuf');
  });

  test('has attributes by which a subscription can filter', () => {
    const message = decisionMessage(decision, subject, 'json');
    expect(message.attributes).toEqual({
      'content-type': 'application/json',
      'decision-id': decision.id,
      'event-id': 'event-1',
      'item-id': 'item: {1}/二🍵 "x"',
      revision: String(LARGE),
      action: 'REMOVE',
      completeness: 'PARTIAL',
      'source-message-id': 'message-1',
      traceparent: subject.traceparent,
    });
    expectPublishable(message);
    const passed = decisionMessage({ ...decision, action: Action.PASS }, subject, 'json');
    expect(passed.attributes['action']).toBe('PASS');
  });
});

describe('the message of a backlog entry', () => {
  const owing = (...names: string[]) =>
    backlogEntry(
      subject,
      names.map((model) => ({ model, attempts: 1, lastError: 'x' })),
      [],
      outcomes,
      { seller: undefined },
      0,
    );

  test('is read back by the proxy, and says what it owes', () => {
    const message = entryMessage(owing('money', 'drugs'));
    expect(decodeEntry(message.data, 'entry-1').history?.owed.map(({ model }) => model)).toEqual(['money', 'drugs']);
    expect(message.attributes).toEqual({
      'content-type': 'application/protobuf',
      'event-id': 'event-1',
      'item-id': 'item: {1}/二🍵 "x"',
      revision: String(LARGE),
      owed: 'money,drugs',
      'source-message-id': 'message-1',
      traceparent: subject.traceparent,
    });
  });

  test('of an event as large as may be, that owes a hundred models, can be published', () => {
    const large = caseOf(eventOf({ description: 'x'.repeat(9_400_000) }));
    const names = Array.from({ length: 100 }, (_, index) => `model-${index}`.padEnd(63, 'x'));
    const owed = names.map((model) => ({ model, attempts: 1, lastError: '🍵'.repeat(100) }));
    const message = entryMessage(backlogEntry(large, owed, names, new Map(), { seller: undefined }, 0));
    expectPublishable(message);
    expect(message.attributes['owed']).toMatch(/^model-0x.*…$/);
  });

  test('that was given up says why', () => {
    const outcomes = new Map([['money', abandoned('asked 1000 times; last: UNAVAILABLE: away')]]);
    const entry = backlogEntry(subject, [], [], outcomes, { seller: undefined }, 0);
    const { data, attributes } = deadLetterMessage(entry);
    expect(attributes['reason']).toBe('money: asked 1000 times; last: UNAVAILABLE: away');
    expect(BacklogEntry.decode(data)).toEqual(entry);
  });

  test('can be published whatever the errors are', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 30 }), (errors) => {
        const outcomes = new Map(errors.map((error, index) => [`model-${index}`, abandoned(error.repeat(30))]));
        expectPublishable(deadLetterMessage(backlogEntry(subject, [], [], outcomes, { seller: undefined }, 0)));
      }),
    );
  });
});

describe('the message for the quarantine', () => {
  const error = new InvalidMessageError('the event is invalid', [{ field: 'item.revision', message: 'is required' }]);

  test('is the original, bytes and attributes, with the reason', () => {
    const data = Buffer.from([0, 255, 1]);
    const message = quarantineMessage(messageOf(data, { id: 'message-9', attributes: { source: 'listings' } }), error);
    expect(message.data).toEqual(data);
    expect(message.attributes).toEqual({
      source: 'listings',
      'eddy-reason': 'the event is invalid',
      'eddy-fields': '[{"field":"item.revision","message":"is required"}]',
      'eddy-source-message-id': 'message-9',
    });
  });

  test('is cut where there is no room for both the original and the reason, and says so', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`key-${index}`, 'v'.repeat(1_024)]),
    );
    const message = quarantineMessage(messageOf(Buffer.alloc(9_999_000, 'x'), { attributes }), error);
    expectPublishable(message);
    expect(message.attributes['eddy-reason']).toBe('the event is invalid');
    expect(message.attributes['eddy-cut']).toMatch(/^4 attributes, \d+ bytes of 9999000$/);
    expect(message.data.length).toBeGreaterThan(9_800_000);
    expect(Object.keys(message.attributes)).toHaveLength(100);
  });

  test('keeps all of a message that leaves room', () => {
    const message = quarantineMessage(messageOf(Buffer.alloc(9_900_000, 'x')), error);
    expect(message.data).toHaveLength(9_900_000);
    expect(message.attributes).not.toHaveProperty('eddy-cut');
  });

  test('can be published whatever the reason is', () => {
    const fields = fc.array(fc.record({ field: anyText, message: anyText }), { maxLength: 100 });
    fc.assert(
      fc.property(anyText, fields, (reason, all) => {
        expectPublishable(quarantineMessage(messageOf('x'), new InvalidMessageError(reason.repeat(150), all)));
      }),
    );
  });
});
