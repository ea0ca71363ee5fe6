import { describe, expect, test } from 'vitest';
import { createScorer as createCounterfeit } from '../counterfeit/scorer.ts';
import { createScorer as createMoney } from '../money/scorer.ts';
import type { Scorer } from '../scorer.ts';
import { loadWeights } from '../text/linear.ts';
import { createScorer as createWeapons } from '../weapons/scorer.ts';
import { TOPICS, type Topic } from './grammar.ts';
import { PROBES, toInput } from './probes.ts';

const scorers: Record<Topic, Scorer> = {
  weapons: createWeapons(),
  money: createMoney(),
  counterfeit: createCounterfeit(),
};

describe.each(TOPICS)('on listings written by hand, the %s scorer', (topic) => {
  const { review } = loadWeights(new URL(`../${topic}/scorer.ts`, import.meta.url).href).thresholds;
  const those = PROBES.filter((probe) => probe.topic === topic);

  test.each(those.filter(({ breaks }) => !breaks))('lets "$title" pass', (probe) => {
    expect(scorers[topic].score(toInput(probe)).probability).toBeLessThan(review);
  });

  test.each(those.filter(({ breaks }) => breaks))('flags "$title"', (probe) => {
    expect(scorers[topic].score(toInput(probe)).probability).toBeGreaterThanOrEqual(review);
  });
});
