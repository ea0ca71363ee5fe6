import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readListings, type SourceMessage } from '../../infra/local/source.ts';
import { decodeEvent } from '../../proxy/intake/decode-event.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import { newTexts, repeatedTexts, textsOfSize } from './items.ts';

let listings: readonly ValidEvent[];
beforeAll(async () => {
  listings = await readListings(join(import.meta.dirname, '../../test/data/items.jsonl'));
});

const itemOf = ({ data, attributes }: SourceMessage) => decodeEvent(data, attributes).item;
const numbersTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

describe('items', () => {
  test('of new texts are valid, and no two are alike', () => {
    const items = numbersTo(3 * listings.length).map((number) => itemOf(newTexts(listings).item(number)));
    expect(new Set(items.map(({ itemId }) => itemId)).size).toBe(items.length);
    expect(new Set(items.map(({ description }) => description)).size).toBe(items.length);
  });

  test.each([200, 5_000])('of %i bytes have descriptions of that size, and no two are alike', (bytes) => {
    const items = numbersTo(listings.length).map((number) => itemOf(textsOfSize(listings, bytes).item(number)));
    for (const { description } of items) expect(Buffer.byteLength(description)).toBeCloseTo(bytes, -2);
    expect(new Set(items.map(({ description }) => description)).size).toBe(items.length);
  });

  test.each([0.25, 0.5, 1])('repeat a text of the primers as often as the share says: %d', (share) => {
    const items = repeatedTexts(listings, share);
    const textOf = (message: SourceMessage) => {
      const { title, description, category, sellerId } = itemOf(message);
      return JSON.stringify([title, description, category, sellerId]);
    };
    const known = new Set(numbersTo(items.primers).map((index) => textOf(items.primer(index, index))));
    const from = items.primers;
    const sent = numbersTo(400, from).map((number) => items.item(number));
    expect(sent.filter((message) => known.has(textOf(message)))).toHaveLength(400 * share);
    expect(new Set(sent.map((message) => itemOf(message).itemId)).size).toBe(400);
  });

  test('need no primers where nothing is repeated', () => {
    expect(repeatedTexts(listings, 0).primers).toBe(0);
    expect(newTexts(listings).primers).toBe(0);
  });
});
