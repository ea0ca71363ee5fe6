import { type FeatureBuffer, FNV_PRIME, hashOf } from './features.ts';

/** Seeds keep apart what would otherwise share a hash: a word is not the n-gram of the same letters. */
const WORD = 0x811c9dc5;
const PAIR = 0x2f0b4f21;
const GRAM = 0x5bd1e995;
const SIGN = 0x7feb352d;
const FIELD = 0x3c6ef372;

const SPACE = 0;
const LATIN = 1;
const KANJI = 2;
const KATAKANA = 3;
const HIRAGANA = 4;
const SYMBOL = 5;

/** Longest word that is hashed as a whole, in code units; n-grams cover the rest. */
const MAX_WORD = 40;

const LATIN_GRAMS = [4, 5];
const JAPANESE_GRAMS = 4;
const BOUNDARY = 0x20;

/**
 * Adds the features of normalised text to the open block: words, pairs of neighbouring words, and character n-grams
 * (4 and 5 inside Latin words with their edges, 1 to 4 across Japanese, where hiragana counts as katakana and no spaces
 * are needed). Digits are kept in words and count as one digit in n-grams: the calibre matters less than that there
 * is one.
 *
 * With a `field` number above 0 words and pairs are added a second time under that field's own name.
 */
export function addText(text: string, field: number, into: FeatureBuffer): void {
  const fieldSeed = Math.imul(FIELD + field, FNV_PRIME);
  let previousWord = 0;
  let i = 0;
  while (i < text.length) {
    const kind = kindOf(text.charCodeAt(i));
    if (kind === SPACE) {
      i++;
      continue;
    }
    const start = i;
    if (kind === SYMBOL) {
      i += isHighSurrogate(text.charCodeAt(i)) ? 2 : 1;
      into.add(hashOf(text, start, Math.min(i, text.length), SIGN));
      continue;
    }
    i++;
    if (kind === LATIN) {
      while (i < text.length && kindOf(text.charCodeAt(i)) === LATIN) i++;
      addLatinGrams(text, start, i, into);
    } else {
      while (i < text.length && isJapanese(kindOf(text.charCodeAt(i)))) i++;
      addJapaneseGrams(text, start, i, into);
    }
    previousWord =
      kind === LATIN ? addWord(text, start, i, previousWord) : addJapaneseWords(text, start, i, previousWord);
  }

  function addWord(source: string, from: number, to: number, previous: number): number {
    const word = hashOf(source, from, Math.min(to, from + MAX_WORD), WORD);
    const pair = Math.imul(Math.imul(previous ^ PAIR, FNV_PRIME) ^ word, FNV_PRIME);
    into.add(word);
    into.add(pair);
    if (field > 0) {
      into.add(word ^ fieldSeed);
      into.add(pair ^ fieldSeed);
    }
    return word;
  }

  /** Japanese writes no spaces: a change of script is the word boundary, and hiragana is grammar. */
  function addJapaneseWords(source: string, from: number, to: number, previous: number): number {
    let last = previous;
    let at = from;
    while (at < to) {
      const script = kindOf(source.charCodeAt(at));
      const begin = at++;
      while (at < to && kindOf(source.charCodeAt(at)) === script) at++;
      if (script !== HIRAGANA) last = addWord(source, begin, at, last);
    }
    return last;
  }
}

function addLatinGrams(text: string, start: number, end: number, into: FeatureBuffer): void {
  for (const size of LATIN_GRAMS) {
    // From one before the word to one after it: the edges count as a character.
    for (let at = start - 1; at + size <= end + 1; at++) {
      let hash = GRAM + size;
      for (let k = at; k < at + size; k++) {
        const code = k < start || k >= end ? BOUNDARY : text.charCodeAt(k);
        hash = Math.imul(hash ^ (isDigit(code) ? 0x30 : code), FNV_PRIME);
      }
      into.add(hash);
    }
  }
}

function addJapaneseGrams(text: string, start: number, end: number, into: FeatureBuffer): void {
  for (let at = start; at < end; at++) {
    let hash = GRAM;
    for (let k = at; k < Math.min(at + JAPANESE_GRAMS, end); k++) {
      hash = Math.imul(hash ^ foldKana(text.charCodeAt(k)), FNV_PRIME);
      into.add(hash);
    }
  }
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isJapanese = (kind: number): boolean => kind >= KANJI && kind <= HIRAGANA;
const foldKana = (code: number): number => (code >= 0x3041 && code <= 0x3096 ? code + 0x60 : code);

function kindOf(code: number): number {
  if (code < 0x80) {
    if ((code >= 0x61 && code <= 0x7a) || isDigit(code) || (code >= 0x41 && code <= 0x5a)) return LATIN;
    return code === 0x24 || code === 0x25 ? SYMBOL : SPACE;
  }
  if (code >= 0x30a1 && code <= 0x30fc) return KATAKANA;
  if (code >= 0x3041 && code <= 0x3096) return HIRAGANA;
  if ((code >= 0x3400 && code <= 0x9fff) || code === 0x3005 || (code >= 0xf900 && code <= 0xfaff)) return KANJI;
  if (code >= 0xc0 && code <= 0x1fff) return LATIN;
  if (code >= 0x3000 && code <= 0x303f) return SPACE;
  return code >= 0x2000 && code <= 0x206f ? SPACE : SYMBOL;
}
