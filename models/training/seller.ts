import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import type { Random } from './random.ts';

/**
 * A seller's profile. `risky` is the share of sellers, 0 to 1, that look like throw-away accounts: honest beginners
 * look much the same, and some forgers have sold for years, so the profile alone never decides.
 */
export function inventSeller(id: string, risky: number, random: Random): SellerProfile {
  if (random.chance(risky)) {
    const sales = random.chance(0.4) ? 0 : random.below(25);
    return {
      sellerId: id,
      accountAgeDays: Math.floor(random.logBetween(1, 120)),
      pastRemovals: random.chance(0.5) ? random.below(7) : 0,
      completedSales: sales,
      verified: random.chance(0.2),
      rating: sales === 0 ? 0 : Math.round((2.5 + 2.5 * random.next()) * 10) / 10,
    };
  }
  const sales = Math.floor(random.logBetween(1, 3000)) - 1;
  return {
    sellerId: id,
    accountAgeDays: Math.floor(random.logBetween(20, 4000)),
    pastRemovals: random.chance(0.08) ? 1 : 0,
    completedSales: sales,
    verified: random.chance(0.75),
    rating: sales === 0 ? 0 : Math.round((4.2 + 0.8 * random.next()) * 10) / 10,
  };
}
