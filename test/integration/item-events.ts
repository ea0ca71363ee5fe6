import { EventType, type Item, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';

export interface TestEvent extends ItemEvent {
  readonly item: Item;
}

let made = 0;

/**
 * A valid event of an item of its own, whose text nothing else has; `item` and `type` say what is different.
 * Item ids are unique within a test file, and so within its Pub/Sub project and its Redis.
 */
export function itemEvent(item: Partial<Item> = {}, type: EventType = EventType.LISTED): TestEvent {
  made++;
  const itemId = item.itemId ?? `item-${made}`;
  const event = ItemEvent.fromPartial({
    eventId: `event-${made}`,
    type,
    item: {
      revision: 1,
      sellerId: `seller-${made}`,
      title: `title of ${itemId} ${made}`,
      description: 'as new',
      category: 'sports/archery',
      price: { currency: 'JPY', minorUnits: 1_000 },
      ...item,
      itemId,
    },
    occurredAt: new Date(),
  });
  return event as TestEvent;
}

export function itemEvents(count: number, item: Partial<Item> = {}): TestEvent[] {
  return Array.from({ length: count }, () => itemEvent(item));
}

/** Another event of the same item, as its seller would make it. */
export function editOf({ item }: TestEvent, changes: Partial<Item> = {}): TestEvent {
  return itemEvent({ ...item, revision: item.revision + 1, ...changes }, EventType.UPDATED);
}
