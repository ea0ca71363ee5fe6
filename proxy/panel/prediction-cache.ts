import type { Scored } from '../moderation/outcome.ts';
import type { SharedStore } from '../store/store.ts';

/**
 * Predictions by content: model, model version and the digest of what the model sees. A new version misses by itself,
 * an edit of what no model reads hits, and so does the same text in another listing. Only scores are kept.
 */
export interface PredictionCache {
  /** One round trip for all; `undefined` in a place is a miss, `undefined` for all that the cache was bypassed. */
  lookUp(wanted: readonly Wanted[]): Promise<readonly (Scored | undefined)[] | undefined>;
  keep(model: string, scores: readonly FreshScore[]): void;
}

/** A score, and the digest of what it was given for. */
export interface FreshScore {
  readonly digest: string;
  readonly score: Scored;
}

export interface Wanted {
  readonly model: string;
  readonly modelVersion: string;
  readonly digest: string;
}

export function createPredictionCache(store: SharedStore): PredictionCache {
  const beginnings = new Map<string, Beginning>();

  function keyOf(model: string, modelVersion: string, digest: string): string {
    let known = beginnings.get(model);
    if (known?.modelVersion !== modelVersion) {
      known = { modelVersion, text: `eddy:prediction:${model}:${modelVersion}:` };
      beginnings.set(model, known);
    }
    return known.text + digest;
  }

  return {
    lookUp(wanted) {
      const keys = wanted.map(({ model, modelVersion, digest }) => keyOf(model, modelVersion, digest));
      return store
        .getMany(keys)
        .then((values) =>
          values?.map((value, index) => (value === null ? undefined : parse(value, wanted[index]!.modelVersion))),
        );
    },
    keep(model, scores) {
      const keys = scores.map(({ digest, score }) => keyOf(model, score.modelVersion, digest));
      store.setMany(
        keys,
        scores.map(({ score }) => String(score.probability)),
      );
    },
  };
}

/** How a model's keys begin, put together once: there are as many of them as of questions. */
interface Beginning {
  readonly modelVersion: string;
  readonly text: string;
}

/** What another process has written is not taken on trust. */
function parse(value: string, modelVersion: string): Scored | undefined {
  if (value.trim() === '') return undefined;
  const probability = Number(value);
  return probability >= 0 && probability <= 1 ? { state: 'scored', probability, modelVersion } : undefined;
}
