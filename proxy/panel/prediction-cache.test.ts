import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Scored } from '../moderation/outcome.ts';
import { memoryStore, noStore } from '../store/memory.ts';
import { probability } from '../testing/arbitraries.ts';
import { createPredictionCache } from './prediction-cache.ts';

const score = (probability: number, modelVersion = 'v1'): Scored => ({ state: 'scored', probability, modelVersion });
const wanted = (model: string, modelVersion = 'v1', digest = 'digest') => ({ model, modelVersion, digest });
const store = () => memoryStore({ maxEntries: 1_000, ttlMs: 60_000 });

describe('the cache of predictions', () => {
  test('answers exactly what was kept', async () => {
    await fc.assert(
      fc.asyncProperty(probability, async (value) => {
        const cache = createPredictionCache(store());
        cache.keep('weapons', [{ digest: 'digest', score: score(value) }]);
        expect((await cache.lookUp([wanted('weapons')]))?.[0]?.probability).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test('misses for another model, another version, another content', async () => {
    const cache = createPredictionCache(store());
    cache.keep('weapons', [{ digest: 'digest', score: score(0.5) }]);
    const others = [wanted('money'), wanted('weapons', 'v2'), wanted('weapons', 'v1', 'other')];
    expect(await cache.lookUp([...others, wanted('weapons')])).toEqual([undefined, undefined, undefined, score(0.5)]);
  });

  test('makes one trip to the store for all models', async () => {
    const counted = store();
    const getMany = vi.spyOn(counted, 'getMany');
    await createPredictionCache(counted).lookUp([wanted('weapons'), wanted('money')]);
    expect(getMany).toHaveBeenCalledOnce();
    expect(getMany.mock.calls[0]![0]).toHaveLength(2);
  });

  test.each(['', ' ', 'NaN', 'many', '-0.1', '1.1', 'Infinity', 'null'])(
    'takes the value "%s" for a miss',
    async (value) => {
      const getMany = () => Promise.resolve([value]);
      const [found] = (await createPredictionCache({ ...store(), getMany }).lookUp([wanted('weapons')]))!;
      expect(found).toBeUndefined();
    },
  );

  test('says that it was bypassed when the store has no answer', async () => {
    const cache = createPredictionCache(noStore());
    cache.keep('weapons', [{ digest: 'digest', score: score(0.5) }]);
    expect(await cache.lookUp([wanted('weapons')])).toBeUndefined();
  });
});
