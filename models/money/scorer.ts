import type { Scorer } from '../scorer.ts';
import { createLinearScorer, loadWeights } from '../text/linear.ts';
import { extractText } from '../text/listing.ts';

/** Reads title, description and category; needs no enrichment. */
export const extract = extractText;

export function createScorer(): Scorer {
  return createLinearScorer(loadWeights(import.meta.url), extract);
}
