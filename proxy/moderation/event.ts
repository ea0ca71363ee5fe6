import type { Item, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';

/** An item event that has passed validation: what is required is there. */
export interface ValidEvent extends ItemEvent {
  readonly item: Item;
  readonly occurredAt: Date;
}
