/**
 * Characters that are read as another one. Lower-case letters of other scripts that look like a Latin letter, after the
 * confusables of Unicode Technical Standard 39; only those that sellers can type or copy with ease.
 */
const TO_LATIN: Readonly<Record<string, string>> = {
  a: 'аαɑᴀ🅰🅐',
  b: 'ьвʙβҍ🅱🅑',
  c: 'сϲᴄς',
  d: 'ԁժᴅ',
  e: 'еєεҽᴇ',
  f: 'ғƒꜰ',
  g: 'ɡցɢ',
  h: 'һнհʜ',
  j: 'јʝᴊ',
  k: 'кκᴋ',
  l: 'iіıɩιɪιӏ|ʟℓ',
  m: 'мᴍ',
  n: 'ոηпռɴ',
  o: 'оοσօᴏ🅾🅞',
  p: 'рρᴘ🅿🅟',
  q: 'ԛգ',
  r: 'гʀɾ',
  s: 'ѕꜱ',
  t: 'тτᴛ',
  u: 'υսцᴜʋ',
  v: 'νѵᴠ',
  w: 'ѡωшԝᴡ',
  x: 'хχ×',
  y: 'уγүყʏ',
  z: 'ᴢʐ',
  ss: 'ß',
  ae: 'æ',
  oe: 'œ',
};

/** Negative circled and negative squared letters, which NFKC leaves alone: first code point of each alphabet. */
const LETTER_BLOCKS = [0x1f150, 0x1f170];

/**
 * From a lower-case look-alike to what it is read as. Those of i become l, as i itself does in normalised text: as a
 * capital it is a small l in most typefaces ("GIock"), and both are written as the digit 1.
 */
export function latinLookalikes(): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const [latin, others] of Object.entries(TO_LATIN)) for (const other of others) table.set(other, latin);
  for (const first of LETTER_BLOCKS) {
    for (let i = 0; i < 26; i++) {
      const latin = String.fromCharCode(0x61 + i);
      table.set(String.fromCodePoint(first + i), latin === 'i' ? 'l' : latin);
    }
  }
  return table;
}

/** Kanji that pass for katakana when they stand beside katakana: 口レックス. */
export const KANJI_AS_KATAKANA: Readonly<Record<string, string>> = {
  口: 'ロ',
  力: 'カ',
  工: 'エ',
  二: 'ニ',
  夕: 'タ',
  八: 'ハ',
  卜: 'ト',
  一: 'ー',
};

/** Digits and signs that stand for a letter inside a word: g1ock, ca$h. */
export const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'l',
};
