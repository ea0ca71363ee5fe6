import type { SourceMessage } from '../../infra/local/source.ts';
import { EventType, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import { createRandom } from '../world/random.ts';

/** What the books have to know of an event before it is published. */
export interface SentEvent {
  /** Of this event alone. A message that is no event carries it as an attribute, which the quarantine keeps. */
  readonly id: string;
  readonly itemId: string;
  /** No two events of an item have the same. */
  readonly revision: number;
  readonly kind: 'listed' | 'updated' | 'delisted' | 'overtaken' | 'invalid';
}

export interface WorkloadMessage extends SourceMessage {
  readonly event: SentEvent;
}

/** The attribute that says which event a message is. */
export const EVENT_ID = 'event-id';

/** The shares of what is no new listing; the rest is. */
const SHARES: Readonly<Record<Exclude<SentEvent['kind'], 'listed'>, number>> = {
  updated: 0.15,
  delisted: 0.05,
  // A revision that comes after a newer one of its item.
  overtaken: 0.03,
  invalid: 0.04,
};
const PROTOBUF_SHARE = 0.1;
/** Texts that are repeated to the letter, so that the cache has something to do. */
const REPEATED_SHARE = 0.2;
/** Listings of sellers that nobody knows yet, so that the catalogue is asked. */
const NEW_SELLER_SHARE = 0.2;
/** What happens to an item more than once happens soon: a late result can then meet a newer revision. */
const RECENT_ITEMS = 100;

interface KnownItem {
  readonly listing: ValidEvent;
  readonly itemId: string;
  newest: number;
  /** Revisions that were left out, for events that are overtaken. */
  readonly skipped: number[];
}

/**
 * Events without end: listings, edits, delistings, edits that come too late, and what is no event at all.
 *
 * @param prefix begins the ids of events and items, so that they are of this run alone
 */
export function* workload(listings: readonly ValidEvent[], seed: number, prefix: string): Generator<WorkloadMessage> {
  const random = createRandom(seed);
  const recent: KnownItem[] = [];

  function kindOfNext(): SentEvent['kind'] {
    let left = random.next();
    for (const [kind, share] of Object.entries(SHARES)) {
      left -= share;
      if (left < 0) return kind as SentEvent['kind'];
    }
    return 'listed';
  }

  function listed(number: number): KnownItem {
    const known = random.pick(listings);
    const listing = random.chance(NEW_SELLER_SHARE)
      ? { ...known, item: { ...known.item, sellerId: `${prefix}-seller-${number}` } }
      : known;
    const item = { listing, itemId: `${prefix}-item-${number}`, newest: 1, skipped: [] };
    recent.push(item);
    if (recent.length > RECENT_ITEMS) recent.shift();
    return item;
  }

  /** The item and the revision of the next event; what is to happen to an item that is not there is a listing. */
  function next(
    number: number,
    kind: SentEvent['kind'],
  ): { item: KnownItem; revision: number; kind: SentEvent['kind'] } {
    if (kind === 'overtaken') {
      const item = recent.find(({ skipped }) => skipped.length > 0);
      if (item) return { item, revision: item.skipped.shift()!, kind };
    } else if ((kind === 'updated' || kind === 'delisted') && recent.length > 0) {
      const item = random.pick(recent);
      // Every third edit leaves a revision out, which comes later.
      if (kind === 'updated' && random.chance(1 / 3)) item.skipped.push(++item.newest);
      return { item, revision: ++item.newest, kind };
    }
    return { item: listed(number), revision: 1, kind: kind === 'invalid' ? kind : 'listed' };
  }

  for (let number = 0; ; number++) {
    const { item, revision, kind } = next(number, kindOfNext());
    const id = `${prefix}-${number}`;
    const event: SentEvent = { id, itemId: item.itemId, revision, kind };
    if (kind === 'invalid') {
      recent.pop(); // Nothing follows what was never listed.
      yield { event, data: random.pick(INVALID)(item), attributes: { [EVENT_ID]: id } };
      continue;
    }
    const isRepeated = kind === 'listed' && random.chance(REPEATED_SHARE);
    const { listing } = item;
    const description = isRepeated ? listing.item.description : `${listing.item.description} #${prefix}-${number}`;
    const whole: ItemEvent = {
      ...listing,
      eventId: id,
      type: TYPES[kind],
      occurredAt: new Date(),
      item: { ...listing.item, itemId: item.itemId, revision, description },
    };
    yield { event, ...encoded(whole, random.chance(PROTOBUF_SHARE), id) };
  }
}

const TYPES = {
  listed: EventType.LISTED,
  updated: EventType.UPDATED,
  overtaken: EventType.UPDATED,
  delisted: EventType.DELISTED,
} as const;

function encoded(event: ItemEvent, isProtobuf: boolean, id: string): SourceMessage {
  return isProtobuf
    ? {
        data: Buffer.from(ItemEvent.encode(event).finish()),
        attributes: { [EVENT_ID]: id, 'content-type': 'application/protobuf' },
      }
    : { data: Buffer.from(JSON.stringify(ItemEvent.toJSON(event))), attributes: { [EVENT_ID]: id } };
}

/** Messages that are no valid event; each goes to the quarantine. */
const INVALID: readonly ((item: KnownItem) => Buffer)[] = [
  () => Buffer.from('this is not JSON'),
  () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  () => Buffer.from('{}'),
  ({ listing }) => Buffer.from(JSON.stringify(ItemEvent.toJSON(listing)).slice(0, -1)),
  ({ listing }) => Buffer.from(JSON.stringify({ ...(ItemEvent.toJSON(listing) as object), eventId: '' })),
  ({ listing }) => Buffer.from(JSON.stringify({ ...(ItemEvent.toJSON(listing) as object), item: { itemId: 'x' } })),
];
