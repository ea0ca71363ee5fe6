/** A source of numbers, evenly spread over 0 (included) to 1 (excluded). */
export type Random = () => number;

/** Repeatable numbers: mulberry32 (Tommy Ettinger, 2017), for rehearsals and never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// The standard normal distribution's 99th percentile.
const z99 = 2.3263478740408408;

/**
 * A draw from the log-normal distribution with that median and 99th percentile:
 * `median * exp(sigma * z)` where `sigma = ln(p99 / median) / 2.3263` and z is standard normal, by Box and Muller.
 * Equal median and p99 make it constant.
 */
export function logNormal(median: number, p99: number, random: Random): number {
  const sigma = Math.log(p99 / median) / z99;
  // 1 - random() is never 0, whose logarithm would be infinite.
  const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * z);
}
