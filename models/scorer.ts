import type { PredictInput, Prediction } from '../proto/generated/moderation/v1/model.ts';

/**
 * What a model host serves: how likely an item is to break the rule of one violation topic.
 *
 * A scorer is a folder `models/<name>/` whose `scorer.ts` exports `createScorer: () => Scorer`. It is pure after its
 * creation: the same input has the same answer for as long as the version is the same, because the proxy keeps
 * answers by version and content.
 */
export interface Scorer {
  /** Names the weights, for example `weapons-3f9a1c20`; changes whenever any answer may. */
  readonly version: string;
  /**
   * A probability, 0 to 1, or the error that stands in its place (INVALID_ARGUMENT where the input lacks what the
   * model needs). Never throws.
   */
  score(input: PredictInput): Prediction;
}

/** What `models/<name>/scorer.ts` exports. */
export interface ScorerModule {
  createScorer(): Scorer;
}
