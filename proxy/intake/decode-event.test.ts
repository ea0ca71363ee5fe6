import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readItemFile } from '../../infra/local/item-file.ts';
import { EventType, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { ValidEvent } from '../moderation/event.ts';
import { eventJson, eventOf } from '../testing/events.ts';
import { decodeEvent, InvalidMessageError, MAX_EVENT_BYTES } from './decode-event.ts';

const PROTOBUF = { 'content-type': 'application/protobuf' };
const json = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const decodeJson = (value: unknown) => decodeEvent(json(value), {});
const binary = (event: ItemEvent) => Buffer.from(ItemEvent.encode(event).finish());

/** The error that decoding comes to. */
function errorOf(data: Buffer, attributes: Record<string, string> = {}): InvalidMessageError {
  try {
    decodeEvent(data, attributes);
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
  throw new Error('expected an InvalidMessageError');
}
const faultsOf = (value: unknown) =>
  Object.fromEntries(errorOf(json(value)).fields.map(({ field, message }) => [field, message]));

describe('an event', () => {
  test('in JSON is read, with or without saying so', () => {
    expect(decodeJson(eventJson())).toEqual(eventOf());
    expect(decodeEvent(json(eventJson()), { 'content-type': 'application/json' })).toEqual(eventOf());
  });

  test('in binary is read where the attribute says so', () => {
    expect(decodeEvent(binary(eventOf()), PROTOBUF)).toEqual(eventOf());
  });

  test('may write its fields in either way of proto3 JSON, at every level', () => {
    const { price, imageUrls, itemId, sellerId, ...item } = eventJson().item;
    const { currency, minorUnits } = price as Record<string, unknown>;
    const snake = {
      event_id: 'event-1',
      type: 'LISTED',
      occurred_at: '2026-03-01T09:00:00Z',
      item: {
        ...item,
        item_id: itemId,
        seller_id: sellerId,
        image_urls: imageUrls,
        price: { currency, minor_units: minorUnits },
      },
    };
    expect(decodeJson(snake)).toEqual(eventOf());
  });

  test('may write 64-bit integers as text and types as numbers', () => {
    const price = { currency: 'JPY', minorUnits: `${Number.MAX_SAFE_INTEGER}` };
    const event = decodeJson(eventJson({ revision: '12', price }, { type: 3 }));
    expect(event.item).toMatchObject({ revision: 12, price: { minorUnits: Number.MAX_SAFE_INTEGER } });
    expect(event.type).toBe(EventType.DELISTED);
    const free = decodeEvent(Buffer.from(JSON.stringify(eventJson()).replace('1250', '-0')), {});
    expect(free.item.price).toEqual({ currency: 'USD', minorUnits: 0 });
  });

  test('may leave out, or say null for, what is not required', () => {
    const left = ['title', 'description', 'category', 'price', 'imageUrls'];
    const bare = { title: '', description: '', category: '', price: undefined, imageUrls: [] };
    for (const nothing of [undefined, null]) {
      const event = decodeJson(eventJson(Object.fromEntries(left.map((field) => [field, nothing]))));
      expect(event).toEqual(eventOf(bare));
    }
    expect(decodeEvent(binary(eventOf(bare)), PROTOBUF)).toEqual(eventOf(bare));
  });

  test('may have fields that nobody knows, at every level', () => {
    const more = { unknown: { deep: [1] }, x_y: null };
    expect(
      decodeJson({ ...eventJson({ ...more, price: { currency: 'USD', minorUnits: 1_250, ...more } }), ...more }),
    ).toEqual(eventOf());
  });

  test.each([
    ['2026-03-01T18:00:00+09:00', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01T09:00:00.123456789Z', '2026-03-01T09:00:00.123Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('may have happened at %s', (occurredAt, expected) => {
    expect(decodeJson(eventJson({}, { occurredAt })).occurredAt.toISOString()).toBe(expected);
  });

  test('may hold any text, and a lone surrogate becomes what the wire format makes of it', () => {
    const title = 'テ 🍵 \u0000 " \\ \u202e';
    expect(decodeJson(eventJson({ title })).item.title).toBe(title);
    const spoilt = decodeJson(eventJson({ title: 'a\ud800', description: '\udc00b', imageUrls: ['\ud800'] }));
    expect(spoilt.item).toMatchObject({ title: 'a\ufffd', description: '\ufffdb', imageUrls: ['\ufffd'] });
    expect(decodeEvent(binary(spoilt), PROTOBUF)).toEqual(spoilt);
  });

  test('may be as large as what is published in its place may be', () => {
    const room = MAX_EVENT_BYTES - json(eventJson({ description: '' })).length;
    expect(decodeJson(eventJson({ description: 'x'.repeat(room) })).item.description).toHaveLength(room);
    const error = errorOf(json(eventJson({ description: 'x'.repeat(room + 1) })));
    expect(error.message).toBe('expected at most 9500000 bytes, got 9500001');
  });
});

describe('a message that is no event', () => {
  test.each([
    ['', 'not JSON: Unexpected end of JSON input'],
    ['{"eventId": "secret', 'not JSON: Unterminated string in JSON'],
    ['secret', "not JSON: Unexpected token 's'"],
    ['{"a": secret}', "not JSON: Unexpected token 's'"],
    ['🍵', "not JSON: Unexpected token '\ufffd'"],
    ['NaN', 'not JSON'],
    ['[]', 'expected a JSON object, got object'],
    ['null', 'expected a JSON object, got null'],
    ['"secret"', 'expected a JSON object, got string'],
    ['42', 'expected a JSON object, got number'],
  ])('%j is refused with the reason', (text, message) => {
    const error = errorOf(json(text));
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('secret');
    expect(error.message.isWellFormed()).toBe(true);
    expect(error.fields).toEqual([]);
    // Errors are logged with their causes.
    expect(error.cause).toBeUndefined();
  });

  test('is one that is not UTF-8', () => {
    expect(errorOf(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])).message).toBe(
      'not JSON: the bytes are not UTF-8',
    );
  });

  test('is one of another content type', () => {
    expect(errorOf(json(eventJson()), { 'content-type': 'text/csv' }).message).toContain('got text/csv');
    expect(errorOf(json(eventJson()), { 'content-type': '' }).message).toContain('application/json');
  });

  test('is one whose binary form is broken', () => {
    const whole = binary(eventOf());
    expect(errorOf(whole.subarray(0, -20), PROTOBUF).message).toMatch(/^not a moderation\.v1\.ItemEvent: /);
    expect(errorOf(Buffer.alloc(40, 0xff), PROTOBUF).message).toMatch(/^not a moderation\.v1\.ItemEvent: /);
    expect(errorOf(json(eventJson()), PROTOBUF)).toBeInstanceOf(InvalidMessageError);
    expect(errorOf(Buffer.alloc(0), PROTOBUF).fields.length).toBeGreaterThan(0);
  });

  test('has every field at fault named, by its JSON name', () => {
    expect(faultsOf({ type: 'SOLD', item: { revision: 0, item_id: '', price: { currency: 'dollars' } } })).toEqual({
      eventId: 'is required',
      type: 'expected one of LISTED, UPDATED, DELISTED',
      occurredAt: 'expected a time by RFC 3339, such as 2026-01-31T12:00:00Z',
      'item.itemId': 'is required',
      'item.sellerId': 'is required',
      'item.revision': 'expected an integer of at least 1',
      'item.price.currency': 'expected three capital letters (ISO 4217)',
    });
    expect(errorOf(binary(eventOf({ itemId: '', revision: 0 })), PROTOBUF).fields.map(({ field }) => field)).toEqual([
      'item.itemId',
      'item.revision',
    ]);
  });

  test.each([
    ['item.itemId', { itemId: 7 }, 'expected a string'],
    ['item.itemId', { itemId: null }, 'is required'],
    ['item.itemId', { itemId: 'i'.repeat(129) }, 'expected at most 128 characters'],
    ['item.itemId', { itemId: 'i\ud800' }, 'expected no lone surrogates'],
    ['item.revision', { revision: 'first' }, 'expected an integer'],
    ['item.revision', { revision: 1.5 }, 'expected an integer of at least 1'],
    ['item.revision', { revision: -1 }, 'expected an integer of at least 1'],
    ['item.revision', { revision: '9007199254740993' }, 'expected an integer of at least 1'],
    ['item.title', { title: 't'.repeat(1_001) }, 'expected at most 1000 characters'],
    ['item.title', { title: {} }, 'expected a string'],
    ['item.category', { category: 'c'.repeat(257) }, 'expected at most 256 characters'],
    ['item.price.minorUnits', { price: { currency: 'USD', minorUnits: -1 } }, 'expected an integer of at least 0'],
    ['item.imageUrls', { imageUrls: 'https://images.example/1.jpg' }, 'expected a list of strings'],
    ['item.imageUrls.1', { imageUrls: ['a', 1] }, 'expected a string'],
    ['item.imageUrls.0', { imageUrls: ['u'.repeat(2_049)] }, 'expected at most 2048 characters'],
    ['item.imageUrls', { imageUrls: Array(101).fill('u') }, 'expected at most 100 images'],
  ])('has %s at fault: %j', (field, item, message) => {
    expect(faultsOf(eventJson(item))).toEqual({ [field]: message });
  });

  test.each([
    ['item', { item: 'teapot' }, 'expected an item'],
    ['item', { item: [] }, 'expected an item'],
    ['type', { type: 'EVENT_TYPE_UNSPECIFIED' }, 'expected one of'],
    ['type', { type: 0 }, 'expected one of'],
    ['occurredAt', { occurredAt: '2026-13-45T25:61:61Z' }, 'expected a time'],
    ['occurredAt', { occurredAt: '2026-03-01T09:00:00' }, 'expected a time'],
    ['occurredAt', { occurredAt: 1_772_355_600 }, 'expected a time'],
  ])('has %s at fault: %j', (field, changes, message) => {
    const faults = faultsOf({ ...eventJson(), ...changes });
    expect(Object.keys(faults)).toEqual([field]);
    expect(faults[field]).toContain(message);
  });

  test.each([253_402_300_800_000, -62_135_596_800_001, 8.64e15])(
    'is one in binary that happened in a year that has not four digits: %d',
    (ms) => {
      const error = errorOf(binary({ ...eventOf(), occurredAt: new Date(ms) }), PROTOBUF);
      expect(error.fields.map(({ field }) => field)).toEqual(['occurredAt']);
    },
  );

  test('is one in binary that happened at a time that no clock tells', () => {
    // Seconds beyond what Date can hold: field 4 { 1: 2^53 - 1 }.
    const beyond = Buffer.from([0x22, 9, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    const error = errorOf(Buffer.concat([binary({ ...eventOf(), occurredAt: undefined }), beyond]), PROTOBUF);
    expect(error.fields.map(({ field }) => field)).toEqual(['occurredAt']);
  });
});

describe('the file of sample items', () => {
  const file = join(import.meta.dirname, '../../test/data/items.jsonl');

  test('is read as its events say of themselves: what is called invalid is, and all else is not', async () => {
    let read = 0;
    let refused = 0;
    for await (const { line, data, attributes } of readItemFile(file)) {
      let event: ValidEvent | undefined;
      try {
        event = decodeEvent(data, attributes);
      } catch (error) {
        if (!(error instanceof InvalidMessageError)) throw error;
        refused++;
        const kind = /event-\d+-([a-z]+)/.exec(data.toString('latin1'))?.[1] ?? 'invalid';
        expect([line, kind, error.message]).toEqual([line, 'invalid', expect.any(String)]);
        continue;
      }
      read++;
      expect(event.eventId).not.toContain('invalid');
    }
    expect(read).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(40);
  });
});
