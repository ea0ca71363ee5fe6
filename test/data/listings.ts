import type { Random } from '../../models/training/random.ts';
import { disguises } from './disguises.ts';
import type { EventMaker, PlannedEvent, Words } from './event.ts';
import type { TextSource, ViolationTopic } from './texts.ts';
import { clean, hardNegatives, unusualTexts, violations } from './texts.ts';

const topics = Object.keys(violations) as ViolationTopic[];

/** The words of a listing, its thing disguised or not. */
export function draw(source: TextSource, random: Random, disguise: (text: string) => string = (text) => text): Words {
  const drawn = random.pick(source.things);
  const [thing, category] = typeof drawn === 'string' ? [drawn, random.pick(source.categories)] : drawn;
  return {
    title: random.pick(source.titles).replace('{}', () => disguise(thing)),
    description: random.pick(source.descriptions),
    category,
  };
}

/** Violations of every topic: plain, in both languages, and disguised in every way. */
export function violating(make: EventMaker, random: Random): PlannedEvent[] {
  const ways = Object.entries(disguises);
  return topics.flatMap((topic) => {
    const { en, ja } = violations[topic];
    return [
      ...times(26, () => make.listed(topic, random.next(), draw(en, random), 'dubious')),
      ...times(14, () => make.listed(`${topic}-japanese`, random.next(), draw(ja, random), 'dubious')),
      ...times(14, (i) => {
        const [way, disguise] = ways[i % ways.length]!;
        return make.listed(`${topic}-${way}`, random.next(), draw(en, random, disguise), 'dubious');
      }),
    ];
  });
}

/** What only sounds like a violation, each offered twice in other words. */
export function harmless(make: EventMaker, random: Random): PlannedEvent[] {
  return topics.flatMap((topic) =>
    hardNegatives[topic].flatMap(({ thing, description, category }) => [
      make.listed(`not-${topic}`, random.next(), { title: thing, description, category }),
      make.listed(`not-${topic}`, random.next(), {
        title: `${thing} ★`,
        description: `${description}\n\n#${topic}`,
        category,
      }),
    ]),
  );
}

export function everyday(make: EventMaker, random: Random): PlannedEvent[] {
  return [
    ...times(110, () => make.listed('clean', random.next(), draw(clean.en, random))),
    ...times(50, () => make.listed('clean-japanese', random.next(), draw(clean.ja, random))),
  ];
}

/** Clean listings in every sort of Unicode. */
export function unusual(make: EventMaker, random: Random): PlannedEvent[] {
  return Object.entries(unusualTexts).map(([kind, text]) =>
    make.listed(`unicode-${kind}`, random.next(), {
      title: text,
      description: `${text}\n${[...text].reverse().join('')}`,
      category: 'home/kitchen',
    }),
  );
}

export function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
