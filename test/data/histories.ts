import type { Random } from '../../models/training/random.ts';
import type { EventMaker, PlannedEvent } from './event.ts';
import { draw, times } from './listings.ts';
import { clean, violations } from './texts.ts';

/** Items to which more than one thing happens. The events of one item are far from each other in the file. */
export function histories(make: EventMaker, random: Random): PlannedEvent[] {
  const start = (kind: string) => make.listed(kind, random.next() * 0.6, draw(clean.en, random));
  return [
    ...times(15, () => {
      const first = start('edited');
      const description = `${first.event.item.description} Now with free shipping.`;
      return [first, make.after(first, 'edit', 0.1, 'UPDATED', { revision: 2, description })];
    }),
    // Nothing that a text model reads has changed.
    ...times(15, () => {
      const first = start('repriced');
      const price = { currency: 'USD', minorUnits: 990 };
      return [
        first,
        make.after(first, 'price-only', 0.1, 'UPDATED', { revision: 2, price }),
        make.after(first, 'price-only', 0.2, 'UPDATED', { revision: 3, price: { ...price, minorUnits: 890 } }),
      ];
    }),
    // The seller lists something harmless and swaps the words.
    ...times(6, (i) => {
      const first = start('clean-at-first');
      const topic = (['weapons', 'money', 'counterfeit'] as const)[i % 3]!;
      const words = draw(violations[topic].en, random);
      return [first, make.after(first, `turned-${topic}`, 0.15, 'UPDATED', { revision: 2, ...words })];
    }),
    // The same words, offered as other items by other sellers.
    ...times(8, () => {
      const first = start('copied');
      const { title, description, category } = first.event.item;
      return [
        first,
        ...times(2, (i) => make.listed('copy', first.at + 0.1 * (i + 1), { title, description, category })),
      ];
    }),
    // Revision 3 overtakes revision 2, which is superseded.
    ...times(6, () => {
      const first = start('overtaken');
      const newest = make.after(first, 'revision-3', 0.1, 'UPDATED', { revision: 3, title: 'The newest words' });
      const older = make.after(first, 'superseded', 0.25, 'UPDATED', { revision: 2, title: 'Words of before' });
      older.event.occurredAt = new Date(Date.parse(newest.event.occurredAt) - 1_000).toISOString();
      return [first, newest, older];
    }),
    ...times(6, () => {
      const first = start('withdrawn');
      return [first, make.after(first, 'delisted', 0.2, 'DELISTED', { revision: 2 })];
    }),
    // A publisher may leave out all that a delisting does not need.
    ...times(4, () => {
      const first = start('withdrawn');
      const { at, event } = make.after(first, 'delisted-bare', 0.2, 'DELISTED', { revision: 2 });
      const { itemId, revision, sellerId } = event.item;
      return [first, { at, event: { ...event, item: { itemId, revision, sellerId } } } as PlannedEvent];
    }),
    // An edit that comes after the delisting that followed it is superseded.
    ...times(3, () => {
      const first = start('withdrawn');
      return [
        first,
        make.after(first, 'delisted', 0.1, 'DELISTED', { revision: 3 }),
        make.after(first, 'superseded', 0.25, 'UPDATED', { revision: 2, title: 'Words of before' }),
      ];
    }),
    ...times(3, () => {
      const first = start('offered-again');
      return [
        first,
        make.after(first, 'delisted', 0.1, 'DELISTED', { revision: 2 }),
        make.after(first, 'relisted', 0.2, 'LISTED', { revision: 3 }),
      ];
    }),
    // The publisher says the same again.
    ...times(3, () => {
      const first = start('said-twice');
      return [first, { ...first, at: first.at + 0.1 }];
    }),
    [unseenDelisted(start('never-listed'))],
  ].flat();
}

function unseenDelisted({ at, event }: PlannedEvent): PlannedEvent {
  return { at, event: { ...event, type: 'DELISTED' } };
}
