import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from './normalise.ts';

/** Milliseconds of processor time: what other programs do meanwhile does not count. */
const cpuMs = (started: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
};

describe('normalise', { timeout: 30_000 }, () => {
  test.each([
    ['fullwidth letters', 'Ｇｌｏｃｋ １９', 'Glock 19'],
    ['mathematical letters', '𝐆𝐥𝐨𝐜𝐤', 'Glock'],
    ['circled letters', 'Ⓖⓛⓞⓒⓚ', 'Glock'],
    ['squared letters', '🅶🅻🅾🅲🅺', 'Glock'],
    ['Cyrillic look-alikes', 'Веrеttа', 'Beretta'],
    ['Greek look-alikes', 'Ροlο', 'Polo'],
    ['accents', 'Ğl̈öćḳ', 'Glock'],
    ['zero-width characters and soft hyphens', 'G\u200bl\u00ado\u2060ck', 'Glock'],
    ['digits for letters', 'g1ock p1st0l', 'glock pistol'],
    ['signs for letters', 'c@$h', 'cash'],
    ['a capital i for an l', 'GIock', 'Glock'],
    ['spaced-out letters', 'g l o c k', 'glock'],
    ['dotted letters', 'G.u.n', 'gun'],
    ['stars between letters', 'gu*n', 'gun'],
    ['emoji between letters', 'gre🔥nade', 'grenade'],
    ['drawn-out letters', 'guuuuun', 'gun'],
    ['spaced-out kanji', '拳 銃', '拳銃'],
    ['kanji alone before a particle', '銃 を', '銃を'],
    ['emoji between kanji', '拳🔫銃', '拳銃'],
    ['dotted katakana', 'グ・ロ・ッ・ク', 'グロック'],
    ['half-width katakana', 'ｸﾞﾛｯｸ', 'グロック'],
    ['kanji that look like katakana', '口レックス ト力レフ', 'ロレックス トカレフ'],
    ['an interpunct in a name', 'ルイ・ヴィトン', 'ルイヴィトン'],
  ])('reads %s as plain spelling', (_, disguised, plain) => {
    expect(normalise(disguised)).toBe(normalise(plain));
  });

  test.each([
    ['numbers beside words', 'ak47 9mm m1911'],
    ['hyphens and ordinary spaces', 'a t-shart of wool'],
    ['Japanese words kept apart by a space', '新品 未使用'],
    ['repeated digits', '1000 yen'],
    ['double letters', 'book keeper'],
  ])('leaves %s as they are', (_, text) => {
    expect(normalise(text)).toBe(text);
  });

  test('gives one spelling to composed and decomposed kana', () => {
    expect(normalise('か\u3099ん')).toBe('がん');
  });

  const alphabet = fc.constantFrom(
    ...'abgilox019@$!|*.-_ \n\t',
    ...'拳銃口力一ロレックスーがを・★🔥',
    ...['е', 'о', 'Ι', 'İ', 'ß', 'Ａ', 'ｶ', 'ﾞ', '\u200b', '\u0301', '\ud800', '🅰', 'ﬁ', 'ǅ'],
  );
  const odd = fc.array(alphabet, { maxLength: 40 }).map((characters) => characters.join(''));

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        const once = normalise(text);
        expect(normalise(once)).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['dots after a kanji', '銃', '.', 'x'],
    ['mixed signs between kanji', '銃', '.*_•·-/', '弾'],
    ['stars between letters', 'a', '*', 'b'],
    ['single letters', '', 'a ', ''],
    ['kanji that look like katakana', 'ア', '一', ''],
    ['digits between letters', '', 'a1', ''],
    ['emoji between kanji', '', '🔥銃', ''],
    ['white space', 'a', ' \n', 'b'],
    ['ligatures of many letters', '', 'ﷺ', ''],
  ])('takes no long time over %s without end', (_, before, repeated, after) => {
    const text = before + repeated.repeat(5_000 / repeated.length) + after;
    const started = process.cpuUsage();
    normalise(text);
    expect(cpuMs(started)).toBeLessThan(200);
  });

  test('leaves no upper case, no invisible characters and no white space at the ends', () => {
    fc.assert(
      fc.property(odd, (text) => {
        expect(normalise(text)).not.toMatch(/[A-Z\u200b]|^\s|\s$|\s\s/u);
      }),
    );
  });
});
