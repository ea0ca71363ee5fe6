import { KANJI_AS_KATAKANA, LEET, latinLookalikes } from './lookalikes.ts';

const LOOKALIKES = latinLookalikes();

// Every repetition below is bounded or can't overlap with what follows it, so that no text takes long.

/** Invisible characters, joiners, direction marks, variation selectors, and marks set on top of Latin letters. */
const INVISIBLE =
  /\p{Cf}|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]|[\ufe00-\ufe0f]|[\u115f\u1160\u3164\u2800]/gu;

const NON_ASCII = /[^\0-\x7f]/u;
const OTHER_SCRIPT = /[^\0-\x7f\u3040-\u30ff\u4e00-\u9fff]/gu;

const CJK = '\\u3005\\u3040-\\u30ff\\u3400-\\u9fff';
const KATAKANA = '\\u30a1-\\u30fc';

/** One sign or emoji between two letters: gu*n, 拳🔥銃. */
const SIGN_INSIDE = new RegExp(`(?<=[a-z${CJK}])(?:[*_^~•·☆★♡+]|\\p{Extended_Pictographic}){1,3}(?=[a-z${CJK}])`, 'gu');
const ASCII_SIGN_INSIDE = /[*_^~+]{1,3}(?<=[a-z][*_^~+]{1,3})(?=[a-z])/gu;
/** Three single letters or more, one separator apart: g u n, g.u.n. */
const SPACED_LATIN = /(?<![a-z0-9])[a-z0-9](?:[ .\-/*_•·~☆][a-z0-9](?![a-z0-9])){2,}/gu;
/** A character that stands alone among Japanese ones: 拳 銃, グ・ロ・ッ・ク. */
const GAP = '[ .\\-/*_•·]{1,4}';
const SPACED_CJK = new RegExp(
  `${GAP}(?:(?<=(?<![${CJK}])[${CJK}]${GAP})(?=[${CJK}])|(?<=[${CJK}]${GAP})(?=[${CJK}](?![${CJK}])))`,
  'gu',
);
const INTERPUNCT = /・+(?=[\u3040-\u30fc])/gu;
const LIKE_KATAKANA = `[${Object.keys(KANJI_AS_KATAKANA).join('')}]`;
const KANJI_IN_KATAKANA = new RegExp(`${LIKE_KATAKANA}(?=[${KATAKANA}])|(?<=[${KATAKANA}])${LIKE_KATAKANA}`, 'gu');
const LEET_INSIDE = /(?<=[a-z])[013457@$!8]{1,2}(?=[a-z])|(?<![a-z0-9])[@$](?=[a-z]{2})/gu;
const ELONGATED = /([a-z\u3041-\u30fc])\1{2,}/gu;

/**
 * What a reader sees, spelled one way: compatibility forms unified (NFKC), case folded, accents and invisible
 * characters dropped, look-alike letters made Latin, digits inside words read as letters, spaced-out words closed,
 * drawn-out letters shortened. Never for display: every i comes out as l, see `latinLookalikes`.
 *
 * Takes any string, unpaired surrogates too, and time in proportion to its length. Idempotent, but for chains that are
 * longer than any text has (`MAX_ROUNDS`).
 */
export function normalise(text: string): string {
  const ascii = !NON_ASCII.test(text);
  let out = ascii ? text.toLowerCase() : unify(text);
  out = out.replaceAll('i', 'l').replaceAll('|', 'l').replace(WHITESPACE, ' ');
  // Closing one gap can open the view on the next ("a b  c d"); real text settles at once.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = out;
    out = ascii
      ? closeLatin(out.replace(ASCII_SIGN_INSIDE, ''))
      : closeLatin(closeJapanese(out.replace(SIGN_INSIDE, '')));
    if (out === before) break;
  }
  return out;
}

/** Far beyond what text needs; only a bound, so that no text can hold up the scorer. */
const MAX_ROUNDS = 16;

const WHITESPACE = /\s{2,}|[^\S ]/gu;

/** One form, one case, one script. */
function unify(text: string): string {
  const compatible = text.normalize('NFKD').replace(INVISIBLE, '').toLowerCase();
  // Lower case can bring marks back (İ), hence the second look; composing again makes が one character.
  const composed = compatible.replace(INVISIBLE, '').normalize('NFC');
  return composed.replace(OTHER_SCRIPT, (character) => LOOKALIKES.get(character) ?? character);
}

/** What was apart may compose once it is together: カ and a voicing mark. */
function closeJapanese(text: string): string {
  return text
    .replace(SPACED_CJK, '')
    .replace(INTERPUNCT, '')
    .replace(KANJI_IN_KATAKANA, (kanji) => KANJI_AS_KATAKANA[kanji]!)
    .normalize('NFC');
}

function closeLatin(text: string): string {
  return text
    .replace(SPACED_LATIN, (run) => run.replace(/[^a-z0-9]/gu, ''))
    .replace(LEET_INSIDE, (signs) => [...signs].map((sign) => LEET[sign]!).join(''))
    .replace(ELONGATED, '$1')
    .replace(WHITESPACE, ' ')
    .trim();
}
