import { LRUCache } from 'lru-cache';
import { EventType } from '../../proto/generated/moderation/v1/item.ts';
import type { ValidEvent } from '../moderation/event.ts';
import type { SharedStore } from './store.ts';

/**
 * What supersedes what among the events of one item: from this replica's memory and, where it answers, the shared store.
 * Larger revisions come after smaller ones, and a delisting after everything else of its revision.
 */
export interface Revisions {
  /**
   * Takes note of an event and answers what is known of others of its item.
   *
   * @param isFirstPass whether the event comes from the main queue; an entry's event has been taken in before
   */
  observe(event: ValidEvent, isFirstPass: boolean): Promise<Standing>;
  /** Whether an event that comes after it is known, without taking note of it: a question about an item is no event of it. */
  isSuperseded(event: ValidEvent): Promise<boolean>;
  /** The same from this replica's memory alone, at no cost. */
  isKnownSuperseded(event: ValidEvent): boolean;
}

/** The place of an event among those of its item that are known. */
export interface Standing {
  readonly isSuperseded: boolean;
  /** Another replica may have taken in an older event of the item, and be about to publish a decision on it. */
  readonly hasRivals: boolean;
}

export function createRevisions(store: SharedStore, maxEntries: number): Revisions {
  const seen = new LRUCache<string, number>({ max: maxEntries });
  const keyOf = (itemId: string) => `eddy:revision:${itemId}`;
  // Asked more than once of every event, and only then that it is seen counts as a use.
  const newestOf = (itemId: string) => seen.peek(itemId) ?? 0;
  const isKnownSuperseded = (event: ValidEvent) => newestOf(event.item.itemId) > rankOf(event);

  /** What another process has written is not taken on trust: no event has a rank beyond the last revision's. */
  function remember(itemId: string, rank: number): void {
    if (rank > newestOf(itemId) && rank <= Number.MAX_SAFE_INTEGER) seen.set(itemId, rank);
  }

  return {
    observe(event, isFirstPass) {
      const { itemId } = event.item;
      const rank = rankOf(event);
      const newest = newestOf(itemId);
      if (newest > rank) return Promise.resolve({ isSuperseded: true, hasRivals: false });
      if (newest < rank) seen.set(itemId, rank);
      return store.raise(keyOf(itemId), rank).then((before = 0) => {
        if (before > rank) remember(itemId, before);
        // The repetition of an event that has rivals has them, too: it must not be decided before the first one may be.
        const isRival = before > 0 && (before < rank || (isFirstPass && before === rank));
        return { isSuperseded: isKnownSuperseded(event), hasRivals: store.isShared && isRival };
      });
    },
    isSuperseded(event) {
      const { itemId } = event.item;
      return store.getMany([keyOf(itemId)]).then((shared) => {
        const rank = Number(shared?.[0]) || 0;
        if (rank > rankOf(event)) remember(itemId, rank);
        return isKnownSuperseded(event);
      });
    },
    isKnownSuperseded,
  };
}

/**
 * The place of an event in the order of its item's events: a delisting stands between two revisions. Above 2^52 there is
 * no number between them; there a delisting is as good as any event of its revision.
 */
export function rankOf({ type, item }: ValidEvent): number {
  const hasNumbersBetween = item.revision < 2 ** 52;
  return type === EventType.DELISTED && hasNumbersBetween ? item.revision + 0.5 : item.revision;
}
