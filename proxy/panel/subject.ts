import { encoded } from '../../proto/encoding.ts';
import type { Item } from '../../proto/generated/moderation/v1/item.ts';
import { type Enrichment, PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import type { ItemField, Source } from '../config-schema.ts';
import { digestOf } from './digest.ts';
import { partOf } from './source-part.ts';

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
  #bare: Uint8Array | undefined;
  // There are seldom more than two of each: a Map for each item would be larger than what it holds.
  #inputs: readonly { readonly needs: Names; readonly input: Uint8Array }[] = NONE;
  #digests: readonly { readonly reads: Names; readonly needs: Names; readonly digest: string }[] = NONE;

  constructor(item: Item, enrichment: Enrichment) {
    this.#item = item;
    this.#enrichment = enrichment;
  }

  input(needs: readonly Source[]): Uint8Array {
    if (needs.length === 0) {
      this.#bare ??= this.#encodeBare();
      return this.#bare;
    }
    for (const known of this.#inputs) if (areSame(known.needs, needs)) return known.input;
    const input = this.#encodeWith(needs);
    this.#inputs = [...this.#inputs, { needs, input }];
    return input;
  }

  #encodeBare(): Uint8Array {
    return encoded(PredictInput, { item: this.#item, enrichment: undefined });
  }

  #encodeWith(needs: readonly Source[]): Uint8Array {
    // Encoded messages are concatenated to merge them, so that the item's bytes serve here too.
    return Buffer.concat([this.input(NONE), ...needs.map((source) => partOf(source, this.#enrichment).input)]);
  }

  digest(reads: readonly ItemField[], needs: readonly Source[]): string {
    for (const known of this.#digests) {
      if (areSame(known.reads, reads) && areSame(known.needs, needs)) return known.digest;
    }
    const digest =
      needs.length > 0 ? this.#digestWith(reads, needs) : digestOf(reads.map((field) => this.#item[field]));
    this.#digests = [...this.#digests, { reads, needs, digest }];
    return digest;
  }

  #digestWith(reads: readonly ItemField[], needs: readonly Source[]): string {
    let digest = this.digest(reads, NONE);
    for (const source of needs) digest += `.${partOf(source, this.#enrichment).digest}`;
    return digest;
  }
}

type Names = readonly string[];

const NONE: readonly never[] = [];

/** Mostly the very same: the panel has one list for all models whose lists are alike. */
function areSame(some: Names, others: Names): boolean {
  return some === others || (some.length === others.length && some.every((name, index) => name === others[index]));
}
