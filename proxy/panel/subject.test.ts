import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import type { Item } from '../../proto/generated/moderation/v1/item.ts';
import { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import { ITEM_FIELDS, type ItemField } from '../config-schema.ts';
import { itemOf } from '../testing/events.ts';
import { createSubject } from './subject.ts';

const seller: SellerProfile = {
  sellerId: 'seller-1',
  accountAgeDays: 3,
  pastRemovals: 1,
  completedSales: 9,
  verified: true,
  rating: 4.5,
};
const item = itemOf();
const bare = createSubject(item, { seller: undefined });
const enriched = createSubject(item, { seller });

describe('the input of an item', () => {
  test('is the encoded PredictInput, with the enrichment only where it is needed', () => {
    const encoded = (enrichment: PredictInput['enrichment']) => PredictInput.encode({ item, enrichment }).finish();
    expect(Buffer.from(enriched.input([]))).toEqual(Buffer.from(encoded(undefined)));
    expect(Buffer.from(enriched.input(['seller']))).toEqual(Buffer.from(encoded({ seller })));
    expect(PredictInput.decode(enriched.input(['seller']))).toEqual({ item, enrichment: { seller } });
  });

  test('without the profile that is needed says that there is none', () => {
    expect(PredictInput.decode(bare.input(['seller']))).toEqual({ item, enrichment: { seller: undefined } });
  });

  test('is encoded once for all models', () => {
    expect(enriched.input([])).toBe(enriched.input([]));
    expect(enriched.input(['seller'])).toBe(enriched.input(['seller']));
  });
});

describe('the digest of an item', () => {
  const changes: Record<ItemField, Partial<Item>[]> = {
    title: [{ title: 'Kettle' }, { title: '' }],
    description: [{ description: 'Holds two litres.' }],
    category: [{ category: 'home' }],
    price: [
      { price: undefined },
      { price: { currency: 'EUR', minorUnits: 1_250 } },
      { price: { currency: 'USD', minorUnits: 1_251 } },
    ],
    imageUrls: [{ imageUrls: [] }, { imageUrls: ['https://images.example/1.jpg', 'https://images.example/2.jpg'] }],
    sellerId: [{ sellerId: 'seller-2' }],
  };
  const digest = (of: Item, reads: readonly ItemField[]) => createSubject(of, { seller }).digest(reads, []);

  test.each(ITEM_FIELDS)('changes with %s exactly where the model reads that', (changed) => {
    for (const change of changes[changed]) {
      for (const reads of ITEM_FIELDS.map((field) => [field])) {
        const isSame = digest(item, reads) === digest({ ...item, ...change }, reads);
        expect(isSame).toBe(!reads.includes(changed));
      }
      expect(digest(item, ITEM_FIELDS)).not.toBe(digest({ ...item, ...change }, ITEM_FIELDS));
    }
  });

  test('does not depend on what no model sees: the ids of item and revision', () => {
    expect(digest({ ...item, itemId: 'copy', revision: 9 }, ITEM_FIELDS)).toBe(digest(item, ITEM_FIELDS));
  });

  test('changes with each part of a source exactly where the model needs that source', () => {
    const parts: Partial<SellerProfile>[] = [
      { sellerId: 's' },
      { accountAgeDays: 4 },
      { pastRemovals: 2 },
      { completedSales: 10 },
      { verified: false },
      { rating: 4 },
    ];
    for (const part of parts) {
      const changed = createSubject(item, { seller: { ...seller, ...part } });
      expect(changed.digest(['title'], ['seller'])).not.toBe(enriched.digest(['title'], ['seller']));
      expect(changed.digest(['title'], [])).toBe(enriched.digest(['title'], []));
    }
    expect(bare.digest(['title'], ['seller'])).not.toBe(enriched.digest(['title'], ['seller']));
  });

  test('never takes text of one field for text of another', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\\', ']', '['), maxLength: 4 });
    fc.assert(
      fc.property(text, text, text, text, (title, description, otherTitle, otherDescription) => {
        const one = digest({ ...item, title, description }, ['title', 'description']);
        const other = digest({ ...item, title: otherTitle, description: otherDescription }, ['title', 'description']);
        expect(one === other).toBe(title === otherTitle && description === otherDescription);
      }),
    );
  });
});
