import type { Random } from '../../models/training/random.ts';
import type { EventMaker, ItemJson, PlannedLine } from './event.ts';
import { draw } from './listings.ts';
import { clean } from './texts.ts';
import { binary, wrapped } from './unusual-deliveries.ts';

/** Messages that are no valid event; each goes to the quarantine. */
export function invalidMessages(make: EventMaker, random: Random): PlannedLine[] {
  const plan = (kind: string) => make.listed(`invalid-${kind}`, random.next() * 0.95, draw(clean.en, random));
  const raw = (content: string): PlannedLine => ({ at: random.next() * 0.95, content });
  /** An event with other fields; undefined takes a field away. */
  const event = (kind: string, changes: object): PlannedLine => {
    const planned = plan(kind);
    return { at: planned.at, content: JSON.stringify({ ...planned.event, ...changes }) };
  };
  const item = (kind: string, changes: { [Field in keyof ItemJson]?: unknown }): PlannedLine => {
    const planned = plan(kind);
    return {
      at: planned.at,
      content: JSON.stringify({ ...planned.event, item: { ...planned.event.item, ...changes } }),
    };
  };
  const cut = JSON.stringify(plan('cut').event);
  const protobuf = { 'content-type': 'application/protobuf' };
  const whole = binary(plan('broken-binary').event);
  const price = { currency: 'USD', minorUnits: 100 };
  return [
    // No JSON.
    raw(cut.slice(0, cut.length / 2)),
    raw(cut.slice(0, -1)),
    raw(`${cut}${cut}`),
    raw('this is not JSON'),
    raw("{'eventId': 'single quotes'}"),
    raw('{"eventId": "a", }'),
    raw('{"eventId": NaN}'),
    raw(wrapped({ data: '', attributes: { 'content-type': 'application/json' } })),
    raw(wrapped({ data: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]).toString('base64'), encoding: 'base64' })),
    // JSON, but no object.
    raw('[1, 2, 3]'),
    raw('"an event"'),
    raw('42'),
    raw('null'),
    raw('true'),
    raw('[]'),
    raw('{}'),
    // Required fields.
    event('no-event-id', { eventId: undefined }),
    event('empty-event-id', { eventId: '' }),
    event('no-type', { type: undefined }),
    event('no-item', { item: undefined }),
    event('null-item', { item: null }),
    event('no-time', { occurredAt: undefined }),
    item('no-item-id', { itemId: undefined }),
    item('no-seller', { sellerId: undefined }),
    item('no-revision', { revision: undefined }),
    event('several-faults', { eventId: undefined, type: 'SOLD', item: { revision: 0 } }),
    // Types.
    event('item-is-a-list', { item: [] }),
    event('item-is-text', { item: 'teapot' }),
    event('event-id-is-a-number', { eventId: 7 }),
    item('title-is-a-number', { title: 7 }),
    item('description-is-an-object', { description: { en: 'Teapot' } }),
    item('image-urls-are-text', { imageUrls: 'https://images.example/1.jpg' }),
    item('an-image-url-is-a-number', { imageUrls: [1] }),
    item('price-is-text', { price: '100 USD' }),
    item('revision-is-a-word', { revision: 'first' }),
    // Values.
    event('unknown-type', { type: 'ARCHIVED' }),
    event('type-unspecified', { type: 'EVENT_TYPE_UNSPECIFIED' }),
    event('time-in-words', { occurredAt: 'yesterday' }),
    event('time-of-no-day', { occurredAt: '2026-13-45T25:61:61Z' }),
    item('revision-0', { revision: 0 }),
    item('revision-negative', { revision: -1 }),
    item('revision-broken', { revision: 1.5 }),
    item('currency-in-words', { price: { ...price, currency: 'dollars' } }),
    item('price-negative', { price: { ...price, minorUnits: -1 } }),
    // Limits.
    event('event-id-too-long', { eventId: 'e'.repeat(129) }),
    item('item-id-too-long', { itemId: 'i'.repeat(129) }),
    item('seller-id-too-long', { sellerId: 's'.repeat(129) }),
    item('title-too-long', { title: 't'.repeat(1_001) }),
    item('category-too-long', { category: 'c'.repeat(257) }),
    item('too-many-images', { imageUrls: Array.from({ length: 101 }, (_, i) => `https://images.example/${i}.jpg`) }),
    item('image-url-too-long', { imageUrls: ['https://images.example/'.padEnd(2_049, 'x')] }),
    // Binary.
    raw(wrapped({ data: whole.subarray(0, -20).toString('base64'), encoding: 'base64', attributes: protobuf })),
    raw(wrapped({ data: Buffer.alloc(40, 0xff).toString('base64'), encoding: 'base64', attributes: protobuf })),
    raw(wrapped({ data: JSON.stringify(plan('json-said-to-be-binary').event), attributes: protobuf })),
    raw(wrapped({ data: '', attributes: protobuf })),
    raw(wrapped({ data: whole.toString('base64'), encoding: 'base64' })),
    raw(wrapped({ data: 'event-1,item-1,LISTED', attributes: { 'content-type': 'text/csv' } })),
  ];
}
