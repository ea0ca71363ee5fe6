import type { Books } from './books.ts';
import type { Host } from './host.ts';
import type { Witness } from './violation.ts';

/** Holds the decisions of each item against the order of its revisions. */
export interface Order {
  /** A replica has taken in an event, or an entry about it. */
  knows(host: Host, sourceId: string): void;
  /** A replica begins to publish a decision. */
  publishing(host: Host, sourceId: string): void;
  /** The broker has stored a decision. */
  stored(host: Host, sourceId: string): void;
  /** Decisions that followed another replica's on a newer revision, where the replicas could not know of each other. */
  readonly overtaken: number;
}

export interface OrderOptions {
  readonly books: Books;
  readonly witness: Witness;
  /**
   * The newest rank that this replica could have learnt from the shared store by now, had it asked as late as it must; 0
   * where it need not know any.
   */
  readonly sharedRank: (host: Host, itemId: string) => number;
  /** Whether the replicas have a store in common that has answered, and publishes have worked, since some time before then. */
  readonly isSharedSince: (ms: number) => boolean;
}

const INVARIANT = 'no decision of an older revision follows one of a newer revision';

export function createOrder({ books, witness, sharedRank, isSharedSince }: OrderOptions): Order {
  const known = new Map<Host, Map<string, number>>();
  const storedBy = new Map<string, { rank: number; host: Host; atMs: number }>();
  const newestBy = new Map<Host, Map<string, number>>();
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
      } else if (sharedRank(host, itemId) > rank) {
        const what = `${host.name} publishes ${rank} although the store says ${sharedRank(host, itemId)}`;
        witness.violated(INVARIANT, itemId, what);
      }
    },
    stored(host, sourceId) {
      const { itemId, rank } = books.event(sourceId)!;
      const newest = of(newestBy, host);
      if ((newest.get(itemId) ?? 0) > rank) {
        const what = `${host.name}: ${rank} is stored after ${newest.get(itemId)}, which is its own, too`;
        witness.violated(INVARIANT, itemId, what);
      }
      raise(newest, itemId, rank);
      const before = storedBy.get(itemId);
      if (!before || before.rank <= rank) {
        storedBy.set(itemId, { rank, host, atMs: performance.now() });
        return;
      }
      overtaken++;
      if (!isSharedSince(before.atMs) || before.host === host) return;
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
