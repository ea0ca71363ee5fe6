import { normalise } from '../text/normalise.ts';
import { KINDS, SMALLTALK } from './corpus/index.ts';
import type { Kind, Topic } from './grammar.ts';
import { partOf, type Split } from './split.ts';

/** A run of Latin letters and digits, of katakana, or of kanji. */
const WORD = /[a-z0-9]{2,}|[ァ-ヺー]{2,}|[一-鿿]+/gu;

/**
 * How new the held-out vocabulary is: of the different words in its entries for listings that break the rule, the
 * share, 0 to 1, that no entry, title or line of the training part contains.
 */
export function shareOfNewWords(topic: Topic): number {
  const known = new Set(
    [
      ...KINDS.flatMap((kind) => textsOf(kind, 'train')),
      ...Object.values(SMALLTALK).flatMap(({ titles, lines, decoys, words }) =>
        [titles, lines, ...Object.values(decoys), ...Object.values(words)].flatMap((pool) => partOf(pool, 'train')),
      ),
    ].flatMap(wordsOf),
  );
  const held = new Set(
    KINDS.filter(({ breaks }) => breaks === topic)
      .flatMap(({ words }) => Object.values(words).flatMap((pool) => partOf(pool, 'test')))
      .flatMap(wordsOf),
  );
  return [...held].filter((word) => !known.has(word)).length / held.size;
}

function textsOf({ titles, lines, words }: Kind, split: Split): string[] {
  return [titles, lines, ...Object.values(words)].flatMap((pool) => partOf(pool, split));
}

const wordsOf = (text: string): string[] => normalise(text.replace(/\{\w+\}/gu, ' ')).match(WORD) ?? [];
