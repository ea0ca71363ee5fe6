import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HASH_BITS } from './features.ts';

const FORMAT = 'linear-int8-1';

const shape = z
  .strictObject({
    /** How to read this file; another format is refused. */
    format: z.literal(FORMAT),
    name: z.string().regex(/^[a-z][a-z0-9-]*$/u),
    /** The name and the first 8 hex digits of a digest of all the rest. */
    version: z.string(),
    /** What `npm run train` was given. */
    seed: z.int().nonnegative(),
    hashBits: z.literal(HASH_BITS),
    bias: z.number(),
    /** Largest absolute weight: a byte q stands for sign(q) · scale · (q / 127)². */
    scale: z.number().positive(),
    /** The probability is 1 / (1 + exp(-(slope · score + intercept))). */
    calibration: z.strictObject({ slope: z.number().positive(), intercept: z.number() }),
    /** Recommended for the configuration of the proxy: probabilities from which to review and to remove. */
    thresholds: z.strictObject({ review: z.number().gt(0).lt(1), remove: z.number().gt(0).lt(1) }),
    /** One signed byte for each weight, base64. */
    weights: z.base64(),
  })
  .refine((file) => file.thresholds.review <= file.thresholds.remove, 'thresholds: review must not exceed remove');

/** What a model's weights.json holds. */
export type WeightsFile = z.infer<typeof shape>;

const schema = shape.refine((file) => file.version === versionOf(file), 'version: does not match the contents');

/**
 * Reads a weights file that was parsed from JSON. Throws an error that names the model's file and every fault in it.
 */
export function readWeights(json: unknown, where: string): WeightsFile {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new Error(`${where} can't be used, run "npm run train" to rebuild it:\n${z.prettifyError(result.error)}`);
}

/** Completes a weights file: its format, its size and its version. */
export function sealWeights(contents: Omit<WeightsFile, 'format' | 'version' | 'hashBits'>): WeightsFile {
  const file = { format: FORMAT, version: '', hashBits: HASH_BITS, ...contents } as const;
  return { ...file, version: versionOf(file) };
}

/** One signed byte a weight: small weights keep more of their precision than large ones. */
export function quantise(weights: Float64Array): { scale: number; weights: string } {
  let scale = Number.MIN_VALUE;
  for (const weight of weights) scale = Math.max(scale, Math.abs(weight));
  const bytes = Int8Array.from(
    weights,
    (weight) => Math.sign(weight) * Math.round(127 * Math.sqrt(Math.abs(weight) / scale)),
  );
  return { scale, weights: Buffer.from(bytes.buffer).toString('base64') };
}

/** The inverse of `quantise`, as exact as it can be. */
export function dequantise({ scale, weights }: { scale: number; weights: string }): Float32Array {
  const bytes = new Int8Array(Buffer.from(weights, 'base64'));
  if (bytes.length !== 1 << HASH_BITS) {
    throw new RangeError(`expected ${1 << HASH_BITS} weights, got ${bytes.length}`);
  }
  return Float32Array.from(bytes, (byte) => Math.sign(byte) * scale * (byte / 127) ** 2);
}

function versionOf(file: Omit<WeightsFile, 'version'> & { version?: string }): string {
  const { version: _, ...contents } = file;
  const ordered = JSON.stringify(Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${file.name}-${createHash('sha256').update(ordered).digest('hex').slice(0, 8)}`;
}
