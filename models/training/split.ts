import { digestOf } from './random.ts';

/**
 * The three parts of the data. `train` fits the weights, `calibrate` turns them into probabilities and thresholds,
 * `test` is only ever measured.
 */
export type Split = 'train' | 'calibrate' | 'test';

export const SPLITS: readonly Split[] = ['train', 'calibrate', 'test'];

/** Another number would divide the same pools in another way. */
const DIVISION = 7;

/** A pool of three has one entry for each part; a large one is shared 3 : 1 : 2. */
const TURNS: readonly Split[] = ['train', 'test', 'calibrate', 'train', 'test', 'train'];

/**
 * The part of a pool that belongs to a split: every entry belongs to exactly one, by the rank of a digest of its
 * text, so that nobody chose which words are easy. Throws RangeError for a pool of fewer than three entries.
 */
export function partOf(pool: readonly string[], split: Split): readonly string[] {
  let parts = partsOfPools.get(pool);
  if (parts === undefined) {
    parts = divide(pool);
    partsOfPools.set(pool, parts);
  }
  return parts[split];
}

/** Pools are constants and asked for thousands of times. */
const partsOfPools = new WeakMap<readonly string[], Record<Split, readonly string[]>>();

function divide(pool: readonly string[]): Record<Split, readonly string[]> {
  if (pool.length < 3) {
    throw new RangeError(`a pool needs 3 entries or more to be split, this has ${pool.length}: ${pool.join(' / ')}`);
  }
  const ranked = pool
    .map((entry) => ({ entry, rank: digestOf(entry, DIVISION) }))
    .sort((a, b) => a.rank - b.rank || (a.entry < b.entry ? -1 : 1));
  const part = (split: Split): string[] =>
    ranked.filter((_, index) => TURNS[index % TURNS.length] === split).map(({ entry }) => entry);
  return { train: part('train'), calibrate: part('calibrate'), test: part('test') };
}
