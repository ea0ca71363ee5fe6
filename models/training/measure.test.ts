import { describe, expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';
import { averagePrecision, calibrationError, type Judged, precisionRecall, shareAbove } from './measure.ts';
import { createRandom } from './random.ts';

const judged = (...rows: (readonly [number, 0 | 1])[]): Judged[] =>
  rows.map(([probability, label]) => ({ probability, label }));

describe('measures', () => {
  test('average precision is 1 for a perfect order and the share of positives for equal probabilities', () => {
    expect(averagePrecision(judged([0.9, 1], [0.8, 1], [0.1, 0]))).toBe(1);
    expect(averagePrecision(judged([0.5, 1], [0.5, 0], [0.5, 0], [0.5, 0]))).toBe(0.25);
  });

  test('average precision of a known order', () => {
    expect(averagePrecision(judged([0.9, 1], [0.8, 0], [0.7, 1]))).toBeCloseTo((1 + 2 / 3) / 2, 12);
  });

  test('precision and recall count what lies at the threshold', () => {
    const rows = judged([0.9, 1], [0.7, 0], [0.7, 1], [0.2, 1]);
    expect(precisionRecall(rows, 0.7)).toEqual({ precision: 2 / 3, recall: 2 / 3 });
    expect(precisionRecall(rows, 0.95)).toEqual({ precision: 1, recall: 0 });
    expect(shareAbove(rows, 0.7)).toBe(0.75);
    expect(shareAbove([], 0.7)).toBe(0);
  });

  test('calibration error is 0 where probabilities are right and their distance where they are not', () => {
    expect(calibrationError(judged([0.5, 1], [0.5, 0], [0, 0], [1, 1]))).toBe(0);
    expect(calibrationError(judged([0.8, 0], [0.8, 0]))).toBeCloseTo(0.8, 12);
  });

  test('calibration recovers the curve that made the labels', () => {
    const random = createRandom(5);
    const scored = Array.from({ length: 20_000 }, () => {
      const score = 8 * random.next() - 4;
      return { score, label: random.chance(1 / (1 + Math.exp(-(1.7 * score - 0.6)))) ? (1 as const) : (0 as const) };
    });
    const { slope, intercept } = calibrate(scored);
    expect(slope).toBeCloseTo(1.7, 0);
    expect(intercept).toBeCloseTo(-0.6, 0);
  });

  test('calibration stays finite where the scores separate perfectly', () => {
    const scored = Array.from({ length: 100 }, (_, i) => ({
      score: i - 50,
      label: i < 50 ? (0 as const) : (1 as const),
    }));
    const { slope, intercept } = calibrate(scored);
    expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true);
    expect(slope).toBeGreaterThan(0);
  });
});
