import type { Price } from '../../proto/generated/moderation/v1/item.ts';
import type { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import { KINDS, SMALLTALK } from './corpus/index.ts';
import { disguise, disguisesOf, plain } from './disguise.ts';
import { expand, type Kind, type Language, TOPICS, type Topic } from './grammar.ts';
import { createRandom, type Random } from './random.ts';
import { inventSeller } from './seller.ts';
import { partOf, SPLITS, type Split } from './split.ts';

/** An invented listing with what is known of it; `kind` tells what it was made from. */
export interface Listing {
  readonly input: PredictInput;
  readonly kind: string;
  readonly language: Language;
  /** The one rule it breaks, if any. */
  readonly breaks: Topic | undefined;
  /** The rules that it seems to break and does not: a hard negative for their models. */
  readonly looksLike: readonly Topic[];
  readonly disguised: boolean;
}

/** Whether a listing is a hard negative of a topic: it seems to break the rule and does not. */
export function isLookalike(listing: Listing, topic: Topic): boolean {
  return listing.breaks !== topic && listing.looksLike.includes(topic);
}

/** What one listing in so many is: 36 % break a rule, 36 % only look like it, the rest is everyday trade. */
const SHARES: readonly { readonly topic: Topic | undefined; readonly breaks: boolean; readonly upTo: number }[] = [
  ...TOPICS.map((topic, index) => ({ topic, breaks: true, upTo: 0.12 * (index + 1) })),
  ...TOPICS.map((topic, index) => ({ topic, breaks: false, upTo: 0.36 + 0.12 * (index + 1) })),
  { topic: undefined, breaks: false, upTo: 1 },
];

/** Rough worth of one minor unit in US dollars; only the order of magnitude matters to a listing's price. */
const CURRENCIES: Readonly<Record<Language, readonly (readonly [code: string, dollars: number])[]>> = {
  en: [
    ['USD', 0.01],
    ['EUR', 0.011],
    ['GBP', 0.0125],
  ],
  ja: [['JPY', 0.0067]],
};

const ALL_CATEGORIES = [...new Set(KINDS.flatMap((kind) => kind.categories))];

/**
 * Invents listings of one split: the same seed, split and count give the same listings. Templates, words and
 * disguises of different splits are disjoint.
 */
export function inventListings(split: Split, count: number, seed: number): Listing[] {
  const random = createRandom(seed * SPLITS.length + SPLITS.indexOf(split));
  return Array.from({ length: count }, (_, index) => invent(`${split}-${index}`, split, random));
}

function invent(id: string, split: Split, random: Random): Listing {
  const draw = random.next();
  const share = SHARES.find(({ upTo }) => draw < upTo)!;
  const language: Language = random.chance(0.5) ? 'en' : 'ja';
  const kind = random.pick(
    KINDS.filter(
      (candidate) =>
        candidate.language === language &&
        (share.breaks
          ? candidate.breaks === share.topic
          : candidate.breaks === undefined && candidate.looksLike === share.topic),
    ),
  );
  const talk = SMALLTALK[language];
  const vocabularies = [kind.words, talk.words];
  const chosen = new Map<string, string>();
  const say = (template: string): string => expand(template, vocabularies, split, random, chosen);

  const looksLike = kind.looksLike === undefined ? [] : [kind.looksLike];
  const titleTellsNothing = random.chance(0.1);
  const telling = titleTellsNothing ? 2 + random.below(3) : random.chance(0.12) ? 0 : 1 + random.below(4);
  const sentences = sample(partOf(kind.lines, split), telling, random).map(say);
  sentences.push(...sample(partOf(talk.lines, split), random.below(5), random).map(say));
  if (random.chance(0.1)) sentences.push(...ramble(language, split, random));
  if (random.chance(0.3)) {
    const topic = random.pick(TOPICS);
    sentences.push(say(random.pick(partOf(talk.decoys[topic], split))));
    if (topic !== kind.breaks && !looksLike.includes(topic)) looksLike.push(topic);
  }
  random.shuffle(sentences);
  const stop = language === 'ja' ? '。' : random.pick(['. ', '. ', '\n', '! ']);
  const title = decorate(
    say(random.pick(partOf(titleTellsNothing ? talk.titles : kind.titles, split))),
    language,
    random,
  );
  const description = sentences.length === 0 ? '' : `${sentences.join(stop)}${stop.trim()}`;

  // Sellers of allowed things play with letters too, if less: a disguise alone must not decide.
  const disguised = random.chance(kind.breaks === undefined ? 0.06 : 0.3);
  const names = disguisesOf(split);
  const finish = (text: string, probability: number): string =>
    disguised ? disguise(text, names, probability, random) : plain(text);

  return {
    input: {
      item: {
        itemId: id,
        revision: 1,
        sellerId: `seller-${id}`,
        title: finish(title, 0.9),
        description: finish(description, 0.7),
        category: random.chance(0.1) ? random.pick(ALL_CATEGORIES) : random.pick(kind.categories),
        price: inventPrice(kind, random),
        imageUrls: [],
      },
      enrichment: { seller: inventSeller(`seller-${id}`, riskOf(kind), random) },
    },
    kind: `${kind.language}/${kind.name}`,
    language,
    breaks: kind.breaks,
    looksLike,
    disguised,
  };
}

const riskOf = (kind: Kind): number => (kind.breaks === undefined ? 0.15 : kind.breaks === 'counterfeit' ? 0.75 : 0.6);

/** A seller who writes a lot: up to 20 sentences about other everyday things. */
function ramble(language: Language, split: Split, random: Random): string[] {
  const everyday = KINDS.filter((kind) => kind.language === language && !kind.breaks && !kind.looksLike);
  return Array.from({ length: 5 + random.below(16) }, () => {
    const { lines, words } = random.pick(everyday);
    return expand(random.pick(partOf(lines, split)), [words], split, random, new Map());
  });
}

function sample(pool: readonly string[], count: number, random: Random): string[] {
  return random.shuffle([...pool]).slice(0, count);
}

function inventPrice(kind: Kind, random: Random): Price {
  const [currency, dollars] = random.pick(CURRENCIES[kind.language]);
  const amount = random.logBetween(kind.price[0], kind.price[1]) / dollars;
  const step = currency === 'JPY' ? 100 : 50;
  return { currency, minorUnits: Math.max(step, Math.round(amount / step) * step) };
}

function decorate(title: string, language: Language, random: Random): string {
  const style = random.next();
  if (style < 0.06) return `${random.pick(['🔥', '✨', '★', '⭐', '❗'])}${title}`;
  if (style < 0.12) return language === 'ja' ? `【送料無料】${title}` : title.toUpperCase();
  if (style < 0.16) return language === 'ja' ? `${title}!!` : `S A L E ${title}`;
  return title;
}
