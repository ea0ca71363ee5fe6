import { EventType, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { decodeEvent, InvalidMessageError } from '../../proxy/intake/decode-event.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import { readItemFile } from './item-file.ts';

/** What is published. */
export interface SourceMessage {
  readonly data: Buffer;
  readonly attributes: Record<string, string>;
}

/** The messages of a file, as they are. */
export async function* fileMessages(file: string): AsyncGenerator<SourceMessage> {
  for await (const { data, attributes } of readItemFile(file)) yield { data, attributes };
}

/** One in so many repeats one of so many texts to the letter. */
const REPEATED_EVERY = 5;
const REPEATED_TEXTS = 50;

/**
 * Events without end: the valid listings of a file over and over, each time as new items. Some
 * repeat a text to the letter, as sellers do, so that the cache has something to do; the others end in a number.
 *
 * @param limit how many there are in all
 */
export async function* endlessEvents(file: string, limit: number): AsyncGenerator<SourceMessage> {
  const listings = await readListings(file);
  for (let count = 0; count < limit; count++) {
    const isRepeated = count % REPEATED_EVERY === 0;
    const turn = isRepeated ? (count / REPEATED_EVERY) % REPEATED_TEXTS : count;
    const { item, ...listing } = listings[turn % listings.length]!;
    const description = isRepeated ? item.description : `${item.description} #${count}`;
    const fresh = ItemEvent.toJSON({
      ...listing,
      eventId: `live-event-${count}`,
      occurredAt: new Date(),
      item: { ...item, itemId: `live-item-${count}`, description },
    });
    yield { data: Buffer.from(JSON.stringify(fresh)), attributes: {} };
  }
}

/**
 * The valid first listings of a file: what events can be made of.
 *
 * @throws Error when it has none
 */
export async function readListings(file: string): Promise<ValidEvent[]> {
  const listings: ValidEvent[] = [];
  for await (const { data, attributes } of readItemFile(file)) {
    if (attributes['content-type'] || data.length > 100_000) continue;
    const listing = listingOf(data);
    if (listing) listings.push(listing);
  }
  if (listings.length === 0) throw new Error(`${file} has no listing to make events of`);
  return listings;
}

function listingOf(data: Buffer): ValidEvent | undefined {
  try {
    const event = decodeEvent(data, {});
    return event.type === EventType.LISTED && event.item.revision === 1 ? event : undefined;
  } catch (error) {
    if (error instanceof InvalidMessageError) return undefined; // The file has such messages on purpose.
    throw error;
  }
}
