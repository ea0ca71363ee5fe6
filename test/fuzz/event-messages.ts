import fc from 'fast-check';
import { expect } from 'vitest';
import { EventType, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { InvalidMessageError } from '../../proxy/intake/decode-event.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import { eventJson, eventOf } from '../../proxy/testing/events.ts';
import { mutatedJsonBytes } from './json-mutants.ts';
import { anyBytes, oddNumber, oddText } from './odd-values.ts';
import { mutatedMessage, SHAPES } from './protobuf-mutants.ts';

const binary = Buffer.from(ItemEvent.encode(eventOf()).finish());
const FIRST_TIME_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Fields of the right types, in either way of proto3 JSON, at the edges of what they may hold and beyond. */
const oddItem = fc.record(
  {
    itemId: oddText,
    revision: fc.oneof(
      fc.constant(1),
      oddNumber,
      fc.nat().map(String),
      fc.constantFrom('9007199254740992', '1.5', '-0'),
    ),
    sellerId: oddText,
    title: oddText,
    description: oddText,
    category: oddText,
    price: fc.record({ currency: fc.oneof(fc.constantFrom('JPY', 'jpy', 'JPYX', ''), oddText), minorUnits: oddNumber }),
    imageUrls: fc.oneof(
      fc.array(oddText, { maxLength: 3 }),
      fc.constantFrom(99, 100, 101).map((n) => Array(n).fill('u')),
    ),
  },
  { requiredKeys: [] },
);
const only = (item: Record<string, unknown>, kept: readonly number[]) =>
  Object.fromEntries(Object.entries(item).filter((_entry, index) => kept.includes(index)));
const oddEventJson = fc
  .tuple(
    // Few fields at a time, so that many of these are events after all.
    fc.tuple(oddItem, fc.nat(5), fc.nat(5)).map(([item, ...kept]) => only(item, kept)),
    fc.record(
      { eventId: oddText, type: fc.constantFrom(1, 2, 3, 0, 4, '1', 'UPDATED', 'updated'), occurredAt: oddTime() },
      { requiredKeys: [] },
    ),
    fc.nat(3),
  )
  .map(([item, changes, one]) => eventJson(item, one === 0 ? changes : {}));
const oddEventBinary = oddEventJson.map((json) => {
  try {
    return Buffer.from(ItemEvent.encode(ItemEvent.fromJSON(json)).finish());
  } catch {
    return binary; // Numbers that can't be written in the first place.
  }
});

function oddTime(): fc.Arbitrary<string> {
  return fc.constantFrom(
    '2026-03-01T18:00:00+09:00',
    '2026-03-01T09:00:00.123456789Z',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00+23:59',
    '9999-12-31T23:59:59.999-23:59',
    '1969-12-31T23:59:59.999Z',
    '2024-02-29T00:00:60Z',
    '2023-02-29T00:00:00Z',
    '2026-03-01T24:00:00Z',
  );
}

const json = fc.oneof(
  { arbitrary: mutatedJsonBytes(eventJson()), weight: 4 },
  { arbitrary: oddEventJson.map((one) => Buffer.from(JSON.stringify(one))), weight: 4 },
  fc.json().map(Buffer.from),
);
const protobuf = fc.oneof(
  { arbitrary: mutatedMessage(binary, SHAPES.event), weight: 4 },
  { arbitrary: oddEventBinary, weight: 3 },
);

const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((letter, i) => (upper[i] ? letter.toUpperCase() : letter)).join(''));

/** Within Pub/Sub's limits, so that a message may really have it: well-formed, keys of 256 bytes and values of 1024. */
const attributeText = (maxBytes: number) =>
  fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('é'.repeat(maxBytes / 2), 'x'.repeat(maxBytes)),
    )
    .map((text) => text.toWellFormed());

