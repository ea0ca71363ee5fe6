import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import type { Prediction } from '../../proto/generated/moderation/v1/model.ts';
import type { Scorer } from '../scorer.ts';
import { createFeatureBuffer, type FeatureBuffer } from './features.ts';
import type { Extract } from './listing.ts';
import { dequantise, readWeights, type WeightsFile } from './weights.ts';

/**
 * The scorer of a linear model: hashed features times weights, turned into a probability by the calibration. It owns
 * one buffer and is therefore not for use from two threads at once.
 */
export function createLinearScorer(file: WeightsFile, extract: Extract): Scorer {
  const weights = dequantise(file);
  const buffer = createFeatureBuffer();
  const { slope, intercept } = file.calibration;
  return {
    version: file.version,
    score(input): Prediction {
      const missing = extract(input, buffer);
      if (missing !== undefined) {
        const message = `${file.name} needs ${missing}, and the input has none`;
        return { error: { code: status.INVALID_ARGUMENT, message, details: [] } };
      }
      return { probability: sigmoid(slope * (file.bias + dot(buffer, weights)) + intercept) };
    },
  };
}

/** Reads `weights.json` beside the module given (its `import.meta.url`). Throws where it is missing or damaged. */
export function loadWeights(moduleUrl: string): WeightsFile {
  const url = new URL('./weights.json', moduleUrl);
  return readWeights(JSON.parse(readFileSync(url, 'utf8')), fileURLToPath(url));
}

/** The sum of the weights of the features in the buffer, each times its value. */
export function dot(buffer: FeatureBuffer, weights: Float32Array | Float64Array): number {
  const { indices, values, count } = buffer;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]! * weights[indices[i]!]!;
  return sum;
}

/** The logistic function: any number to 0..1. */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}
