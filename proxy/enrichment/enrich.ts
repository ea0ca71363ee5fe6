import type { Item } from '../../proto/generated/moderation/v1/item.ts';
import type { Enrichment } from '../../proto/generated/moderation/v1/model.ts';
import type { Source } from '../config-schema.ts';
import { within } from '../store/within.ts';

/** Fetches what items lack. */
export interface Enricher {
  /**
   * Fetches each source once, side by side, unless it is known already; no promise where all is at hand. Never rejects: a
   * source that fails, or has not answered after `timeoutMs` milliseconds, is named with the reason, and only the models
   * that need it wait for it.
   */
  enrich(item: Item, sources: readonly Source[], known: Enrichment, timeoutMs: number): Enriched | Promise<Enriched>;
}

export interface Enriched {
  readonly enrichment: Enrichment;
  readonly failures: ReadonlyMap<Source, string>;
}

/** What fetches each part of the enrichment, or has it at hand. */
export type Fetchers = { readonly [S in Source]?: (item: Item) => Fetched<NonNullable<Enrichment[S]>> };
type Fetched<T> = T | Promise<T>;

export const NOTHING_KNOWN: Enrichment = Object.freeze({ seller: undefined });

export function createEnricher(fetchers: Fetchers): Enricher {
  return {
    enrich(item, sources, known, timeoutMs) {
      const enriched: Filling = { enrichment: { ...known }, failures: NONE };
      const fetches: Promise<void>[] = [];
      for (const source of sources) {
        if (known[source] !== undefined) continue;
        try {
          const fetched = fetcherOf(fetchers, source)(item);
          // Most of it is at hand, and costs neither a timer nor a promise.
          if (fetched instanceof Promise) fetches.push(wait(enriched, source, fetched, timeoutMs));
          else enriched.enrichment[source] = fetched;
        } catch (error) {
          fail(enriched, source, error);
        }
      }
      return fetches.length > 0 ? Promise.all(fetches).then(() => enriched) : enriched;
    },
  };
}

interface Filling extends Enriched {
  failures: ReadonlyMap<Source, string>;
}

const NONE: ReadonlyMap<Source, string> = new Map();

async function wait(
  enriched: Filling,
  source: Source,
  fetched: Promise<NonNullable<Enrichment[Source]>>,
  timeoutMs: number,
): Promise<void> {
  try {
    enriched.enrichment[source] = await within(fetched, timeoutMs);
  } catch (error) {
    fail(enriched, source, error);
  }
}

function fail(enriched: Filling, source: Source, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  enriched.failures = new Map(enriched.failures).set(source, reason);
}

function fetcherOf<S extends Source>(fetchers: Fetchers, source: S): NonNullable<Fetchers[S]> {
  const fetcher = fetchers[source];
  if (!fetcher) throw new Error('the source is not configured');
  return fetcher;
}
