import type { SourceMessage } from '../../infra/local/source.ts';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';

/**
 * New items with texts that no cache knows: the listings over and over, each with a number of its own.
 *
 * @param from the first of their numbers
 */
export async function* distinctItems(
  listings: readonly ValidEvent[],
  from: number,
  count: number,
): AsyncGenerator<SourceMessage> {
  for (let number = from; number < from + count; number++) {
    const { item, ...listing } = listings[number % listings.length]!;
    const event = ItemEvent.toJSON({
      ...listing,
      eventId: `cost-event-${number}`,
      occurredAt: new Date(),
      item: { ...item, itemId: `cost-item-${number}`, description: `${item.description} #${number}` },
    });
    yield { data: Buffer.from(JSON.stringify(event)), attributes: {} };
  }
}
