/** A piece of a filter; `text` of a string is what it stands for, without quotation marks and escapes. */
export interface FilterToken {
  readonly kind: 'word' | 'string' | 'sign' | 'end';
  readonly text: string;
  /** Where it begins, counted from 0. */
  readonly index: number;
}

/** What is wrong with a filter, and where; `message` reads on with "at character N". */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

const blank = /\s+/y;
const sign = /!=|[-().,:=]/y;
// A hyphen begins no word: there it means NOT.
const word = /[\p{L}\p{N}_][\p{L}\p{N}_-]*/uy;
const string = /"(?:[^"\\\n]|\\.)*"/uy;
const escaped = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[xX]([0-9A-Fa-f]{2})|([0-3][0-7]{2})|(.))/gsu;
const plain: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
  '?': '?',
};

/**
 * The pieces of a filter, the last one of kind `end`.
 *
 * @throws FilterSyntaxError
 */
export function filterTokens(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  let index = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = index;
    return pattern.exec(text)?.[0];
  };
  while (index < text.length) {
    const space = match(blank);
    if (space) {
      index += space.length;
      continue;
    }
    const quoted = match(string);
    const name = quoted === undefined ? match(word) : undefined;
    const found = quoted ?? name ?? match(sign);
    if (found === undefined) {
      const problem =
        text[index] === '"' ? 'a string without its end begins' : 'there is a character that means nothing';
      throw new FilterSyntaxError(problem, index);
    }
    if (quoted !== undefined) tokens.push({ kind: 'string', text: withoutEscapes(quoted, index), index });
    else tokens.push({ kind: name === undefined ? 'sign' : 'word', text: found, index });
    index += found.length;
  }
  return [...tokens, { kind: 'end', text: '', index }];
}

function withoutEscapes(quoted: string, index: number): string {
  return quoted.slice(1, -1).replace(escaped, (whole, u4, u8, hex, octal, character, offset: number) => {
    const digits: string | undefined = u4 ?? u8 ?? hex;
    const point = digits === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(digits, 16);
    if (Number.isNaN(point) ? plain[character] === undefined : point > 0x10ffff) {
      throw new FilterSyntaxError(`the escape ${whole} means nothing`, index + 1 + offset);
    }
    return Number.isNaN(point) ? plain[character]! : String.fromCodePoint(point);
  });
}
