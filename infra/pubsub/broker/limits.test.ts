import { describe, expect, test } from 'vitest';
import { checkPublish, checkRange, messageBytes } from './limits.ts';
import type { PublishedMessage } from './resources.ts';

const message = (part: Partial<PublishedMessage> = {}): PublishedMessage => ({
  data: Buffer.from('x'),
  attributes: {},
  orderingKey: '',
  ...part,
});
const attributes = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']));

describe('a publish', () => {
  test.each([
    ['data alone', [message()]],
    ['attributes alone', [message({ data: new Uint8Array(), attributes: { a: '' } })]],
    ['100 attributes', [message({ attributes: attributes(100) })]],
    ['the longest key and value', [message({ attributes: { ['é'.repeat(128)]: 'é'.repeat(512) } })]],
    ['the longest ordering key', [message({ orderingKey: 'k'.repeat(1_024) })]],
    ['1,000 messages', Array.from({ length: 1_000 }, () => message())],
    ['10 MB', [message({ data: new Uint8Array(10_000_000) })]],
    ['an attribute of a tracing client', [message({ attributes: { googclient_traceparent: '00' } })]],
  ])('may have %s', (_, messages) => {
    expect(() => checkPublish(messages)).not.toThrow();
  });

  test.each([
    ['nothing', [], 'there must be at least one'],
    ['an empty message', [message(), message({ data: new Uint8Array() })], 'messages[1]: there must be data or'],
    ['1,001 messages', Array.from({ length: 1_001 }, () => message()), 'at most 1000 in one request, not 1001'],
    ['more than 10 MB', [message({ data: new Uint8Array(10_000_001) })], 'at most 10000000 bytes'],
    ['101 attributes', [message({ attributes: attributes(101) })], 'messages[0].attributes: at most 100, not 101'],
    ['an empty key', [message({ attributes: { '': 'v' } })], 'a key must not be empty'],
    [
      'a long key',
      [message({ attributes: { ['é'.repeat(129)]: '' } })],
      'a key must have at most 256 bytes, but has 258',
    ],
    ['a key of Google', [message({ attributes: { google: '' } })], '"google" must not begin with goog'],
    ['a long value', [message({ attributes: { a: 'v'.repeat(1_025) } })], 'the value of "a" must have at most 1024'],
    ['a long ordering key', [message({ orderingKey: 'k'.repeat(1_025) })], 'ordering_key must have at most 1024'],
    ['two ordering keys', [message(), message({ orderingKey: 'k' })], 'messages[1].ordering_key: all messages'],
  ])('is refused with %s', (_, messages, reason) => {
    expect(() => checkPublish(messages)).toThrow(reason);
  });
});

test('a message counts with its data, attributes and key, in bytes', () => {
  expect(messageBytes(message({ data: new Uint8Array(5), attributes: { ä: 'b' }, orderingKey: 'ccc' }))).toBe(11);
});

test('a range includes its ends and may be open', () => {
  expect(() => checkRange(10_000, { min: 10_000, max: 20_000 }, 'it')).not.toThrow();
  expect(() => checkRange(20_000, { min: 10_000, max: 20_000 }, 'it')).not.toThrow();
  expect(() => checkRange(20_001, { min: 10_000, max: 20_000 }, 'it')).toThrow(
    'it must be 10 s to 20 s, but is 20.001 s',
  );
  expect(() => checkRange(9_000, { min: 10_000 }, 'it')).toThrow('it must be at least 10 s, but is 9 s');
  expect(() => checkRange(Number.NaN, { min: 0 }, 'it')).toThrow('it must be');
});
