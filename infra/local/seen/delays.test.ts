import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDelays } from './delays.ts';

test('quantiles are those of all that was added, exact up to ten seconds, within 1 % beyond', () => {
  const ms = fc.oneof(fc.nat(300), fc.nat(10_000), fc.nat(600_000));
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, quantile) => {
      const delays = createDelays();
      for (const one of all) delays.add(one);
      const sorted = all.toSorted((a, b) => a - b);
      const expected = sorted[Math.min(all.length - 1, Math.floor(all.length * quantile))]!;
      expect(delays.count).toBe(all.length);
      expect(Math.abs(delays.at(quantile)! - expected)).toBeLessThanOrEqual(expected > 10_000 ? expected / 100 : 0);
      expect(delays.at(1)).toBe(sorted.at(-1));
    }),
  );
});

test('of none there is no quantile', () => {
  expect(createDelays().at(0.5)).toBeNull();
});
