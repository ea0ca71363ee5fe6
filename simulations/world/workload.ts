import { EventType, type Item, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { Config } from '../../proxy/config-schema.ts';
import type { PublishedEvent } from './books.ts';
import type { Random } from './random.ts';
import type { Load } from './setting.ts';

/** A message as its publisher sends it, and what it is. */
export interface WorkloadMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly event: PublishedEvent;
}

/** What a model's version says of an item. */
export type ScoreOf = (item: Item, model: string, version: string) => number;

export const CATEGORIES = ['sports', 'sports/archery', 'toys', 'toys/figures', 'home/kitchen', 'fashion', ''];
const ITEMS_REMEMBERED = 20;
const SELLERS = 40;
const WORDS = ['steel', 'vintage', 'gold', 'replica', 'cash', 'gift', 'sword', 'card', 'bag', 'tea', 'lamp', 'shoe'];

interface ListedItem {
  readonly itemId: string;
  revision: number;
}

/** Makes up events: listings, edits that race with them, delistings, repetitions, and what is no event at all. */
export function createWorkload(
  load: Load,
  models: Config['models'],
  scoreOf: ScoreOf,
  random: Random,
): { next(): WorkloadMessage[] } {
  const recent: ListedItem[] = [];
  let items = 0;
  let events = 0;

  function item(itemId: string, revision: number) {
    const text = () =>
      `${random.pick(WORDS)} ${random.pick(WORDS)} ${random.chance(0.2) ? '' : random.integer(0, 9_999)}`;
    return {
      itemId,
      revision,
      sellerId: `seller-${random.integer(1, SELLERS)}${random.chance(0.05) ? '-unknown' : ''}`,
      title: text(),
      description: random.chance(0.02) ? text().repeat(200) : text(),
      category: random.pick(CATEGORIES),
      price: random.chance(0.9) ? { currency: 'USD', minorUnits: random.integer(1, 100_000) } : undefined,
      imageUrls: [],
    };
  }

  function message(type: 'LISTED' | 'UPDATED' | 'DELISTED', itemId: string, revision: number): WorkloadMessage {
    const event = {
      eventId: `event-${events++}`,
      type: EventType[type],
      item: item(itemId, revision),
      occurredAt: new Date(),
    };
    const isJson = random.chance(0.5);
    const { category } = event.item;
    return {
      data: isJson
        ? Buffer.from(JSON.stringify(ItemEvent.toJSON(event)))
        : Buffer.from(ItemEvent.encode(event).finish()),
      attributes: isJson ? {} : { 'content-type': 'application/protobuf' },
      event: {
        itemId,
        revision,
        rank: type === 'DELISTED' ? revision + 0.5 : revision,
        isValid: true,
        models: Object.keys(models).filter((name) => concerns(models[name]!.when, type, category)),
        scoreOf: (model, version) => scoreOf(event.item, model, version),
      },
    };
  }

  function invalidMessage(): WorkloadMessage {
    const itemId = `invalid-${events++}`;
    const data = random.pick(['', '{', '[]', '{"eventId":"e"}', '{"item":{"revision":0}}', '\u0000\u0001']);
    const attributes = random.chance(0.3)
      ? { 'content-type': random.pick(['text/plain', 'application/protobuf']) }
      : {};
    const event = { itemId, revision: 0, rank: 0, isValid: false, models: [], scoreOf: () => Number.NaN };
    return { data: Buffer.from(data || '{}'), attributes, event };
  }

  function editOf(listed: ListedItem): WorkloadMessage[] {
    if (random.chance(load.delistings)) {
      return [message('DELISTED', listed.itemId, listed.revision)];
    }
    const [older, newer] = [++listed.revision, ++listed.revision];
    if (random.chance(load.disorder)) {
      return [message('UPDATED', listed.itemId, newer), message('UPDATED', listed.itemId, older)];
    }
    listed.revision = older;
    return [message('UPDATED', listed.itemId, older)];
  }

  function listing(): WorkloadMessage[] {
    const listed = { itemId: `item-${items++}`, revision: 1 };
    recent.push(listed);
    if (recent.length > ITEMS_REMEMBERED) recent.shift();
    return [message('LISTED', listed.itemId, 1)];
  }

  return {
    /** What is published at one moment, in that order. */
    next() {
      if (random.chance(load.invalid)) return [invalidMessage()];
      const isEdit = recent.length > 0 && random.chance(load.edits);
      // Mostly the last one: its listing is still being worked on.
      const messages = isEdit ? editOf(random.chance(0.5) ? recent.at(-1)! : random.pick(recent)) : listing();
      return random.chance(load.repeats) ? [...messages, messages[0]!] : messages;
    },
  };
}

type When = Config['models'][string]['when'];

function concerns(
  { events, categories, exceptCategories }: When,
  type: 'LISTED' | 'UPDATED' | 'DELISTED',
  category: string,
) {
  const isBelow = (parent: string) => `${category}/`.startsWith(`${parent}/`);
  return events.includes(type) && (categories?.some(isBelow) ?? true) && !exceptCategories.some(isBelow);
}
