/**
 * The decisions that are being published, by item. A publish may take as long as its timeout: without waiting for it, the
 * decision on an older revision could be confirmed after the one on a newer revision that overtook it.
 */
export interface DecisionsUnderWay {
  /** Resolves when none of a lower rank is being published any more; undefined when none is. Never rejects. */
  older(itemId: string, rank: number): Promise<unknown> | undefined;
  add(itemId: string, rank: number, published: Promise<unknown>): void;
}

interface UnderWay {
  readonly rank: number;
  readonly published: Promise<unknown>;
}

export function createDecisionsUnderWay(): DecisionsUnderWay {
  const byItem = new Map<string, readonly UnderWay[]>();
  return {
    older(itemId, rank) {
      const older = byItem.get(itemId)?.filter((one) => one.rank < rank);
      return older?.length ? Promise.allSettled(older.map(({ published }) => published)) : undefined;
    },
    add(itemId, rank, published) {
      const one = { rank, published };
      const others = byItem.get(itemId);
      byItem.set(itemId, others ? [...others, one] : [one]);
      const end = () => {
        const rest = byItem.get(itemId)!.filter((other) => other !== one);
        if (rest.length > 0) byItem.set(itemId, rest);
        else byItem.delete(itemId);
      };
      published.then(end, end);
    },
  };
}
