import { MARK_CLOSE, MARK_OPEN } from './grammar.ts';
import type { Random } from './random.ts';
import { partOf, type Split } from './split.ts';

/** Rewrites a word so that people still read it and a plain word list does not. */
type Disguise = (word: string, random: Random) => string;

// biome-ignore format: one line a script
const HOMOGLYPHS: Readonly<Record<string, string>> = {
  a: 'а', b: 'Ь', c: 'с', e: 'е', h: 'һ', i: 'і', j: 'ј', k: 'κ', m: 'м', n: 'ո', o: 'о', p: 'р', s: 'ѕ', t: 'т', u: 'υ', v: 'ν',
  x: 'х', y: 'у', A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', I: 'І', K: 'К', M: 'М', N: 'Ν', O: 'О', P: 'Р', S: 'Ѕ', T: 'Т', X: 'Х',
  Y: 'Υ', Z: 'Ζ', ロ: '口', カ: '力', エ: '工', ニ: '二', タ: '夕', ハ: '八', ト: '卜', ー: '一',
};
const LEET: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', l: '1', t: '7' };
const EMOJI = ['🔥', '✨', '💥', '⭐', '😊', '❤️', '🎁', '👍'];
const SYMBOLS = ['*', '_', '•', '~', '☆', '|'];
const SEPARATORS = [' ', '.', '-', ' ', '*'];

const characters = (word: string): string[] => [...word];

const mapSome =
  (table: Readonly<Record<string, string>>, share: number): Disguise =>
  (word, random) =>
    characters(word)
      .map((character) => (table[character] !== undefined && random.chance(share) ? table[character] : character))
      .join('');

/** Puts something between two letters of every word that is long enough. */
const insert =
  (choose: (random: Random) => string): Disguise =>
  (word, random) =>
    word
      .split(' ')
      .map((part) => {
        const letters = characters(part);
        if (letters.length < 2) return part;
        const at = 1 + random.below(letters.length - 1);
        return letters.slice(0, at).join('') + choose(random) + letters.slice(at).join('');
      })
      .join(' ');

const shiftLatin =
  (upper: number, lower: number): Disguise =>
  (word) =>
    word.replace(/[A-Za-z]/gu, (letter) => {
      const code = letter.charCodeAt(0);
      return String.fromCodePoint(code < 0x60 ? upper + code - 0x41 : lower + code - 0x61);
    });

const DISGUISES: Readonly<Record<string, Disguise>> = {
  homoglyphs: mapSome(HOMOGLYPHS, 0.6),
  leet: (word, random) =>
    word.replace(/(?<=[A-Za-z])[aeioslt](?=[A-Za-z])/gu, (letter) => (random.chance(0.6) ? LEET[letter]! : letter)),
  spaced: (word, random) => {
    const separator = random.pick(SEPARATORS);
    return word
      .split(' ')
      .map((part) => characters(part).join(separator))
      .join('  ');
  },
  fullwidth: shiftLatin(0xff21, 0xff41),
  mathematical: shiftLatin(0x1d400, 0x1d41a),
  circled: shiftLatin(0x24b6, 0x24d0),
  'zero width': insert((random) => random.pick(['\u200b', '\u200d', '\u2060', '\u00ad'])),
  emoji: insert((random) => random.pick(EMOJI)),
  symbol: insert((random) => random.pick(SYMBOLS)),
  elongated: (word, random) =>
    word.replace(/[aeiouー]/gu, (letter) => (random.chance(0.5) ? letter.repeat(3 + random.below(4)) : letter)),
  accented: (word, random) =>
    word.replace(/[A-Za-z]/gu, (letter) =>
      random.chance(0.4) ? `${letter}${random.pick(['\u0301', '\u0308', '\u0323'])}` : letter,
    ),
  'other kana': (word) => word.replace(/[ァ-ヶ]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60)),
  'capital i for l': (word) => word.replace(/l/gu, 'I').toString(),
};

/** Those that change this word at all: a Japanese word has no use for fullwidth Latin letters. */
const CANDIDATES = Object.keys(DISGUISES);

/** The disguises that sellers of one split know: the test has some that training never showed. */
export function disguisesOf(split: Split): readonly string[] {
  return partOf(CANDIDATES, split);
}

const MARKED = new RegExp(`${MARK_OPEN}([^${MARK_CLOSE}]*)${MARK_CLOSE}`, 'gu');

/** Takes the marks away and leaves the words as they are. */
export function plain(text: string): string {
  return text.replace(MARKED, '$1');
}

/**
 * Disguises what is marked, each word with the given probability and by one of the names given, and takes the marks
 * away. The result may equal the plain text where no disguise fits the script.
 */
export function disguise(text: string, names: readonly string[], probability: number, random: Random): string {
  return text.replace(MARKED, (_, word: string) => {
    if (!random.chance(probability)) return word;
    for (const name of random.shuffle([...names])) {
      const changed = DISGUISES[name]!(word, random);
      if (changed !== word) return changed;
    }
    return word;
  });
}
