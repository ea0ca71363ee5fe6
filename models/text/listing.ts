import type { Item } from '../../proto/generated/moderation/v1/item.ts';
import type { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import { type FeatureBuffer, hashOfLabel } from './features.ts';
import { addText } from './ngrams.ts';
import { normalise } from './normalise.ts';

/** What is read of each field, in UTF-16 code units; the rest is ignored, so that no listing can hold up the scorer. */
export const READ_UP_TO = { title: 300, description: 5_000, category: 200 };

/** How much each block of features weighs against the others. */
const WEIGHT = { title: 1, description: 1, category: 0.3 };

const TITLE_FIELD = 1;
const CATEGORY_SEED = 0x1b873593;

/**
 * Fills the buffer with the features of one input, or says what the model would need and the input lacks
 * ("enrichment.seller"). Pure.
 */
export type Extract = (input: PredictInput, into: FeatureBuffer) => string | undefined;

/** The features that all models share: title, description, category. */
export function addListing(item: Item, into: FeatureBuffer): void {
  into.clear();
  addText(normalise(item.title.slice(0, READ_UP_TO.title)), TITLE_FIELD, into);
  into.closeBlock(WEIGHT.title);
  addText(normalise(item.description.slice(0, READ_UP_TO.description)), 0, into);
  into.closeBlock(WEIGHT.description);
  const category = item.category.slice(0, READ_UP_TO.category).toLowerCase();
  into.add(hashOfLabel(category, CATEGORY_SEED));
  const general = category.indexOf('/');
  if (general > 0) into.add(hashOfLabel(category.slice(0, general), CATEGORY_SEED));
  into.closeBlock(WEIGHT.category);
}

/** For models that read nothing but the text of the item. */
export const extractText: Extract = (input, into) => {
  if (input.item === undefined) return 'item';
  addListing(input.item, into);
  return undefined;
};
