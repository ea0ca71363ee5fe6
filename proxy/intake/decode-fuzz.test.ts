import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { anyText } from '../testing/arbitraries.ts';
import { eventJson, eventOf } from '../testing/events.ts';
import { decodeEntry } from './decode-entry.ts';
import { decodeEvent, InvalidMessageError } from './decode-event.ts';

const PROTOBUF = { 'content-type': 'application/protobuf' };
type Reading = (data: Buffer) => unknown;
const READINGS: Record<string, Reading> = {
  'an event in JSON': (data) => decodeEvent(data, {}),
  'an event in binary': (data) => decodeEvent(data, PROTOBUF),
  'a backlog entry': (data) => decodeEntry(data, 'message-1'),
};

/** What comes out of reading: nothing, or the error that is allowed. */
function refusal(read: Reading, data: Buffer): InvalidMessageError | undefined {
  try {
    read(data);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
}
const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array));

/** Valid bytes with a few of them changed, removed or added. */
function damaged(whole: Buffer): fc.Arbitrary<Buffer> {
  const damage = fc.record({ at: fc.nat(whole.length), remove: fc.nat(4), insert: bytes(4) });
  return fc
    .array(damage, { minLength: 1, maxLength: 4 })
    .map((all) =>
      all.reduce(
        (data, { at, remove, insert }) => Buffer.concat([data.subarray(0, at), insert, data.subarray(at + remove)]),
        whole,
      ),
    );
}

describe.each(Object.entries(READINGS))('whatever is read as %s', (_name, read) => {
  const wholes = [
    Buffer.from(JSON.stringify(eventJson())),
    Buffer.from(ItemEvent.encode(eventOf()).finish()),
    Buffer.from(
      BacklogEntry.encode(
        BacklogEntry.fromPartial({ event: eventOf(), owed: [{ model: 'weapons' }], firstPublishedAt: new Date(0) }),
      ).finish(),
    ),
  ];

  test('is read or refused, and never throws anything else', () => {
    const data = fc.oneof(bytes(200), fc.json().map(Buffer.from), ...wholes.map(damaged));
    fc.assert(
      fc.property(data, (given) => {
        refusal(read, given);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
    ['objects in fields', '{"item":', '}'],
  ])('may be nested as deep as a message is long: %s', (_what, open, close) => {
    const depth = 200_000;
    const nested = `${open.repeat(depth)}1${close.repeat(depth)}`;
    refusal(read, Buffer.from(nested));
    refusal(read, Buffer.from(`{"item":{"price":${nested}}}`));
    expect(refusal(read, Buffer.alloc(1_000_000, 0x0b))).toBeInstanceOf(InvalidMessageError);
  });
});

describe('an event in JSON', () => {
  const decode = (value: unknown) => decodeEvent(Buffer.from(JSON.stringify(value)), {});

  test('is told nothing by keys that mean something to JavaScript', () => {
    const text = JSON.stringify({ item: {} });
    for (const key of ['__proto__', 'constructor', 'prototype', '_proto_', '_ _proto__']) {
      const smuggled = text.replace('{', `{${JSON.stringify(key)}: ${JSON.stringify(eventJson())},`);
      const error = refusal(READINGS['an event in JSON']!, Buffer.from(smuggled));
      expect(error?.fields.map(({ field }) => field)).toContain('eventId');
      expect(Object.hasOwn(Object.prototype, 'eventId')).toBe(false);
    }
    const withKeys = `{"__proto__": {"polluted": true}, ${JSON.stringify(eventJson()).slice(1)}`;
    expect(decodeEvent(Buffer.from(withKeys), {})).toEqual(eventOf());
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('comes out as it went in, whatever its texts', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (title, category, revision) => {
          const { item } = decode(eventJson({ title, category, revision }));
          expect(item).toMatchObject({ title: title.toWellFormed(), category: category.toWellFormed(), revision });
        },
      ),
    );
  });

  test('is the same event in JSON and in binary', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (description, minorUnits) => {
        const event = decode(eventJson({ description, price: { currency: 'EUR', minorUnits } }));
        expect(decodeEvent(Buffer.from(ItemEvent.encode(event).finish()), PROTOBUF)).toEqual(event);
      }),
    );
  });

  test('that is refused has none of its texts in the reason', () => {
    const secret = 'hunter2hunter2';
    const faulty = fc.constantFrom<Record<string, unknown>>(
      { itemId: '' },
      { revision: secret },
      { sellerId: secret.repeat(20) },
      { title: [secret] },
      { price: { currency: secret, minorUnits: 1 } },
      { price: secret },
      { imageUrls: secret },
      { imageUrls: [secret.repeat(1_000)] },
    );
    fc.assert(
      fc.property(faulty, fc.nat(200), (item, cutAt) => {
        const text = JSON.stringify(eventJson({ description: secret, ...item }, { type: secret, occurredAt: secret }));
        const cut = text.slice(0, cutAt + 1);
        const spoilt = text.replace(secret, `${secret}"${secret}`);
        for (const data of [text, cut, spoilt]) {
          const error = refusal(READINGS['an event in JSON']!, Buffer.from(data))!;
          expect(JSON.stringify([error.message, error.fields])).not.toContain('hunter2');
        }
      }),
    );
  });
});
