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
  readonly ended: Promise<unknown>;
}

export function createDecisionsUnderWay(): DecisionsUnderWay {
  const byItem = new Map<string, Set<UnderWay>>();
  return {
    older(itemId, rank) {
      const all = byItem.get(itemId);
      if (!all) return undefined;
      const older = [...all].filter((one) => one.rank < rank);
      return older.length > 0 ? Promise.all(older.map(({ ended }) => ended)) : undefined;
    },
    add(itemId, rank, published) {
      const all = byItem.get(itemId) ?? new Set();
      byItem.set(itemId, all);
      const end = () => {
        all.delete(one);
        if (all.size === 0 && byItem.get(itemId) === all) byItem.delete(itemId);
      };
      const one = { rank, ended: published.then(end, end) };
      all.add(one);
    },
  };
}
