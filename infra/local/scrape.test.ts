import { expect, test } from 'vitest';
import { parseSamples, scrape, total } from './scrape.ts';

const TEXT = `# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{model="weapons",code="OK"} 3
calls_total{model="weapons",code="UNAVAILABLE"} 2
calls_total{model="money",code="OK"} 5
calls_total_other 100
up 1
`;

test('a metric is summed over its series, and over those with the labels alone', () => {
  const samples = parseSamples(TEXT);
  expect(total(samples, 'calls_total')).toBe(10);
  expect(total(samples, 'calls_total', 'model="weapons"')).toBe(5);
  expect(total(samples, 'calls_total', 'model="weapons"', 'code="OK"')).toBe(3);
  expect(total(samples, 'up')).toBe(1);
  expect(total(samples, 'missing')).toBe(0);
});

test('an endpoint that does not answer says nothing', async () => {
  expect(await scrape('127.0.0.1:1')).toBeUndefined();
});
