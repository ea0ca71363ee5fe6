import { describe, expect, test } from 'vitest';
import { createLinearScorer } from '../text/linear.ts';
import { extractText } from '../text/listing.ts';
import { PROBES, toInput } from './probes.ts';
import { train } from './train.ts';

const SMALL = { train: 400, calibrate: 200 };

describe('training', { timeout: 30_000 }, () => {
  test('gives the same weights for the same seed, and others for another', () => {
    const once = train('weapons', extractText, 1, SMALL, () => {});
    expect(train('weapons', extractText, 1, SMALL, () => {})).toEqual(once);
    expect(train('weapons', extractText, 2, SMALL, () => {}).version).not.toBe(once.version);
  });

  test('learns something even from little, and tells how far it is', () => {
    const told: string[] = [];
    const scorer = createLinearScorer(
      train('weapons', extractText, 1, SMALL, (progress) => told.push(progress)),
      extractText,
    );
    const mean = (breaks: boolean): number => {
      const those = PROBES.filter((probe) => probe.topic === 'weapons' && probe.breaks === breaks);
      return those.reduce((sum, probe) => sum + scorer.score(toInput(probe)).probability!, 0) / those.length;
    };
    expect(mean(true)).toBeGreaterThan(mean(false) + 0.3);
    expect(told[0]).toContain('400 listings');
    expect(told.filter((line) => line.startsWith('pass '))).toHaveLength(8);
  });
});
