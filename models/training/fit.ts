import { createFeatureBuffer, HASH_BITS } from '../text/features.ts';
import { sigmoid } from '../text/linear.ts';
import type { Extract } from '../text/listing.ts';
import type { Topic } from './grammar.ts';
import type { Listing } from './listings.ts';
import { createRandom } from './random.ts';

/** One listing as the model sees it. */
export interface Example {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  /** 1 where the listing breaks the rule, else 0. */
  readonly label: 0 | 1;
}

/** How the weights are fitted. */
export interface FitOptions {
  readonly seed: number;
  /** How often every example is seen. */
  readonly epochs: number;
  readonly learningRate: number;
  /** Strength of L2 regularisation, per update. */
  readonly l2: number;
  /** Share of an example's features, 0 to 1, hidden at each look, so that no single word may carry a decision. */
  readonly hidden: number;
  /** Told after each pass how well the examples are fitted: the mean log loss. */
  readonly onEpoch?: (epoch: number, loss: number) => void;
}

/** Turns listings into examples of one topic. Throws where a listing lacks what the model needs. */
export function toExamples(listings: readonly Listing[], topic: Topic, extract: Extract): Example[] {
  const buffer = createFeatureBuffer();
  return listings.map((listing) => {
    const missing = extract(listing.input, buffer);
    if (missing !== undefined) throw new Error(`the generator made a listing without ${missing}, which ${topic} needs`);
    return {
      indices: buffer.indices.slice(0, buffer.count),
      values: buffer.values.slice(0, buffer.count),
      label: listing.breaks === topic ? 1 : 0,
    };
  });
}

/**
 * L2-regularised logistic regression by stochastic gradient descent with a step size that falls like 1/t (Bottou,
 * 2012). The regularisation is exact, on every weight at every step: a common factor carries the decay. (Step sizes of
 * each weight's own, as in AdaGrad, favour rare features, which are just those that don't carry over to new words.)
 * Deterministic: the same examples and options give the same weights.
 */
export function fitWeights(examples: readonly Example[], options: FitOptions): { weights: Float64Array; bias: number } {
  const random = createRandom(options.seed);
  const weights = new Float64Array(1 << HASH_BITS);
  const order = examples.map((_, index) => index);
  const boost = 1 / (1 - options.hidden);
  const visible = new Uint8Array(examples.reduce((most, { indices }) => Math.max(most, indices.length), 0));
  let factor = 1;
  let bias = 0;
  let step = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    let loss = 0;
    for (const index of random.shuffle(order)) {
      const { indices, values, label } = examples[index]!;
      const rate = options.learningRate / (1 + options.learningRate * options.l2 * step++);
      let score = 0;
      for (let i = 0; i < indices.length; i++) {
        visible[i] = random.next() >= options.hidden ? 1 : 0;
        if (visible[i] === 1) score += values[i]! * weights[indices[i]!]!;
      }
      const error = sigmoid(score * factor * boost + bias) - label;
      loss -= Math.log(Math.max(1e-12, 1 - Math.abs(error)));
      factor *= 1 - rate * options.l2;
      const change = (rate * error * boost) / factor;
      for (let i = 0; i < indices.length; i++) {
        if (visible[i] === 1) weights[indices[i]!]! -= change * values[i]!;
      }
      bias -= rate * 0.1 * error;
    }
    options.onEpoch?.(epoch, loss / examples.length);
  }
  return { weights: weights.map((weight) => weight * factor), bias };
}
