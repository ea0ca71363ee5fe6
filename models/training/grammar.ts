import type { Random } from './random.ts';
import { partOf, type Split } from './split.ts';

/** The rules a listing can break; each has a model of the same name. */
export type Topic = 'weapons' | 'money' | 'counterfeit';

export const TOPICS: readonly Topic[] = ['weapons', 'money', 'counterfeit'];

export type Language = 'en' | 'ja';

/**
 * One sort of listing: what it may say, and which rule it breaks.
 *
 * In titles and lines `{slot}` takes an entry of `words`, and `[...]` marks words a seller would disguise (so does
 * every slot). An entry `a|b|c` is a family whose members always stay in the same split: two models of one maker.
 */
export interface Kind {
  readonly name: string;
  readonly language: Language;
  /** The rule it breaks; none where it is allowed. */
  readonly breaks?: Topic;
  /** The rules that it seems to break and does not. */
  readonly looksLike?: Topic;
  readonly categories: readonly string[];
  /** US dollars, lowest and highest. */
  readonly price: readonly [number, number];
  readonly titles: readonly string[];
  readonly lines: readonly string[];
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** What every listing of one language may say besides: small talk, and turns of phrase that only look like a breach. */
export interface Smalltalk {
  /** Titles that tell nothing. */
  readonly titles: readonly string[];
  readonly lines: readonly string[];
  readonly decoys: Readonly<Record<Topic, readonly string[]>>;
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** The non-empty lines of a block of text. */
export function lines(block: string): string[] {
  return block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The entries of a list separated by a comma and a space or line break, so that "1,000" is one entry. */
export function words(list: string): string[] {
  return list
    .split(/,\s+/u)
    .map((word) => word.replace(/\s+/gu, ' ').trim())
    .filter((word) => word !== '');
}

/** Around what a seller would disguise; both are private-use characters that no listing contains. */
export const MARK_OPEN = '\ue000';
export const MARK_CLOSE = '\ue001';

/**
 * Fills a template's slots from one split's vocabulary; what a seller would disguise comes out between marks. What a
 * slot was filled with is kept in `chosen`, so that one listing speaks of one thing throughout.
 */
export function expand(
  template: string,
  vocabularies: readonly Readonly<Record<string, readonly string[]>>[],
  split: Split,
  random: Random,
  chosen: Map<string, string>,
): string {
  return template.replace(/\{(\w+)\}|\[([^\]]+)\]/gu, (_, slot: string | undefined, marked: string | undefined) => {
    if (slot === undefined) return MARK_OPEN + (marked ?? '') + MARK_CLOSE;
    if (slot === 'n') return String(1 + random.below(30));
    if (slot === 'year') return String(1985 + random.below(40));
    const pool = vocabularies.find((vocabulary) => slot in vocabulary)?.[slot];
    if (pool === undefined) throw new Error(`the template "${template}" names the slot {${slot}}, which has no words`);
    let word = chosen.get(slot);
    if (word === undefined) {
      word = random.pick(random.pick(partOf(pool, split)).split('|')).trim();
      chosen.set(slot, word);
    }
    return MARK_OPEN + word + MARK_CLOSE;
  });
}
