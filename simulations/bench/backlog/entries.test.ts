import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readListings } from '../../../infra/local/source.ts';
import { decodeEntry } from '../../../proxy/intake/decode-entry.ts';
import { modelNamesOf } from '../configuration.ts';
import { waitingEntry } from './entries.ts';

test('an entry is one as the proxy reads it, and owes the answer of the model that is down', async () => {
  const listings = await readListings(join(import.meta.dirname, '../../../test/data/items.jsonl'));
  const names = modelNamesOf(5);
  const { data } = waitingEntry(listings, 7, { scored: names.slice(0, -1), owed: names.at(-1)! });
  const subject = decodeEntry(data, 'message-7');
  expect(subject.event.item.itemId).toBe('item-7');
  expect(subject.history!.owed.map(({ model }) => model)).toEqual(names.slice(-1));
  expect([...subject.history!.scores.keys()]).toEqual(names.slice(0, -1));
});
