import { hash } from 'node:crypto';
import type { Item } from '../../proto/generated/moderation/v1/item.ts';
import { type Enrichment, PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import type { ItemField, Source } from '../config-schema.ts';

/**
 * One item as the models see it: encoded once, whatever the number of models, and digested once for each set of
 * fields that is read.
 */
export interface Subject {
  /** The input in the wire format of moderation.v1.PredictInput, with the enrichment that the model needs. */
  input(needs: readonly Source[]): Uint8Array;
  /** Identifies what a model sees of the item: equal digests, equal answers. */
  digest(reads: readonly ItemField[], needs: readonly Source[]): string;
}

export function createSubject(item: Item, enrichment: Enrichment): Subject {
  const digests = new Map<string, string>();
  const enriched = new Map<string, Uint8Array>();
  let bare: Uint8Array | undefined;

  function input(needs: readonly Source[]): Uint8Array {
    bare ??= PredictInput.encode({ item, enrichment: undefined }).finish();
    if (needs.length === 0) return bare;
    const key = needs.join();
    let whole = enriched.get(key);
    if (!whole) {
      // Encoded messages are concatenated to merge them, so that the item's bytes serve here too.
      whole = Buffer.concat([
        bare,
        PredictInput.encode({ item: undefined, enrichment: only(needs, enrichment) }).finish(),
      ]);
      enriched.set(key, whole);
    }
    return whole;
  }

  function digest(reads: readonly ItemField[], needs: readonly Source[]): string {
    const key = `${reads.join()}+${needs.join()}`;
    let found = digests.get(key);
    if (!found) {
      const seen = [reads.map((field) => item[field]), needs.map((source) => enrichment[source])];
      found = hash('sha256', JSON.stringify(seen), 'base64url');
      digests.set(key, found);
    }
    return found;
  }

  return { input, digest };
}

function only(needs: readonly Source[], enrichment: Enrichment): Enrichment {
  return { seller: needs.includes('seller') ? enrichment.seller : undefined };
}
