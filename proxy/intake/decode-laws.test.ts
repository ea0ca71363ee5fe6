import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { anyText } from '../testing/arbitraries.ts';
import { eventJson, eventOf } from '../testing/events.ts';
import { decodeEvent, InvalidMessageError } from './decode-event.ts';

const PROTOBUF = { 'content-type': 'application/protobuf' };

/** The error that reading comes to, which must be the one that is allowed. */
function refusal(data: Buffer): InvalidMessageError | undefined {
  try {
    decodeEvent(data, {});
    return undefined;
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
}

describe('an event in JSON', () => {
  const decode = (value: unknown) => decodeEvent(Buffer.from(JSON.stringify(value)), {});

  test('is told nothing by keys that mean something to JavaScript', () => {
    const text = JSON.stringify({ item: {} });
    for (const key of ['__proto__', 'constructor', 'prototype', '_proto_', '_ _proto__']) {
      const smuggled = text.replace('{', `{${JSON.stringify(key)}: ${JSON.stringify(eventJson())},`);
      const error = refusal(Buffer.from(smuggled));
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
          const error = refusal(Buffer.from(data))!;
          expect(JSON.stringify([error.message, error.fields])).not.toContain('hunter2');
        }
      }),
    );
  });
});
