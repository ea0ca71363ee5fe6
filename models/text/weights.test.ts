import { describe, expect, test } from 'vitest';
import { HASH_BITS } from './features.ts';
import { dequantise, quantise, readWeights, sealWeights } from './weights.ts';

const weights = Float64Array.from({ length: 1 << HASH_BITS }, (_, i) => Math.sin(i) * (i % 7));

const file = sealWeights({
  name: 'example',
  seed: 1,
  bias: -1.5,
  calibration: { slope: 2, intercept: 0.5 },
  thresholds: { review: 0.7, remove: 0.9 },
  ...quantise(weights),
});

describe('weights', () => {
  test('keep their sign and, within a hundredth of the largest, their size', () => {
    const restored = dequantise(file);
    expect(restored.every((value, i) => Math.abs(value - weights[i]!) <= 0.01 * file.scale)).toBe(true);
    expect(restored.every((value, i) => value * weights[i]! >= 0)).toBe(true);
  });

  test('survive being written and read', () => {
    expect(readWeights(JSON.parse(JSON.stringify(file)), 'example')).toEqual(file);
  });

  test('carry a version that any change of the contents changes', () => {
    expect(file.version).toMatch(/^example-[0-9a-f]{8}$/);
    const { format: _, version: __, hashBits: ___, ...contents } = file;
    expect(sealWeights({ ...contents, bias: -1.6 }).version).not.toBe(file.version);
    expect(sealWeights(contents).version).toBe(file.version);
  });

  test.each([
    ['a weight changed by hand', { bias: 0 }, 'version: does not match'],
    ['thresholds in the wrong order', { thresholds: { review: 0.9, remove: 0.7 } }, 'review must not exceed remove'],
    ['another format', { format: 'linear-float' }, 'format'],
    ['another size', { hashBits: 10 }, 'hashBits'],
    ['a threshold out of range', { thresholds: { review: 0.5, remove: 1 } }, 'thresholds.remove'],
  ])('are refused after %s, with the file and the fault named', (_, change, fault) => {
    expect(() => readWeights({ ...file, ...change }, 'models/example/weights.json')).toThrow(fault);
    expect(() => readWeights({ ...file, ...change }, 'models/example/weights.json')).toThrow(/^models\/example/);
  });

  test('are refused when some are missing', () => {
    expect(() => dequantise({ scale: 1, weights: 'AAAA' })).toThrow('got 3');
  });
});
