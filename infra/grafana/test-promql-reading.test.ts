import { expect, test } from 'vitest';
import { aggregations, selections } from './test-promql-reading.ts';

const EXPR =
  'sum by (model) (rate(cpu_total{job="m"}[10s]) * on (job) group_left (model) max by (model) (info{a=~"x.*", b!="y"})) < +Inf or vector(0)';

test('metrics are read with the labels by which they are chosen, and functions and keywords are not', () => {
  expect(selections(EXPR)).toEqual([
    { metric: 'cpu_total', labels: ['job'] },
    { metric: 'info', labels: ['a', 'b'] },
  ]);
});

test('aggregations are read with what they are of', () => {
  expect(aggregations(EXPR)).toEqual([
    {
      by: ['model'],
      of: 'rate(cpu_total{job="m"}[10s]) * on (job) group_left (model) max by (model) (info{a=~"x.*", b!="y"})',
    },
    { by: ['model'], of: 'info{a=~"x.*", b!="y"}' },
  ]);
});
