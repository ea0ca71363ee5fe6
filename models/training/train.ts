import { sigmoid } from '../text/linear.ts';
import type { Extract } from '../text/listing.ts';
import { dequantise, quantise, sealWeights, type WeightsFile } from '../text/weights.ts';
import { calibrate } from './calibrate.ts';
import { type Example, fitWeights, toExamples } from './fit.ts';
import type { Topic } from './grammar.ts';
import { inventListings, isLookalike, type Listing } from './listings.ts';
import { type Judged, precisionRecall, shareAbove } from './measure.ts';

/** How many listings are invented for fitting and for calibration. */
export interface Sizes {
  readonly train: number;
  readonly calibrate: number;
}

export const FULL_SIZES: Sizes = { train: 20_000, calibrate: 8_000 };

const FIT = { epochs: 8, learningRate: 4, l2: 2e-5, hidden: 0.4 };

/**
 * The thresholds are chosen on the calibration part: the lowest that keep these bounds, but no lower than the floors.
 * All are stricter than the goals (precision 0.98, look-alikes 2 %), because other words give other errors.
 */
const CHOICE = { lookalikesAtReview: 0.0075, precisionAtRemove: 0.99, lowestReview: 0.7, lowestRemove: 0.9 };

/** Trains one model. Deterministic: the same seed and sizes give the same file. */
export function train(
  topic: Topic,
  extract: Extract,
  seed: number,
  sizes: Sizes,
  tell: (progress: string) => void,
): WeightsFile {
  tell(`inventing ${sizes.train} listings`);
  const examples = toExamples(inventListings('train', sizes.train, seed), topic, extract);
  const onEpoch = (epoch: number, loss: number): void =>
    tell(`pass ${epoch}/${FIT.epochs}, log loss ${loss.toFixed(4)}`);
  const fitted = fitWeights(examples, { ...FIT, seed, onEpoch });
  const packed = quantise(fitted.weights);
  const bias = rounded(fitted.bias);

  tell(`calibrating on ${sizes.calibrate} listings`);
  const listings = inventListings('calibrate', sizes.calibrate, seed);
  const score = scoreWith(dequantise(packed), bias);
  const scored = toExamples(listings, topic, extract).map((example) => ({
    score: score(example),
    label: example.label,
  }));
  const { slope, intercept } = calibrate(scored);
  const calibration = { slope: rounded(slope), intercept: rounded(intercept) };
  const judged = scored.map(({ score: raw, label }) => ({
    probability: sigmoid(calibration.slope * raw + calibration.intercept),
    label,
  }));
  const thresholds = chooseThresholds(judged, listings, topic);
  return sealWeights({ name: topic, seed, bias, calibration, thresholds, ...packed });
}

function scoreWith(weights: Float32Array, bias: number): (example: Example) => number {
  return ({ indices, values }) => {
    let sum = bias;
    for (let i = 0; i < indices.length; i++) sum += values[i]! * weights[indices[i]!]!;
    return sum;
  };
}

function chooseThresholds(
  judged: readonly Judged[],
  listings: readonly Listing[],
  topic: Topic,
): WeightsFile['thresholds'] {
  const lookalikes = judged.filter((_, index) => isLookalike(listings[index]!, topic));
  const lowest = (from: number, fits: (threshold: number) => boolean): number => {
    for (let percent = Math.round(from * 100); percent < 99; percent++) if (fits(percent / 100)) return percent / 100;
    return 0.99;
  };
  const { lookalikesAtReview, precisionAtRemove, lowestReview, lowestRemove } = CHOICE;
  const review = lowest(lowestReview, (threshold) => shareAbove(lookalikes, threshold) <= lookalikesAtReview);
  const remove = lowest(
    Math.max(review, lowestRemove),
    (threshold) => precisionRecall(judged, threshold).precision >= precisionAtRemove,
  );
  return { review, remove };
}

const rounded = (value: number): number => Number(value.toFixed(6));
