import { expect, test } from 'vitest';
import { hitTable } from './hit-table.ts';
import { sampleRecord } from './report/sample-records.ts';

const recordOf = (replicas: number, hits: readonly [retry: number, hitShare: number][]) => ({
  ...sampleRecord('eddy'),
  replicas,
  hits: hits.map(([retry, hitShare]) => ({ retry, hitShare, knowable: 100 })),
});

test('what was measured stands next to the published rule and to the exact chance', () => {
  const table = hitTable([
    recordOf(1, [[1, 1]]),
    recordOf(3, [
      [1, 0.34],
      [2, 0.561],
    ]),
  ]);
  const [, of1, of3] = table.split('\n').filter((line) => line.includes('│'));
  expect(of1).toMatch(/│ 1 .*100 \/ 100 \/ 100/);
  expect(of3).toMatch(/│ 3 .*34 \/ 33 \/ 33 .*56 \/ 67 \/ 56 .*–.*–/);
});

test('the rule is never above one', () => {
  expect(hitTable([recordOf(2, [[4, 0.9]])])).toContain('90 / 100 / 94');
});

test('a run on the local stack is told from one in virtual time', () => {
  const table = hitTable([recordOf(3, [[1, 0.3]]), { ...recordOf(3, [[1, 0.4]]), mode: 'real' }]);
  expect(table).toMatch(/│ 3 {2,}│ +30 /);
  expect(table).toMatch(/│ 3, real +│ +40 /);
});
