import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import type { Item, Price } from '../../proto/generated/moderation/v1/item.ts';
import { type FeatureBuffer, hashOfLabel } from '../text/features.ts';
import { addListing, type Extract } from '../text/listing.ts';

const SEED = 0x27d4eb2f;
const WEIGHT = { seller: 0.6, price: 0.6 };

/** Rough worth of one minor unit in US cents: only the order of magnitude is used. Others count as unknown. */
// biome-ignore format: a table
const CENTS: Readonly<Record<string, number>> = {
  USD: 1, EUR: 1.1, GBP: 1.25, CHF: 1.1, CAD: 0.73, AUD: 0.65, JPY: 0.67, CNY: 0.14, KRW: 0.072, TWD: 0.031, SGD: 0.75, HKD: 0.13,
};

/** Adds what the price and the seller say, alone and together: a cheap watch means little, from a new account more. */
export const extract: Extract = (input, into) => {
  if (input.item === undefined) return 'item';
  const seller = input.enrichment?.seller;
  if (seller === undefined) return 'enrichment.seller';
  addListing(input.item, into);
  addSeller(seller, into);
  into.closeBlock(WEIGHT.seller);
  addPrice(input.item, seller, into);
  into.closeBlock(WEIGHT.price);
  return undefined;
};

function addSeller(seller: SellerProfile, into: FeatureBuffer): void {
  const { accountAgeDays, pastRemovals, completedSales, rating } = seller;
  label(into, `age ${step(accountAgeDays, [7, 30, 120, 365, 1000])}`);
  label(into, `removals ${step(pastRemovals, [1, 2, 4])}`);
  label(into, `sales ${step(completedSales, [1, 5, 25, 100, 500])}`);
  label(into, `rating ${rating === 0 ? 'none' : step(rating, [3, 4, 4.5])}`);
  label(into, `verified ${seller.verified}`);
  label(into, `risk ${riskOf(seller)}`);
}

function addPrice(item: Item, seller: SellerProfile, into: FeatureBuffer): void {
  const price = step(centsOf(item.price), [1_000, 3_000, 8_000, 15_000, 30_000, 100_000]);
  const category = item.category.slice(0, 200).toLowerCase();
  label(into, `price ${price}`);
  label(into, `price ${price} in ${category}`);
  label(into, `price ${price} risk ${riskOf(seller)}`);
  label(into, `price ${price} risk ${riskOf(seller)} in ${category}`);
}

/** 0 to 5: how much a profile looks like a throw-away account. */
function riskOf(seller: SellerProfile): number {
  return (
    Number(seller.accountAgeDays < 120) +
    Number(seller.pastRemovals > 0) +
    Number(seller.pastRemovals > 1) +
    Number(seller.completedSales < 25) +
    Number(!seller.verified)
  );
}

/** -1 where there is no price, or one in a currency whose worth is not known. */
function centsOf(price: Price | undefined): number {
  const worth = price === undefined ? undefined : CENTS[price.currency];
  return price === undefined || worth === undefined ? -1 : price.minorUnits * worth;
}

/** How many of the ascending bounds a number reaches; numbers that are none, and negative ones, come out as "none". */
function step(value: number, bounds: readonly number[]): number | 'none' {
  return value >= 0 ? bounds.filter((bound) => value >= bound).length : 'none';
}

function label(into: FeatureBuffer, text: string): void {
  into.add(hashOfLabel(text, SEED));
}
