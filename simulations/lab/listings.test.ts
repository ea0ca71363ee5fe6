import { describe, expect, test } from 'vitest';
import { EventType, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { decodeEvent, InvalidMessageError } from '../../proxy/intake/decode-event.ts';
import { createRandom } from '../world/random.ts';
import { createListings, type ListingMix } from './listings.ts';

const PLAIN: ListingMix = { edits: 0, repeats: 0, invalid: 0 };

function published(mix: ListingMix, count: number, seed = 1) {
  const listings = createListings(mix, createRandom(seed));
  return Array.from({ length: count }, () => listings.next());
}
const bytesOf = (messages: ReturnType<typeof published>) =>
  messages
    .flat()
    .map(({ data, event }) => (event ? ItemEvent.encode({ ...event, occurredAt: undefined }).finish() : data));

describe('listings', () => {
  test('are the same for the same seed, and others for another', () => {
    const mix = { edits: 0.3, repeats: 0.2, invalid: 0.1 };
    expect(bytesOf(published(mix, 50))).toEqual(bytesOf(published(mix, 50)));
    expect(bytesOf(published(mix, 50))).not.toEqual(bytesOf(published(mix, 50, 2)));
  });

  test('are valid events, as the proxy decodes them', () => {
    for (const { data, attributes, event } of published({ ...PLAIN, edits: 0.5 }, 50).flat()) {
      expect(decodeEvent(data, attributes)).toMatchObject({ eventId: event!.eventId, item: event!.item });
    }
  });

  test('have a seller and a text of their own, so that nothing that is kept of one serves another', () => {
    const events = published(PLAIN, 300)
      .flat()
      .map(({ event }) => event!);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(300);
    expect(new Set(events.map(({ item }) => item!.sellerId)).size).toBe(300);
    expect(new Set(events.map(({ item }) => item!.title)).size).toBe(300);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set([EventType.LISTED]));
  });

  test('are edited, sent twice and spoilt in the given shares', () => {
    const messages = published({ edits: 0.4, repeats: 0.3, invalid: 0.2 }, 4_000);
    const valid = messages.filter(([first]) => first!.event);
    const share = (some: readonly unknown[], of: readonly unknown[]) => some.length / of.length;
    expect(1 - share(valid, messages)).toBeCloseTo(0.2, 1);
    expect(
      share(
        valid.filter((sent) => sent.length === 2),
        valid,
      ),
    ).toBeCloseTo(0.3, 1);
    expect(
      share(
        valid.filter(([first]) => first!.event!.type === EventType.UPDATED),
        valid,
      ),
    ).toBeCloseTo(0.4, 1);
  });

  test('follow a mix that changes while they are published', () => {
    const mix = { ...PLAIN };
    const listings = createListings(mix, createRandom(1));
    expect(listings.next()[0]!.event).toBeDefined();
    mix.invalid = 1;
    expect(listings.next()[0]!.event).toBeUndefined();
    mix.invalid = 0;
    expect(listings.next()[0]!.event).toBeDefined();
  });
});

test('an edit is the next revision of an item that was listed, with another text', () => {
  const seen = new Map<string, { revision: number; title: string }>();
  for (const [message] of published({ ...PLAIN, edits: 0.7 }, 200)) {
    const { itemId, revision, title } = message!.event!.item!;
    const before = seen.get(itemId);
    expect(revision).toBe((before?.revision ?? 0) + 1);
    expect(title).not.toBe(before?.title);
    seen.set(itemId, { revision, title });
  }
});

test('an event that is sent twice is the same to the byte, and has the same id', () => {
  const [first, second] = published({ ...PLAIN, repeats: 1 }, 1)[0]!;
  expect(second!.data).toEqual(first!.data);
  expect(second!.event!.eventId).toBe(first!.event!.eventId);
});

test('what is spoilt is nothing that the proxy can decode', () => {
  const [message] = published({ ...PLAIN, invalid: 1 }, 1)[0]!;
  expect(() => decodeEvent(message!.data, message!.attributes)).toThrow(InvalidMessageError);
});
