import type { Enriched, Enricher } from '../../../proxy/enrichment/enrich.ts';

/** As long as what was fetched is kept for a strategy that keeps nothing, and a little longer, in milliseconds. */
const FORGOTTEN_AFTER_MS = 2;

/**
 * Lets two messages on one item that come at the same time fetch what they lack one after the other, each for itself: the
 * sources share what is under way, which the published design does not.
 */
export function unshared(enricher: Enricher): Enricher {
  const last = new Map<string, Promise<Enriched>>();
  return {
    async enrich(item, sources, known, timeoutMs) {
      const before = last.get(item.itemId);
      const own = after(before).then(() => enricher.enrich(item, sources, known, timeoutMs));
      last.set(item.itemId, own);
      const enriched = await own;
      if (last.get(item.itemId) === own) last.delete(item.itemId);
      return enriched;
    },
  };
}

async function after(before: Promise<Enriched> | undefined): Promise<void> {
  if (!before) return;
  await before;
  await new Promise((resolve) => setTimeout(resolve, FORGOTTEN_AFTER_MS));
}
