import type { Kind, Language, Smalltalk } from '../grammar.ts';
import { counterfeitBreachesEn } from './counterfeit-breaches-en.ts';
import { counterfeitBreachesJa } from './counterfeit-breaches-ja.ts';
import { counterfeitLookalikesEn } from './counterfeit-lookalikes-en.ts';
import { counterfeitLookalikesJa } from './counterfeit-lookalikes-ja.ts';
import { everydayEn } from './everyday-en.ts';
import { everydayJa } from './everyday-ja.ts';
import { moneyBreachesEn } from './money-breaches-en.ts';
import { moneyBreachesJa } from './money-breaches-ja.ts';
import { moneyLookalikesEn } from './money-lookalikes-en.ts';
import { moneyLookalikesJa } from './money-lookalikes-ja.ts';
import { smalltalkEn } from './smalltalk-en.ts';
import { smalltalkJa } from './smalltalk-ja.ts';
import { weaponsBreachesEn } from './weapons-breaches-en.ts';
import { weaponsBreachesJa } from './weapons-breaches-ja.ts';
import { weaponsLookalikesEn } from './weapons-lookalikes-en.ts';
import { weaponsLookalikesJa } from './weapons-lookalikes-ja.ts';

/** Every sort of listing that the generator knows. */
export const KINDS: readonly Kind[] = [
  ...weaponsBreachesEn,
  ...weaponsBreachesJa,
  ...weaponsLookalikesEn,
  ...weaponsLookalikesJa,
  ...moneyBreachesEn,
  ...moneyBreachesJa,
  ...moneyLookalikesEn,
  ...moneyLookalikesJa,
  ...counterfeitBreachesEn,
  ...counterfeitBreachesJa,
  ...counterfeitLookalikesEn,
  ...counterfeitLookalikesJa,
  ...everydayEn,
  ...everydayJa,
];

export const SMALLTALK: Readonly<Record<Language, Smalltalk>> = { en: smalltalkEn, ja: smalltalkJa };
