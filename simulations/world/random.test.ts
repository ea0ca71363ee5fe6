import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const draws = (random: ReturnType<typeof createRandom>) => Array.from({ length: 20 }, () => random.integer(0, 1_000));

test('the same seed draws the same, another one something else', () => {
  expect(draws(createRandom(7))).toEqual(draws(createRandom(7)));
  expect(draws(createRandom(7))).not.toEqual(draws(createRandom(8)));
});

test('what is drawn from a fork changes nothing elsewhere', () => {
  const [used, unused] = [createRandom(7), createRandom(7)];
  draws(used.fork('one'));
  expect(draws(used)).toEqual(draws(unused));
  expect(draws(used.fork('one'))).not.toEqual(draws(used.fork('other')));
});

test('distributions have the mean and the median that they are asked for', () => {
  const random = createRandom(7);
  const many = (draw: () => number) => Array.from({ length: 20_000 }, draw).sort((a, b) => a - b);
  const mean = many(() => random.exponential(50)).reduce((sum, value) => sum + value, 0) / 20_000;
  expect(Math.abs(mean - 50)).toBeLessThan(2);
  expect(Math.abs(many(() => random.logNormal(50, 0.5))[10_000]! - 50)).toBeLessThan(2);
  expect(many(() => Number(random.chance(0.25))).filter(Boolean).length / 20_000).toBeCloseTo(0.25, 1);
});
