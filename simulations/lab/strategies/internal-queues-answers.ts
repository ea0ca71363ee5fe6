import type { Outcome } from '../../../proxy/moderation/outcome.ts';
import type { SharedStore } from '../../../proxy/store/store.ts';

/** What the models have answered about each item revision: all that the replicas know of it, kept in the shared store. */
export interface Answers {
  /**
   * Adds one model's answer, and tells what the others have answered, by model. `undefined` when the store can't be asked:
   * then nobody may know of this answer. Of two that are added at the same moment, at least one hears of the other.
   */
  add(answer: Answer, others: readonly string[]): Promise<ReadonlyMap<string, Outcome> | undefined>;
}

export interface Answer {
  readonly item: { readonly itemId: string; readonly revision: number };
  readonly model: string;
  readonly outcome: Outcome;
}

/** The store does not say when it has set a value, so that it is looked for: a round trip each. */
const LOOKS = 10;

export function createAnswers(store: SharedStore): Answers {
  return {
    async add({ item: { itemId, revision }, model, outcome }, others) {
      const keyOf = (name: string) => `eddy:answer:${name}:${revision}:${itemId}`;
      for (let look = 0; look < LOOKS; look++) {
        store.setMany([keyOf(model)], [JSON.stringify(outcome)]);
        const [own, ...values] = (await store.getMany([model, ...others].map(keyOf))) ?? [];
        if (own === undefined) return undefined;
        if (own !== null) return foundOf(others, values);
      }
      return undefined;
    },
  };
}

function foundOf(models: readonly string[], values: readonly (string | null)[]): Map<string, Outcome> {
  const found = new Map<string, Outcome>();
  for (const [index, model] of models.entries()) {
    const value = values[index];
    if (value) found.set(model, JSON.parse(value) as Outcome);
  }
  return found;
}
