import { describe, expect, test } from 'vitest';
import { KINDS, SMALLTALK } from './corpus/index.ts';
import { disguisesOf } from './disguise.ts';
import { partOf, SPLITS } from './split.ts';

const pools: (readonly [name: string, pool: readonly string[]])[] = [
  ...KINDS.flatMap((kind) => [
    [`${kind.name}: titles`, kind.titles] as const,
    [`${kind.name}: lines`, kind.lines] as const,
    ...Object.entries(kind.words).map(([slot, words]) => [`${kind.name}: ${slot}`, words] as const),
  ]),
  ...Object.entries(SMALLTALK).flatMap(([language, talk]) => [
    [`${language}: titles`, talk.titles] as const,
    [`${language}: lines`, talk.lines] as const,
    ...Object.entries(talk.decoys).map(([topic, decoys]) => [`${language}: ${topic} decoys`, decoys] as const),
    ...Object.entries(talk.words).map(([slot, words]) => [`${language}: ${slot}`, words] as const),
  ]),
];

describe('the division of the data', () => {
  test.each(pools)('gives every entry of "%s" to exactly one split, and some to each', (_, pool) => {
    const parts = SPLITS.map((split) => partOf(pool, split));
    expect(parts.flat().toSorted()).toEqual([...pool].toSorted());
    for (const part of parts) expect(part).not.toEqual([]);
  });

  test('has no entry twice in a pool, where two splits could share it', () => {
    for (const [name, pool] of pools) expect(pool, name).toHaveLength(new Set(pool).size);
  });

  test('gives an entry that several kinds share to the same split only when the pool is the same', () => {
    const titles = SMALLTALK.en.titles;
    expect(partOf(titles, 'test')).toEqual(partOf([...titles].toReversed(), 'test'));
  });

  test('keeps some disguises for the test alone', () => {
    const known = new Set(disguisesOf('train'));
    expect(disguisesOf('test').filter((name) => known.has(name))).toEqual([]);
    expect(disguisesOf('test').length).toBeGreaterThan(2);
  });

  test('refuses a pool that is too small to be divided', () => {
    expect(() => partOf(['a', 'b'], 'train')).toThrow('3 entries or more');
  });
});
