import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readListings } from '../../../infra/local/source.ts';
import { MODELS } from '../../../infra/local/stack.ts';
import { loadScorer } from '../../../models/host/scorers.ts';
import type { Scorer } from '../../../models/scorer.ts';
import { inputsFor } from './inputs.ts';

const repository = join(import.meta.dirname, '../../..');
const listings = await readListings(join(repository, 'test/data/items.jsonl'));

test.each(MODELS)(
  '%s scores all inputs that are made for it, and has the seller only where it needs that',
  async (model) => {
    const scorer = await loadScorer(join(repository, 'models'), model);
    const { encoded, decoded } = inputsFor(scorer, listings);
    expect(encoded).toHaveLength(decoded.length);
    expect(encoded.length).toBeGreaterThan(listings.length / 2);
    expect(decoded.every((input) => scorer.score(input).probability !== undefined)).toBe(true);
    expect(decoded.every(({ enrichment }) => (enrichment?.seller !== undefined) === (model === 'counterfeit'))).toBe(
      true,
    );
  },
);

test('a model that scores no listing is told of with its reason', () => {
  const error = { code: 3, message: 'nothing will do', details: [] };
  const scorer: Scorer = { version: 'picky-1', score: () => ({ error }) };
  expect(() => inputsFor(scorer, listings)).toThrow('picky-1 does not score a listing: nothing will do');
});
