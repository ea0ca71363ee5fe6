import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLinearScorer, loadWeights } from '../text/linear.ts';
import { TOPICS } from './grammar.ts';
import { heldOut, measure, type Report, toTable } from './report.ts';
import { EXTRACTS } from './topics.ts';

describe('the committed weights', () => {
  let reports: Report[];

  beforeAll(() => {
    const files = TOPICS.map((topic) => loadWeights(new URL(`../${topic}/scorer.ts`, import.meta.url).href));
    const listings = heldOut(files[0]!.seed);
    reports = TOPICS.map((topic, index) => {
      const file = files[index]!;
      return measure({ topic, file, scorer: createLinearScorer(file, EXTRACTS[topic]) }, listings);
    });
  }, 60_000);

  test('are as good as models/README.md says', () => {
    expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(toTable(reports));
  });

  test.each(TOPICS)('of %s reach the goals on listings that training never saw', (topic) => {
    const report = reports.find(({ candidate }) => candidate.topic === topic)!;
    expect(report.prAuc).toBeGreaterThanOrEqual(0.95);
    expect(report.precisionAtRemove).toBeGreaterThanOrEqual(0.98);
    expect(report.lookalikesAtReview).toBeLessThanOrEqual(0.02);
    expect(report.calibrationError).toBeLessThanOrEqual(0.03);
  });

  test('were all trained from one seed, so that one held-out part serves them all', () => {
    expect(new Set(reports.map(({ candidate }) => candidate.file.seed)).size).toBe(1);
  });
});
