import { EventType, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { Random } from '../world/random.ts';

/** What is published at one moment: an event, or something that is none. */
export interface ListingMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  /** Absent for what is no valid event. */
  readonly event?: ItemEvent;
}

/** What the events are like; changed at will. The rest are listings of new items. */
export interface ListingMix {
  /** The share of events that edit an item listed before. */
  edits: number;
  /** The share of events that the publisher sends twice. */
  repeats: number;
  /** The share of messages that are no valid events. */
  invalid: number;
}

const WORDS = ['steel', 'vintage', 'gold', 'replica', 'cash', 'gift', 'sword', 'card', 'bag', 'tea', 'lamp', 'shoe'];
const CATEGORIES = ['sports/archery', 'toys/figures', 'home/kitchen', 'fashion/bags', 'collectables/coins'];
const ITEMS_REMEMBERED = 500;

/**
 * Makes up listings. Each item has a seller of its own, so that what is fetched for an item can be told from what is
 * fetched for another one, and a text of its own, so that no prediction serves two.
 */
export function createListings(mix: ListingMix, random: Random): { next(): ListingMessage[] } {
  const listed: { number: number; revision: number }[] = [];
  let items = 0;
  let events = 0;

  function message(type: EventType, number: number, revision: number): ListingMessage {
    const text = () => `${random.pick(WORDS)} ${random.pick(WORDS)}`;
    const event: ItemEvent = {
      eventId: `event-${events++}`,
      type,
      occurredAt: new Date(),
      item: {
        itemId: `item-${number}`,
        revision,
        sellerId: `seller-${number}`,
        title: `${text()} ${number}.${revision}`,
        description: `A ${text()}, ${text()}, as good as new. ${text()} on request.`,
        category: CATEGORIES[number % CATEGORIES.length]!,
        price: { currency: 'USD', minorUnits: random.integer(100, 100_000) },
        imageUrls: [],
      },
    };
    return {
      data: Buffer.from(ItemEvent.encode(event).finish()),
      attributes: { 'content-type': 'application/protobuf' },
      event,
    };
  }

  function listing(): ListingMessage {
    const item = { number: items++, revision: 1 };
    listed.push(item);
    if (listed.length > ITEMS_REMEMBERED) listed.shift();
    return message(EventType.LISTED, item.number, item.revision);
  }

  function edit(): ListingMessage {
    const item = random.pick(listed);
    item.revision++;
    return message(EventType.UPDATED, item.number, item.revision);
  }

  return {
    next() {
      if (random.chance(mix.invalid)) return [{ data: Buffer.from('{"eventId":'), attributes: {} }];
      const made = listed.length > 0 && random.chance(mix.edits) ? edit() : listing();
      return random.chance(mix.repeats) ? [made, made] : [made];
    },
  };
}
