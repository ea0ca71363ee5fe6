import type { SourceMessage } from '../../infra/local/source.ts';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';

/** What is sent: a message for each number, with an item of its own. */
export interface Items {
  /** How many of {@link primer} are decided first, for the others to find what they need in the cache. */
  readonly primers: number;
  primer(number: number, index: number): SourceMessage;
  item(number: number): SourceMessage;
}

/** The listings over and over, each with a text that no cache knows. */
export function newTexts(listings: readonly ValidEvent[]): Items {
  const item = (number: number) => messageOf(listings, number, number, (text) => `${text} #${number}`);
  return { primers: 0, primer: item, item };
}

/** The same, with descriptions of so many bytes, or a few less where a letter would be cut. */
export function textsOfSize(listings: readonly ValidEvent[], bytes: number): Items {
  const item = (number: number) =>
    messageOf(listings, number, number, (text) => {
      const long = Buffer.from(`#${number} ${`${text} `.repeat(bytes / (text.length + 1) + 1)}`);
      return long
        .subarray(0, bytes)
        .toString()
        .replace(/\uFFFD$/, '');
    });
  return { primers: 0, primer: item, item };
}

/** Texts that are repeated: so many that hardly two of the same are under way at one time. */
const REPEATED_TEXTS = 2_000;

/** Texts of which a share, 0 to 1, is that of an earlier item by the same seller, to the letter. */
export function repeatedTexts(listings: readonly ValidEvent[], share: number): Items {
  const repeated = (number: number, index: number) =>
    messageOf(listings, number, index, (text) => `${text} (${index})`);
  const { item } = newTexts(listings);
  return {
    primers: share > 0 ? REPEATED_TEXTS : 0,
    primer: repeated,
    item(number) {
      // Evenly spread: so many more than up to the number before.
      const isRepeated = Math.floor((number + 1) * share) > Math.floor(number * share);
      return isRepeated ? repeated(number, number % REPEATED_TEXTS) : item(number);
    },
  };
}

function messageOf(
  listings: readonly ValidEvent[],
  number: number,
  template: number,
  describe: (text: string) => string,
): SourceMessage {
  const { item, ...listing } = listings[template % listings.length]!;
  const event = ItemEvent.toJSON({
    ...listing,
    eventId: `event-${number}`,
    occurredAt: new Date(),
    item: { ...item, itemId: `item-${number}`, description: describe(item.description) },
  });
  return { data: Buffer.from(JSON.stringify(event)), attributes: {} };
}
