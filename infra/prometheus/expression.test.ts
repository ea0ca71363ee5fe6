import { expect, test } from 'vitest';
import { namesIn } from './expression.ts';

test('series are told from functions, words, strings and times', () => {
  const { selectors, grouping } = namesIn(
    'label_replace(sum by (job, model) (rate(calls_total{code=~"A|B{}", model!="x"}[5m] offset 1d)) > bool 0, "made", "[up]", "", "") and on (model) level:owed:now unless up{job="eddy-proxy"} == 1',
  );
  expect(selectors).toEqual([
    {
      name: 'calls_total',
      matchers: [
        { label: 'code', operator: '=~', value: 'A|B{}' },
        { label: 'model', operator: '!=', value: 'x' },
      ],
    },
    { name: 'level:owed:now', matchers: [] },
    { name: 'up', matchers: [{ label: 'job', operator: '=', value: 'eddy-proxy' }] },
  ]);
  expect(grouping).toEqual(['job', 'model', 'model']);
});
