import { createHash } from 'node:crypto';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';

/**
 * Invents a profile from the seller's id alone, so that every run and every replica invents the same. Ids that start
 * with
 *
 * - `unknown-` have no profile,
 * - `new-` opened their account within the last 14 days and have sold at most 3 things,
 * - `bad-` have had 3 to 14 listings removed and rate badly;
 *
 * of all others the account is at least 90 days old, and one in twenty has had a single removal.
 */
export function syntheticProfile(sellerId: string): SellerProfile | undefined {
  if (sellerId.startsWith('unknown-')) return undefined;
  const draw = drawsFrom(sellerId);
  if (sellerId.startsWith('new-')) {
    const completedSales = draw(0, 3);
    const rating = completedSales === 0 ? 0 : draw(30, 50) / 10;
    return { sellerId, accountAgeDays: draw(0, 14), pastRemovals: 0, completedSales, verified: false, rating };
  }
  if (sellerId.startsWith('bad-')) {
    const accountAgeDays = draw(20, 700);
    const completedSales = draw(5, 200);
    const rating = draw(10, 35) / 10;
    return { sellerId, accountAgeDays, pastRemovals: draw(3, 14), completedSales, verified: draw(1, 10) === 1, rating };
  }
  return {
    sellerId,
    accountAgeDays: draw(90, 4000),
    pastRemovals: draw(1, 20) === 1 ? 1 : 0,
    completedSales: draw(20, 5000),
    verified: draw(1, 10) <= 8,
    rating: draw(40, 50) / 10,
  };
}

/** Whole numbers, evenly spread from the least to the most, both included; at most 8 of them from one text. */
function drawsFrom(text: string): (least: number, most: number) => number {
  const digest = createHash('sha256').update(text).digest();
  let offset = 0;
  return (least, most) => {
    const fraction = digest.readUInt32BE(offset) / 2 ** 32;
    offset += 4;
    return least + Math.floor(fraction * (most - least + 1));
  };
}
