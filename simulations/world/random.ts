import { hash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random draws that one seed determines. */
export interface Random {
  /** 0 (included) to 1 (excluded). */
  next(): number;
  /** Both ends included. */
  integer(min: number, max: number): number;
  between(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** The same, in an order in which each is as likely as the others. */
  shuffled<T>(values: readonly T[]): T[];
  /** The pause to the next of events that come independently, by its mean. */
  exponential(mean: number): number;
  /** A duration as they are distributed in practice: half are above the median, few far above it. */
  logNormal(median: number, sigma: number): number;
  /** A source of its own: what is drawn from it changes nothing here, nor in the other ones. */
  fork(label: string): Random;
}

export function createRandom(seed: number | string): Random {
  const digest = Buffer.from(hash('sha256', String(seed), 'hex'), 'hex');
  const generator = xoroshiro128plus(digest.readInt32LE(0));
  const next = () => uniformFloat64(generator);
  const integer = (min: number, max: number) => uniformInt(generator, min, max);
  return {
    next,
    integer,
    between: (min, max) => min + next() * (max - min),
    chance: (probability) => probability > 0 && next() < probability,
    pick: (choices) => choices[integer(0, choices.length - 1)]!,
    // Durstenfeld (1964), after Fisher and Yates.
    shuffled(values) {
      const result = [...values];
      for (let last = result.length - 1; last > 0; last--) {
        const drawn = integer(0, last);
        [result[last], result[drawn]] = [result[drawn]!, result[last]!];
      }
      return result;
    },
    exponential: (mean) => -Math.log(1 - next()) * mean,
    // Box and Muller (1958).
    logNormal: (median, sigma) =>
      median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}
