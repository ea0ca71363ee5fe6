import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { decodeEvent, InvalidMessageError } from '../../proxy/intake/decode-event.ts';
import { eventJson, eventOf } from '../../proxy/testing/events.ts';
import { eventMessage, expectClear, expectWhole, readOrRefuse } from './event-messages.ts';
import { mutatedJson } from './json-mutants.ts';
import { cpuMsOf, failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

const PROTOBUF = { 'content-type': 'application/protobuf' };

/** Either whole, and the same after its way through the other queue and in the other encoding, or refused clearly. */
function expectSound(data: Buffer, given: Record<string, string>): 'read' | 'refused' {
  const event = readOrRefuse(() => decodeEvent(data, given));
  if (event instanceof InvalidMessageError) {
    expectClear(event);
    return 'refused';
  }
  expectWhole(event);
  expect(decodeEvent(Buffer.from(ItemEvent.encode(event).finish()), PROTOBUF)).toEqual(event);
  expect(decodeEvent(Buffer.from(JSON.stringify(ItemEvent.toJSON(event))), {})).toEqual(event);
  return 'read';
}

describe('whatever comes as an event', () => {
  test(
    'is whole once it is read, the same in both encodings, or is refused with the reason',
    () => {
      const came = { read: 0, refused: 0 };
      fc.assert(
        fc.property(eventMessage, ({ data, attributes }) => {
          came[expectSound(data, attributes)]++;
        }),
        runs(2_000),
      );
      // Both ends are looked at, or this would tell little.
      expect(Math.min(came.read, came.refused)).toBeGreaterThan((came.read + came.refused) / 10);
    },
    PATIENCE_MS,
  );

  test(
    'leaves the prototypes as they are',
    () => {
      const names = () => Object.getOwnPropertyNames(Object.prototype).length;
      const before = names();
      fc.assert(
        fc.property(mutatedJson(eventJson()), (text) => {
          readOrRefuse(() => decodeEvent(Buffer.from(text), {}));
          expect(names()).toBe(before);
          expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
        }),
        runs(300),
      );
    },
    PATIENCE_MS,
  );

  test('that is refused names its fields as the contract does, whatever they were called', () => {
    const refusal = (text: string) => readOrRefuse(() => decodeEvent(Buffer.from(text), {})) as InvalidMessageError;
    const { fields } = refusal('{"event_id":7,"item":{"seller_id":8,"image_urls":[1],"price":{"minor_units":-1}}}');
    expect(fields.map(({ field }) => field)).toEqual([
      'eventId',
      'type',
      'item.itemId',
      'item.revision',
      'item.sellerId',
      'item.price.currency',
      'item.price.minorUnits',
      'item.imageUrls.0',
      'occurredAt',
    ]);
  });
});

const MEGABYTE = 1_000_000;
const fill = (unit: string, open = '', close = '') =>
  Buffer.from(open + unit.repeat(Math.floor((MEGABYTE - open.length - close.length) / unit.length)) + close);
const nested = (data: Buffer) => {
  const length: number[] = [];
  for (let rest = data.length; rest > 0; rest >>>= 7) length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  return Buffer.concat([Buffer.from([0x1a, ...length]), data]);
};
const distinct = (open: string, of: (i: number) => string, close: string) =>
  Buffer.from(open + Array.from({ length: 60_000 }, (_, i) => of(i)).join() + close);

describe('a megabyte that is made to be slow', () => {
  test.each<[string, Buffer]>([
    ['numbers where images should be', fill('1,', '{"item":{"imageUrls":[', '1]}}')],
    ['empty texts where images should be', fill('"",', '{"item":{"imageUrls":[', '""]}}')],
    ['keys of all kinds', distinct('{', (i) => `"a_b${i}":1`, '}')],
    ['keys of all kinds in the item', distinct('{"item":{', (i) => `"a_b${i}":{}`, '}}')],
    ['one key over and over', fill('"item":{"item_id":1},', '{', '"a":1}')],
    ['a key of nothing but words', fill('_a', '{"', '":1}')],
    ['a time with that many digits', fill('1', '{"occurredAt":"2026-03-01T09:00:00.', 'Z"}')],
    ['a time that never begins', fill('9', '{"occurredAt":"', '"}')],
    ['a revision with that many digits', fill('1', '{"item":{"revision":"', '"}}')],
    ['a number with that many digits', fill('1', '{"item":{"revision":', '}}')],
    ['lone surrogates', fill('\\ud800', '{"item":{"description":"', '"}}')],
    ['currencies', fill('AAA', '{"item":{"price":{"currency":"', '"}}}')],
    ['lists in lists', Buffer.from(`{"item":{"price":${'['.repeat(499_980)}${']'.repeat(499_980)}}}`)],
    ['items in items', Buffer.from(`${'{"item":'.repeat(111_000)}1${'}'.repeat(111_000)}`)],
    ['open lists', fill('[')],
    ['open objects', fill('{"item":')],
    ['white space', fill(' ', '{"a":', 'x}')],
    ['quotes', fill('"')],
    ['escapes', fill('\\u0000', '{"eventId":"', '"}')],
    ['no UTF-8', Buffer.alloc(MEGABYTE, 0xff)],
    ['groups', Buffer.alloc(MEGABYTE, 0x4b)],
    ['groups that are closed', fill('\u004b\u004c')],
    ['items, the last of which counts', fill('\u001a\u0000')],
    ['images without a letter', nested(fill('\u0042\u0000'))],
    ['fields of another version', fill('\u0078\u0001')],
    ['a text within texts', fill('\u000a')],
  ])('takes less than a second of the processor: %s', (_what, data) => {
    for (const given of [{}, PROTOBUF]) {
      const cpuMs = cpuMsOf(() => {
        readOrRefuse(() => decodeEvent(data, given));
      });
      expect(cpuMs).toBeLessThan(1_000);
    }
  });

  test('takes no more than two seconds when it is nine times as large', () => {
    const whole = Buffer.from(`{${Array.from({ length: 600_000 }, (_, i) => `"a_b${i}":1`).join()}}`);
    expect(cpuMsOf(() => void readOrRefuse(() => decodeEvent(whole, {})))).toBeLessThan(2_000);
  });
});

test('an event at the limit of its size is read', () => {
  const event = eventOf({ description: 'あ'.repeat(3_000_000) });
  expect(decodeEvent(Buffer.from(ItemEvent.encode(event).finish()), PROTOBUF)).toEqual(event);
});
