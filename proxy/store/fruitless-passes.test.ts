import { describe, expect, test } from 'vitest';
import { createFruitlessPasses } from './fruitless-passes.ts';
import { memoryStore, noStore } from './memory.ts';

describe('fruitless passes', () => {
  const shared = () => memoryStore({ maxEntries: 100, ttlMs: 60_000 });

  test('are counted for each entry', async () => {
    const passes = createFruitlessPasses(shared(), 100);
    expect(await passes.of('a')).toBe(0);
    passes.add('a');
    passes.add('a');
    passes.add('b');
    expect([await passes.of('a'), await passes.of('b')]).toEqual([2, 1]);
  });

  test('of all replicas are counted together where there is a store', async () => {
    const store = shared();
    const [one, other] = [createFruitlessPasses(store, 100), createFruitlessPasses(store, 100)];
    one.add('a');
    other.add('a');
    expect(await one.of('a')).toBe(2);
  });

  test('of this replica are counted where there is none', async () => {
    const passes = createFruitlessPasses(noStore(), 100);
    passes.add('a');
    passes.add('a');
    expect(await passes.of('a')).toBe(2);
  });

  test.each(['not a number', '', '-5', '2.5', 'Infinity', '1e12'])(
    'are never fewer than this replica knows, whatever the store says (%s)',
    async (value) => {
      const passes = createFruitlessPasses({ ...noStore(), getMany: async () => [value] }, 100);
      passes.add('a');
      expect(await passes.of('a')).toBe(1);
    },
  );
});
