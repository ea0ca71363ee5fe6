import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { abandoned, failed, MAX_VERSION_LENGTH, type Outcome, type Outcomes } from '../moderation/outcome.ts';
import type { SharedStore } from './store.ts';

/**
 * What became of models that have a backlog entry each (backlog mode per-model): by it, the last of an item's entries
 * knows that it is the last. Kept in this replica's memory and, where it answers, in the shared store.
 */
export interface LateOutcomes {
  /**
   * Tells what one entry's pass has settled, and then answers what is known of the others. Of two passes that do this at
   * the same moment at least one hears of the other.
   */
  exchange(
    item: { readonly itemId: string; readonly revision: number },
    settled: Outcomes,
    wanted: readonly string[],
  ): Promise<Map<string, Outcome>>;
}

/** What another process has written is not taken on trust. */
const storedOutcome = z.union([
  z.object({
    state: z.literal('scored'),
    probability: z.number().min(0).max(1),
    modelVersion: z.string().max(MAX_VERSION_LENGTH),
  }),
  z.object({ state: z.literal('failed'), error: z.string() }).transform(({ error }) => failed(error)),
  z.object({ state: z.literal('abandoned'), error: z.string() }).transform(({ error }) => abandoned(error)),
]);

export function createLateOutcomes(store: SharedStore, maxEntries: number): LateOutcomes {
  // Made when it is needed: it takes the memory of all its entries from the start.
  let known: LRUCache<string, Outcome> | undefined;
  return {
    async exchange({ itemId, revision }, settled, wanted) {
      known ??= new LRUCache({ max: maxEntries });
      const keyOf = (model: string) => `eddy:late:${model}:${revision}:${itemId}`;
      const told: string[] = [];
      const toldAs: string[] = [];
      for (const [model, outcome] of settled) {
        if (outcome.state === 'pending') continue;
        known.set(keyOf(model), outcome);
        told.push(keyOf(model));
        toldAs.push(JSON.stringify(outcome));
      }
      if (told.length > 0) store.setMany(told, toldAs);
      const shared = await store.getMany(wanted.map(keyOf));
      const found = new Map<string, Outcome>();
      for (const [index, model] of wanted.entries()) {
        const outcome = parse(shared?.[index] ?? null) ?? known.get(keyOf(model));
        if (outcome) found.set(model, outcome);
      }
      return found;
    },
  };
}

function parse(value: string | null): Outcome | undefined {
  if (value === null) return undefined;
  try {
    return storedOutcome.parse(JSON.parse(value));
  } catch {
    return undefined; // Not of our writing.
  }
}
