import { extract as extractCounterfeit } from '../counterfeit/extract.ts';
import { type Extract, extractText } from '../text/listing.ts';
import type { Topic } from './grammar.ts';

/** What each model reads: the same function that its scorer uses. */
export const EXTRACTS: Readonly<Record<Topic, Extract>> = {
  weapons: extractText,
  money: extractText,
  counterfeit: extractCounterfeit,
};
