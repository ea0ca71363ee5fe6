import { describe, expect, test } from 'vitest';
import { KINDS } from './corpus/index.ts';
import { MARK_CLOSE, MARK_OPEN, TOPICS } from './grammar.ts';
import { inventListings, isLookalike } from './listings.ts';
import { SPLITS } from './split.ts';

const listings = SPLITS.flatMap((split) => inventListings(split, 1_500, 11));

describe('the listing generator', () => {
  test('gives the same listings for the same seed, and others for another', () => {
    expect(inventListings('test', 50, 3)).toEqual(inventListings('test', 50, 3));
    expect(inventListings('test', 50, 3)).not.toEqual(inventListings('test', 50, 4));
  });

  test('gives a longer run that starts like a shorter one', () => {
    expect(inventListings('train', 80, 3).slice(0, 20)).toEqual(inventListings('train', 20, 3));
  });

  test('leaves no slot unfilled and no mark behind', () => {
    for (const { input } of listings) {
      expect(input.item!.title + input.item!.description).not.toMatch(
        new RegExp(`[{}\\[\\]]|undefined|${MARK_OPEN}|${MARK_CLOSE}`, 'u'),
      );
      expect(input.item!.title).not.toBe('');
    }
  });

  test('makes every kind of listing in every split', () => {
    const made = new Set(listings.map(({ kind, input }) => `${input.item!.itemId.split('-')[0]} ${kind}`));
    const expected = SPLITS.flatMap((split) => KINDS.map((kind) => `${split} ${kind.language}/${kind.name}`));
    expect([...made].toSorted()).toEqual(expected.toSorted());
  });

  test('has breaches, look-alikes and disguises of every topic in both languages', () => {
    for (const topic of TOPICS) {
      for (const language of ['en', 'ja']) {
        const those = listings.filter((listing) => listing.language === language);
        expect(those.filter(({ breaks }) => breaks === topic).length).toBeGreaterThan(150);
        expect(those.filter((listing) => isLookalike(listing, topic)).length).toBeGreaterThan(150);
        expect(those.filter(({ breaks, disguised }) => breaks === topic && disguised).length).toBeGreaterThan(40);
      }
    }
  });

  test('disguises allowed listings too, so that a disguise alone is no proof', () => {
    expect(listings.filter(({ breaks, disguised }) => breaks === undefined && disguised).length).toBeGreaterThan(100);
  });

  test('never calls a breach of a rule a look-alike of the same rule', () => {
    for (const listing of listings) if (listing.breaks) expect(isLookalike(listing, listing.breaks)).toBe(false);
  });
});
