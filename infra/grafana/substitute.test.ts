import { expect, test } from 'vitest';
import { substitute } from './substitute.ts';

test('a variable is replaced in all its spellings', () => {
  const spellings = ['$model', `\${model}`, `\${model:regex}`, '[[model]]', '[[model:pipe]]'];
  for (const spelling of spellings) {
    expect(substitute(`up{model=~"${spelling}"}`, { model: 'weapons|money' })).toBe('up{model=~"weapons|money"}');
  }
});

test('the times that Grafana sets are replaced', () => {
  const expr = `rate(a[$__rate_interval]) + rate(b[\${__range}]) + rate(c[$__interval])`;
  expect(substitute(expr, { rateInterval: '1m', range: '6h', interval: '15s' })).toBe(
    'rate(a[1m]) + rate(b[6h]) + rate(c[15s])',
  );
});

test('by default all models and replicas are meant', () => {
  expect(substitute('up{model=~"$model", instance=~"$replica"}')).toBe('up{model=~".*", instance=~".*"}');
});

test('an unknown variable is named', () => {
  expect(() => substitute('up{x="$modle"}')).toThrow('$modle in "up{x="$modle"}" is no variable of these dashboards');
});
