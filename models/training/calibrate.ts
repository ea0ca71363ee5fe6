import { sigmoid } from '../text/linear.ts';

/** A score and whether the listing broke the rule. */
export interface Scored {
  readonly score: number;
  readonly label: 0 | 1;
}

/**
 * Platt scaling: slope and intercept of the logistic curve that fits the scores best, by Newton's method. The labels
 * are softened as in Platt (1999), so that perfectly separated scores still give finite numbers.
 */
export function calibrate(scored: readonly Scored[]): { slope: number; intercept: number } {
  const positives = scored.filter(({ label }) => label === 1).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (scored.length - positives + 2);
  let slope = 1;
  let intercept = 0;
  for (let round = 0; round < 100; round++) {
    let [gradientA, gradientB, aa, ab, bb] = [0, 0, 1e-9, 0, 1e-9];
    for (const { score, label } of scored) {
      const probability = sigmoid(slope * score + intercept);
      const error = probability - (label === 1 ? high : low);
      const curvature = probability * (1 - probability);
      gradientA += error * score;
      gradientB += error;
      aa += curvature * score * score;
      ab += curvature * score;
      bb += curvature;
    }
    const determinant = aa * bb - ab * ab;
    const stepA = (bb * gradientA - ab * gradientB) / determinant;
    const stepB = (aa * gradientB - ab * gradientA) / determinant;
    // Half steps at most of the present slope: Newton overshoots from a poor start.
    const damping = Math.min(1, (0.5 * Math.abs(slope)) / Math.max(1e-12, Math.abs(stepA)));
    slope -= damping * stepA;
    intercept -= damping * stepB;
    if (Math.abs(stepA) + Math.abs(stepB) < 1e-9) break;
  }
  return { slope, intercept };
}
