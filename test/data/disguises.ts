// How sellers write a word so that people read it and a filter does not.

const lookAlikes: Readonly<Record<string, string>> = {
  a: 'а', // Cyrillic
  c: 'с',
  e: 'е',
  i: 'і',
  o: 'ο', // Greek
  p: 'р',
  s: 'ѕ',
  x: 'х',
  y: 'у',
};

const digits: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };

function replaceLetters(text: string, letters: Readonly<Record<string, string>>): string {
  return text.replace(/[a-z]/gi, (letter) => letters[letter.toLowerCase()] ?? letter);
}

function betweenLetters(text: string, between: string, betweenWords = ' '): string {
  return text
    .split(' ')
    .map((word) => [...word].join(between))
    .join(betweenWords);
}

/** Each changes a word and keeps it readable. */
export const disguises: Readonly<Record<string, (text: string) => string>> = {
  lookAlike: (text) => replaceLetters(text, lookAlikes),
  digits: (text) => replaceLetters(text, digits),
  spaced: (text) => betweenLetters(text, ' ', '   '),
  dotted: (text) => betweenLetters(text, '.'),
  fullWidth: (text) => text.replace(/[!-~]/g, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)),
  zeroWidth: (text) => betweenLetters(text, '\u200b'),
  struckThrough: (text) => betweenLetters(text, '\u0336'),
};
