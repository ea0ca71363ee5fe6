import { hash } from 'node:crypto';
import { encoded } from '../../proto/encoding.ts';
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
  return new EncodedSubject(item, enrichment);
}

/** Of what is asked of many items at a time: a class, so that an item has no functions of its own. */
class EncodedSubject implements Subject {
  readonly #item: Item;
  readonly #enrichment: Enrichment;
  // There are seldom more than two of each: a Map for each item would be larger than what it holds.
  readonly #inputs: { readonly needs: List; readonly input: Uint8Array }[] = [];
  readonly #digests: { readonly reads: List; readonly needs: List; readonly digest: string }[] = [];

  constructor(item: Item, enrichment: Enrichment) {
    this.#item = item;
    this.#enrichment = enrichment;
  }

  input(needed: readonly Source[]): Uint8Array {
    const needs = listed(needed);
    for (const known of this.#inputs) if (known.needs === needs) return known.input;
    const input = this.#encode(needed);
    this.#inputs.push({ needs, input });
    return input;
  }

  #encode(needed: readonly Source[]): Uint8Array {
    if (needed.length === 0) {
      const whole: PredictInput = { item: this.#item, enrichment: undefined };
      return encoded((writer) => PredictInput.encode(whole, writer));
    }
    const bare = this.input(NONE);
    const part: PredictInput = { item: undefined, enrichment: only(needed, this.#enrichment) };
    // Encoded messages are concatenated to merge them, so that the item's bytes serve here too.
    return encoded((writer) => PredictInput.encode(part, writer.raw(bare)));
  }

  digest(read: readonly ItemField[], needed: readonly Source[]): string {
    const reads = listed(read);
    const needs = listed(needed);
    for (const known of this.#digests) if (known.reads === reads && known.needs === needs) return known.digest;
    // The item is most of what is seen: where models differ in the enrichment alone, it is gone through once.
    const seen =
      needed.length > 0
        ? [this.digest(read, NONE), ...needed.map((source) => this.#enrichment[source])]
        : read.map((field) => this.#item[field]);
    const digest = hash('sha256', JSON.stringify(seen), 'base64url');
    this.#digests.push({ reads, needs, digest });
    return digest;
  }
}

/** Names in their order, as one of all the lists that have the same: the configuration has a few, asked for all the time. */
type List = readonly string[];

const lists = new WeakMap<List, List>();
const byNames = new Map<string, List>();
const NONE: readonly [] = [];

function listed(names: List): List {
  const known = lists.get(names);
  if (known) return known;
  const key = names.join();
  const list = byNames.get(key) ?? names;
  byNames.set(key, list);
  lists.set(names, list);
  return list;
}

function only(needs: readonly Source[], enrichment: Enrichment): Enrichment {
  return { seller: needs.includes('seller') ? enrichment.seller : undefined };
}
