import { expect, test } from 'vitest';
import { fleet, mean, quantile, ratio, sumRate } from './promql.ts';

test('counters are rated before they are summed', () => {
  expect(sumRate(['model'], 'calls_total', 'code="OK"')).toBe(
    'sum by (model) (rate(calls_total{code="OK"}[$__rate_interval]))',
  );
  expect(sumRate([], 'calls_total')).toBe('sum(rate(calls_total[$__rate_interval]))');
});

test('a quantile is taken of buckets summed by their bounds', () => {
  expect(quantile(0.99, ['model'], 'seconds')).toBe(
    'histogram_quantile(0.99, sum by (le, model) (rate(seconds_bucket[$__rate_interval])))',
  );
});

test('where there is nothing to divide by there is no quotient', () => {
  expect(ratio('a', 'b')).toBe('a / (b > 0)');
  expect(mean([], 'size')).toBe(
    'sum(rate(size_sum[$__rate_interval])) / (sum(rate(size_count[$__rate_interval])) > 0)',
  );
});

test('what replicas share is counted once, what they have for themselves is added up', () => {
  expect(fleet(['model'], 'owed')).toBe(
    'max by (model) (owed{scope="fleet"}) or sum by (model) (owed{scope="replica"})',
  );
});
