import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import { createScorer as createCounterfeit } from '../counterfeit/scorer.ts';
import { createScorer as createMoney } from '../money/scorer.ts';
import { inventListings } from '../training/listings.ts';
import { createScorer as createWeapons } from '../weapons/scorer.ts';
import { loadWeights } from './linear.ts';
import { READ_UP_TO } from './listing.ts';

const scorers = { weapons: createWeapons(), money: createMoney(), counterfeit: createCounterfeit() };
const models = Object.entries(scorers);

const seller = { sellerId: 's', accountAgeDays: 3, pastRemovals: 1, completedSales: 0, verified: false, rating: 0 };

const inputOf = (title: string, description = '', category = ''): PredictInput => ({
  item: { itemId: 'i', revision: 1, sellerId: 's', title, description, category, price: undefined, imageUrls: [] },
  enrichment: { seller },
});

describe.each(models)('the %s scorer', { timeout: 30_000 }, (name, scorer) => {
  test('names its weights by a version', () => {
    expect(scorer.version).toMatch(new RegExp(`^${name}-[0-9a-f]{8}$`, 'u'));
    expect(loadWeights(new URL(`../${name}/scorer.ts`, import.meta.url).href).version).toBe(scorer.version);
  });

  test('answers the same whatever it was asked before, and leaves its input alone', () => {
    const inputs = inventListings('test', 100, 1).map(({ input }) => input);
    const before = structuredClone(inputs);
    const once = inputs.map((input) => scorer.score(input));
    const again = inputs.toReversed().map((input) => scorer.score(input));
    expect(again.toReversed()).toEqual(once);
    expect(inputs).toEqual(before);
  });

  test('answers INVALID_ARGUMENT where the item is missing', () => {
    expect(scorer.score({ item: undefined, enrichment: { seller } })).toEqual({
      error: { code: 3, message: `${name} needs item, and the input has none`, details: [] },
    });
  });

  test('gives a probability for any text, odd Unicode included', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(text, text, text, (title, description, category) => {
        const { probability } = scorer.score(inputOf(title, description, category));
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['unpaired surrogates', '\ud800\udc00\udfff\ud83d'],
    ['only invisible characters', '\u200b\u200d\ufeff'],
    ['marks without letters', '\u0301\u0302\u3099'],
    ['spaced-out letters without end', 'a b '.repeat(25_000)],
    ['letters without end', 'g'.repeat(100_000)],
    ['kanji with dots without end', '銃・'.repeat(50_000)],
    ['dots without end', `銃${'.'.repeat(100_000)}x`],
    ['different words without end', Array.from({ length: 15_000 }, (_, i) => `w${i}`).join(' ')],
  ])('gives a probability in good time for %s', (_, text) => {
    const started = process.cpuUsage();
    const { probability } = scorer.score(inputOf(text, text, text));
    expect(probability).toBeGreaterThanOrEqual(0);
    expect(probability).toBeLessThanOrEqual(1);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(500);
  });

  test('reads no further than it says', () => {
    const full = 'plain '.repeat(1_000).slice(0, READ_UP_TO.description);
    expect(scorer.score(inputOf('Mug', `${full} loaded pistol, fake cash, replica`))).toEqual(
      scorer.score(inputOf('Mug', full)),
    );
  });
});

describe('the counterfeit scorer', () => {
  test('answers INVALID_ARGUMENT naming the seller where the profile is missing', () => {
    const { item } = inputOf('Watch');
    for (const enrichment of [undefined, { seller: undefined }]) {
      const { error, probability } = scorers.counterfeit.score({ item, enrichment });
      expect(probability).toBeUndefined();
      expect(error?.code).toBe(3);
      expect(error?.message).toContain('enrichment.seller');
    }
  });

  test('trusts a settled seller with a fair price more than a new one with a low price', () => {
    const { item } = inputOf('Rolex Submariner', 'Box and card are there.', 'accessories/watches');
    const risky = scorers.counterfeit.score({
      item: { ...item!, price: { currency: 'USD', minorUnits: 5_000 } },
      enrichment: { seller: { ...seller, pastRemovals: 4 } },
    });
    const settled = scorers.counterfeit.score({
      item: { ...item!, price: { currency: 'USD', minorUnits: 800_000 } },
      enrichment: {
        seller: { ...seller, accountAgeDays: 2_000, pastRemovals: 0, completedSales: 400, verified: true, rating: 4.9 },
      },
    });
    expect(risky.probability).toBeGreaterThan(settled.probability! + 0.2);
  });

  test('bears prices and profiles that make no sense', () => {
    const { item } = inputOf('Bag');
    for (const minorUnits of [Number.NaN, -5, Number.MAX_SAFE_INTEGER]) {
      const { probability } = scorers.counterfeit.score({
        item: { ...item!, price: { currency: '???', minorUnits } },
        enrichment: { seller: { ...seller, accountAgeDays: Number.NaN, rating: -1 } },
      });
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });
});

describe('the weapons and money scorers', () => {
  test('need no seller', () => {
    const { item } = inputOf('Mug');
    for (const scorer of [scorers.weapons, scorers.money]) {
      expect(scorer.score({ item, enrichment: undefined }).probability).toBeLessThan(0.5);
    }
  });
});
