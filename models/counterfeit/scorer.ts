import type { Scorer } from '../scorer.ts';
import { createLinearScorer, loadWeights } from '../text/linear.ts';
import { extract } from './extract.ts';

/** Reads title, description, category and price; needs the seller's profile. */
export function createScorer(): Scorer {
  return createLinearScorer(loadWeights(import.meta.url), extract);
}
