import { seededRandom } from '../host/random.ts';

/** Repeatable randomness: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, bound). */
  below(bound: number): number;
  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean;
  /** One of the values. Throws RangeError where there are none. */
  pick<T>(values: readonly T[]): T;
  /** Log-uniform between two positive numbers: prices and ages spread like this. */
  logBetween(low: number, high: number): number;
  /** Reorders in place, and returns what it was given. */
  shuffle<T>(values: T[]): T[];
}

/** FNV-1a over UTF-16 code units, finished by an avalanche: 32 bits that are stable for ever. */
export function digestOf(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (values) => {
      if (values.length === 0) throw new RangeError('nothing to pick from: the list is empty');
      return values[below(values.length)]!;
    },
    logBetween: (low, high) => Math.exp(Math.log(low) + next() * (Math.log(high) - Math.log(low))),
    shuffle: (values) => {
      for (let i = values.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [values[i], values[j]] = [values[j]!, values[i]!];
      }
      return values;
    },
  };
}
