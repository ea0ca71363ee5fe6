import type { Books } from './books.ts';
import type { Host } from './host.ts';
import type { Witness } from './violation.ts';

/** Holds the decisions of each item against the order of its revisions. */
export interface Order {
  /** A replica has taken in an event, or an entry about it. */
  knows(host: Host, sourceId: string): void;
  /** A replica begins to publish a decision. */
  publishing(host: Host, sourceId: string): void;
  /** The broker has stored a decision; `isGivenUp`: after the replica had stopped waiting for it. */
  stored(host: Host, sourceId: string, isGivenUp: boolean): void;
  /**
   * Decisions that followed one on a newer revision because nobody could have known: of replicas without a store in
   * common, or stored by the broker after it had been given up.
   */
  readonly overtaken: number;
}

export interface OrderOptions {
  readonly books: Books;
  readonly witness: Witness;
  /**
   * The newest rank that a replica could have learnt from the shared store by now, had it asked as late as it must; 0 where
   * it need not know any.
   */
  readonly sharedRank: (itemId: string) => number;
  /** Whether the replicas have a store in common that has answered, and publishes have worked, since some time before then. */
  readonly isSharedSince: (ms: number) => boolean;
}

const INVARIANT = 'no decision of an older revision follows one of a newer revision';

export function createOrder({ books, witness, sharedRank, isSharedSince }: OrderOptions): Order {
  const known = new Map<Host, Map<string, number>>();
  const storedBy = new Map<string, { rank: number; host: Host; atMs: number }>();
  let overtaken = 0;
  const of = (map: Map<Host, Map<string, number>>, host: Host) => {
    const found = map.get(host) ?? new Map<string, number>();
    map.set(host, found);
    return found;
  };
  const raise = (map: Map<string, number>, itemId: string, rank: number) =>
    map.set(itemId, Math.max(map.get(itemId) ?? 0, rank));

  return {
    knows(host, sourceId) {
      const event = books.event(sourceId);
      if (event?.isValid) raise(of(known, host), event.itemId, event.rank);
    },
    publishing(host, sourceId) {
      const { itemId, rank } = books.event(sourceId)!;
      const own = of(known, host).get(itemId) ?? 0;
      if (own > rank) {
        witness.violated(INVARIANT, itemId, `${host.name} publishes ${rank} although it has received ${own}`);
      } else if (sharedRank(itemId) > rank) {
        const what = `${host.name} publishes ${rank} although the store says ${sharedRank(itemId)}`;
        witness.violated(INVARIANT, itemId, what);
      }
    },
    stored(host, sourceId, isGivenUp) {
      const { itemId, rank } = books.event(sourceId)!;
      const before = storedBy.get(itemId);
      if (!before || before.rank <= rank) {
        storedBy.set(itemId, { rank, host, atMs: performance.now() });
        return;
      }
      if (isGivenUp || (before.host !== host && !isSharedSince(before.atMs))) {
        overtaken++;
        return;
      }
      witness.violated(
        INVARIANT,
        itemId,
        `${host.name}: ${rank} is stored after ${before.rank} of ${before.host.name}`,
      );
    },
    get overtaken() {
      return overtaken;
    },
  };
}
