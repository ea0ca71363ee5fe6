import type { Item } from '../../proto/generated/moderation/v1/item.ts';
import type { Enrichment } from '../../proto/generated/moderation/v1/model.ts';
import type { Source } from '../config-schema.ts';
import { within } from '../store/within.ts';

/** Fetches what items lack. */
export interface Enricher {
  /**
   * Fetches each source once, side by side, unless it is known already. Never rejects: a source that fails, or has not
   * answered after `timeoutMs` milliseconds, is named with the reason, and only the models that need it wait for it.
   */
  enrich(item: Item, sources: ReadonlySet<Source>, known: Enrichment, timeoutMs: number): Promise<Enriched>;
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
    async enrich(item, sources, known, timeoutMs) {
      const enrichment = { ...known };
      const failures = new Map<Source, string>();
      const fetches: Promise<void>[] = [];
      const fail = (source: Source, error: unknown) => {
        failures.set(source, error instanceof Error ? error.message : String(error));
      };
      const wait = async (source: Source, fetched: Promise<NonNullable<Enrichment[Source]>>) => {
        try {
          enrichment[source] = await within(fetched, timeoutMs);
        } catch (error) {
          fail(source, error);
        }
      };
      for (const source of sources) {
        if (known[source] !== undefined) continue;
        try {
          const fetched = fetcherOf(fetchers, source)(item);
          // Most of it is at hand, and costs neither a timer nor a promise.
          if (fetched instanceof Promise) fetches.push(wait(source, fetched));
          else enrichment[source] = fetched;
        } catch (error) {
          fail(source, error);
        }
      }
      if (fetches.length > 0) await Promise.all(fetches);
      return { enrichment, failures };
    },
  };
}

function fetcherOf<S extends Source>(fetchers: Fetchers, source: S): NonNullable<Fetchers[S]> {
  const fetcher = fetchers[source];
  if (!fetcher) throw new Error('the source is not configured');
  return fetcher;
}
