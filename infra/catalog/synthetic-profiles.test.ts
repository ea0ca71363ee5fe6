import { describe, expect, test } from 'vitest';
import { syntheticProfile } from './synthetic-profiles.ts';

const profilesOf = (prefix: string) =>
  Array.from({ length: 500 }, (_, index) => syntheticProfile(`${prefix}${index}`)!);

describe('invented profiles', () => {
  test('are the same for the same id', () => {
    expect(syntheticProfile('seller-17')).toEqual(syntheticProfile('seller-17'));
    expect(syntheticProfile('seller-17')).not.toEqual({ ...syntheticProfile('seller-18'), sellerId: 'seller-17' });
  });

  test('do not exist for unknown sellers', () => {
    expect(syntheticProfile('unknown-1')).toBeUndefined();
  });

  test('of new sellers are young, with few sales and a rating only where there are sales', () => {
    for (const profile of profilesOf('new-')) {
      expect(profile.accountAgeDays).toBeLessThanOrEqual(14);
      expect(profile.completedSales).toBeLessThanOrEqual(3);
      expect(profile.pastRemovals).toBe(0);
      expect(profile.rating === 0).toBe(profile.completedSales === 0);
    }
  });

  test('of bad sellers have past removals and a low rating', () => {
    for (const profile of profilesOf('bad-')) {
      expect(profile.pastRemovals).toBeGreaterThanOrEqual(3);
      expect(profile.rating).toBeLessThanOrEqual(3.5);
    }
  });

  test('of all others are mostly old and well-behaved', () => {
    const profiles = profilesOf('seller-');
    expect(Math.min(...profiles.map(({ accountAgeDays }) => accountAgeDays))).toBeGreaterThanOrEqual(90);
    const removed = profiles.filter(({ pastRemovals }) => pastRemovals > 0).length;
    expect(removed / profiles.length).toBeGreaterThan(0.01);
    expect(removed / profiles.length).toBeLessThan(0.1);
  });
});