/** The attributes of a message: the content type said in every way, among others or not at all. */
export const attributes: fc.Arbitrary<Record<string, string>> = fc
  .record({
    contentType: fc.option(
      fc.oneof(
        { arbitrary: fc.constantFrom('application/json', 'application/protobuf'), weight: 6 },
        fc.constantFrom('', 'application/json; charset=utf-8', ' application/json', 'text/csv', 'constructor'),
        anyCase('application/json'),
        anyCase('application/protobuf'),
        attributeText(1_024),
      ),
      { nil: undefined },
    ),
    key: fc.oneof({ arbitrary: fc.constant('content-type'), weight: 9 }, anyCase('content-type')),
    others: fc.oneof(
      { arbitrary: fc.constant({}), weight: 4 },
      fc.dictionary(attributeText(256), attributeText(1_024), { maxKeys: 4 }),
      fc.constant(Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`key-${i}`, 'v'.repeat(1_024)]))),
      fc.constantFrom('eddy-reason', 'eddy-cut', 'traceparent').map((name) => ({ [name]: 'x'.repeat(1_024) })),
    ),
  })
  .map(({ contentType, key, others }) => ({ ...others, ...(contentType === undefined ? {} : { [key]: contentType }) }));

export interface FuzzedMessage {
  readonly data: Buffer;
  readonly attributes: Record<string, string>;
}

/** What somebody with the right to publish could send as an event. */
export const eventMessage: fc.Arbitrary<FuzzedMessage> = fc.oneof(
  { arbitrary: fc.record({ data: json, attributes: fc.constant({}) }), weight: 5 },
  {
    arbitrary: fc.record({ data: protobuf, attributes: fc.constant({ 'content-type': 'application/protobuf' }) }),
    weight: 5,
  },
  { arbitrary: fc.record({ data: fc.oneof(json, protobuf, anyBytes(200)), attributes }), weight: 3 },
);

/** What reading comes to: the event, or the error that is allowed; anything else is thrown on. */
export function readOrRefuse<Read>(read: () => Read): Read | InvalidMessageError {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
}

/** That an error says what was wrong, and where if that can be said. */
export function expectClear({ message, fields }: InvalidMessageError): void {
  expect(message).not.toBe('');
  expect(message.isWellFormed()).toBe(true);
  if (/ is invalid$/.test(message)) expect(fields.length).toBeGreaterThan(0);
  for (const { field, message: fault } of fields) {
    expect(field).toMatch(/^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*|\.\d+)*$/);
    expect(fault).not.toBe('');
  }
}

const isText = (value: unknown, max: number) =>
  typeof value === 'string' && value.length <= max && value.isWellFormed();
const isId = (value: unknown) => isText(value, 128) && value !== '';
const isCount = (value: unknown, min: number) => Number.isSafeInteger(value) && (value as number) >= min;

/** That an event is what its type says, to the last field, and nothing besides. */
export function expectWhole(event: ValidEvent): void {
  const { eventId, type, item, occurredAt } = event;
  expect(Object.keys(event).toSorted()).toEqual(['eventId', 'item', 'occurredAt', 'type']);
  expect([EventType.LISTED, EventType.UPDATED, EventType.DELISTED]).toContain(type);
  expect(occurredAt).toBeInstanceOf(Date);
  const isInTime = occurredAt.getTime() >= FIRST_TIME_MS && occurredAt.getTime() <= LAST_TIME_MS;
  const { itemId, revision, sellerId, title, description, category, price, imageUrls, ...more } = item;
  expect(more).toEqual({});
  expect({
    eventId: isId(eventId),
    occurredAt: isInTime,
    itemId: isId(itemId),
    revision: isCount(revision, 1),
    sellerId: isId(sellerId),
    texts: isText(title, 1_000) && isText(description, 10_000_000) && isText(category, 256),
    price: price === undefined || (/^[A-Z]{3}$/.test(price.currency) && isCount(price.minorUnits, 0)),
    imageUrls: Array.isArray(imageUrls) && imageUrls.length <= 100 && imageUrls.every((url) => isText(url, 2_048)),
  }).toEqual({
    eventId: true,
    occurredAt: true,
    itemId: true,
    revision: true,
    sellerId: true,
    texts: true,
    price: true,
    imageUrls: true,
  });
}
