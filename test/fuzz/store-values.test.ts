import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPredictionCache } from '../../proxy/panel/prediction-cache.ts';
import { createFruitlessPasses } from '../../proxy/store/fruitless-passes.ts';
import { createLateOutcomes } from '../../proxy/store/late-outcomes.ts';
import { memoryStore } from '../../proxy/store/memory.ts';
import { createRevisions } from '../../proxy/store/revisions.ts';
import type { SharedStore } from '../../proxy/store/store.ts';
import { eventOf, itemOf } from '../../proxy/testing/events.ts';
import { mutatedJson } from './json-mutants.ts';
import { oddNumber, oddText, oddValue } from './odd-values.ts';
import { failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

/** What another program, or an older version of this one, may have left under a key. */
const stored = fc.oneof(
  { arbitrary: oddText, weight: 2 },
  oddNumber.map(String),
  fc.constantFrom(
    '0.5',
    '1',
    '0',
    '-0',
    '1.0000001',
    '1e-400',
    ' 0.5 ',
    '0x1',
    '+1',
    '.5',
    'Infinity',
    '-Infinity',
    'NaN',
  ),
  oddValue.map((value) => JSON.stringify(value)),
  { arbitrary: mutatedJson({ state: 'scored', probability: 0.5, modelVersion: 'v1' }), weight: 3 },
  { arbitrary: mutatedJson({ state: 'failed', error: 'INVALID_ARGUMENT: no' }), weight: 2 },
);

/** A store that has this under every key. */
function storeWith(value: string): SharedStore {
  const store = memoryStore({ maxEntries: 100, ttlMs: 60_000 });
  return { ...store, getMany: (keys) => Promise.resolve(keys.map(() => value)) };
}

describe('what another has left in the store', () => {
  test(
    'is a prediction from 0 to 1 or none',
    () =>
      fc.assert(
        fc.asyncProperty(stored, async (value) => {
          const cache = createPredictionCache(storeWith(value));
          const [found] = (await cache.lookUp([{ model: 'weapons', modelVersion: 'v1', digest: 'd' }]))!;
          if (!found) return;
          expect(found).toMatchObject({ state: 'scored', modelVersion: 'v1' });
          expect(found.probability).toSatisfy((one: unknown) => typeof one === 'number' && one >= 0 && one <= 1);
        }),
        runs(500),
      ),
    PATIENCE_MS,
  );

  test(
    'is an outcome as the proxy has them or none',
    () =>
      fc.assert(
        fc.asyncProperty(stored, async (value) => {
          const late = createLateOutcomes(storeWith(value), 10);
          for (const outcome of (await late.exchange(itemOf(), new Map(), ['weapons'])).values()) {
            expect(['scored', 'failed', 'abandoned']).toContain(outcome.state);
            if (outcome.state !== 'scored') expect(outcome.error.length).toBeLessThanOrEqual(200);
            else {
              expect(outcome.modelVersion.length).toBeLessThanOrEqual(200);
              expect(outcome.probability).toSatisfy((one: unknown) => typeof one === 'number' && one >= 0 && one <= 1);
            }
          }
        }),
        runs(500),
      ),
    PATIENCE_MS,
  );

  test(
    'is a whole count of passes, and a revision that is one or none',
    () =>
      fc.assert(
        fc.asyncProperty(stored, oddNumber, async (value, raised) => {
          const store = { ...storeWith(value), raise: () => Promise.resolve<number | undefined>(raised) };
          const passes = await createFruitlessPasses(store, 10).of('entry-1');
          expect(passes).toSatisfy((one: number) => Number.isInteger(one) && one >= 0 && one <= 1_000_000);
          const revisions = createRevisions(store, 10);
          for (const answer of [
            await revisions.isSuperseded(eventOf()),
            (await revisions.observe(eventOf(), true)).isSuperseded,
          ]) {
            expect(answer).toBeTypeOf('boolean');
          }
        }),
        runs(500),
      ),
    PATIENCE_MS,
  );
});
