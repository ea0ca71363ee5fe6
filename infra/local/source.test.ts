import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeEvent } from '../../proxy/intake/decode-event.ts';
import { endlessEvents } from './source.ts';

const LISTINGS = join(import.meta.dirname, '../../test/data/items.jsonl');

test('listings go round as valid events of new items; one in five repeats a text, the others do not', async () => {
  const ids = new Set<string>();
  const texts: string[] = [];
  for await (const { data, attributes } of endlessEvents(LISTINGS, 2_000)) {
    const { eventId, item } = decodeEvent(data, attributes);
    ids.add(`${eventId} ${item.itemId}`);
    texts.push(`${item.title}\n${item.description}`);
  }
  expect(ids.size).toBe(2_000);
  const repeated = texts.length - new Set(texts).size;
  expect(repeated).toBeGreaterThan(300);
  expect(repeated).toBeLessThan(400);
});
