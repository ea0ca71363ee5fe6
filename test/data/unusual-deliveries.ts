import type { Random } from '../../models/training/random.ts';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { EventJson, EventMaker, PlannedEvent, PlannedLine } from './event.ts';
import { draw, times } from './listings.ts';
import { clean } from './texts.ts';

interface Delivery {
  data: string;
  encoding?: 'base64';
  attributes?: Record<string, string>;
  repeat?: number;
  padTo?: number;
}

/** A line of the file for a message that its data alone can't express. */
export function wrapped(delivery: Delivery): string {
  return JSON.stringify({ $message: delivery });
}

export function binary(event: EventJson): Buffer {
  return Buffer.from(ItemEvent.encode(ItemEvent.fromJSON(event)).finish());
}

/** Valid events at the limits of what is valid, and ones that are delivered in another way than as a line of JSON. */
export function unusualDeliveries(make: EventMaker, random: Random): PlannedLine[] {
  const plan = (kind: string) => make.listed(kind, random.next() * 0.9, draw(clean.en, random));
  const line = (kind: string, write: (event: EventJson) => string): PlannedLine => {
    const { at, event } = plan(kind);
    return { at, content: write(event) };
  };
  const changed = (kind: string, change: (planned: PlannedEvent) => void): PlannedLine => {
    const planned = plan(kind);
    change(planned);
    return { at: planned.at, content: JSON.stringify(planned.event) };
  };
  return [
    ...times(8, () =>
      line('binary', (event) =>
        wrapped({
          data: binary(event).toString('base64'),
          encoding: 'base64',
          attributes: { 'content-type': 'application/protobuf' },
        }),
      ),
    ),
    ...times(3, () =>
      line('said-to-be-json', (event) =>
        wrapped({
          data: JSON.stringify(event),
          attributes: { 'content-type': 'application/json', source: 'listings' },
        }),
      ),
    ),
    ...times(4, () => line('delivered-twice', (event) => wrapped({ data: JSON.stringify(event), repeat: 2 }))),
    line('nine-megabytes', (event) => wrapped({ data: JSON.stringify(event), padTo: 9_000_000 })),
    line('one-megabyte', (event) => wrapped({ data: JSON.stringify(event), padTo: 1_000_000 })),
    line('indented', (event) => wrapped({ data: JSON.stringify(event, null, 2) })),
    line('escaped-surrogates', (event) => JSON.stringify(event).replace('"title":"', '"title":"Tea \\ud83c\\udf75 ')),
    line('lone-high-surrogate', (event) => JSON.stringify(event).replace('"title":"', '"title":"\\ud800 ')),
    line('lone-low-surrogate', (event) => JSON.stringify(event).replace('"description":"', '"description":"\\udc00 ')),
    line('nanoseconds', (event) => JSON.stringify({ ...event, occurredAt: '2026-03-01T09:30:00.123456789Z' })),
    line('time-zone', (event) => JSON.stringify({ ...event, occurredAt: '2026-03-01T18:30:00+09:00' })),
    line('whole-seconds', (event) => JSON.stringify({ ...event, occurredAt: '2026-03-01T09:30:00Z' })),
    changed('empty-description', ({ event }) => {
      event.item.description = '';
    }),
    changed('empty-texts', ({ event }) => {
      Object.assign(event.item, { title: '', description: '', category: '', imageUrls: [] });
    }),
    changed('ids-only', ({ event }) => {
      const { itemId, sellerId } = event.item;
      Object.assign(event, { item: { itemId, revision: '1', sellerId } });
    }),
    changed('no-price', ({ event }) => {
      Object.assign(event.item, { price: undefined });
    }),
    changed('price-0', ({ event }) => {
      event.item.price = { currency: 'JPY', minorUnits: 0 };
    }),
    changed('large-numbers', ({ event }) => {
      event.item.revision = `${Number.MAX_SAFE_INTEGER}`;
      event.item.price = { currency: 'IDR', minorUnits: `${Number.MAX_SAFE_INTEGER}` };
    }),
    changed('100-images', ({ event }) => {
      event.item.imageUrls = times(100, (i) => `https://images.example/many/${i + 1}.jpg`);
    }),
    changed('longest-image-url', ({ event }) => {
      event.item.imageUrls = ['https://images.example/'.padEnd(2_048, 'x')];
    }),
    changed('longest-title', ({ event }) => {
      event.item.title = 'Teapot with a long name. '.repeat(40);
    }),
    changed('longest-category', ({ event }) => {
      event.item.category = 'home/'.repeat(52).slice(0, 256);
    }),
    changed('longest-ids', ({ event }) => {
      event.eventId = `${event.eventId}-`.padEnd(128, 'e');
      event.item.itemId = `${event.item.itemId}-`.padEnd(128, 'i');
      event.item.sellerId = 'seller-'.padEnd(128, 's');
    }),
    changed('unusual-ids', ({ event }) => {
      event.item.itemId = 'item: {1}/二\u{1f375} "quoted" \n';
      event.item.sellerId = 'seller-ü/../*';
    }),
    changed('unknown-seller', ({ event }) => {
      event.item.sellerId = 'unknown-999';
    }),
  ];
}
