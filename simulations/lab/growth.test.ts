import { describe, expect, test } from 'vitest';
import { growthIncidents, growthOf, growthTable } from './growth.ts';
import { parseIncident } from './incident.ts';
import type { RunRecord } from './record.ts';
import { sampleRecord } from './report/sample-records.ts';

const incident = parseIncident(
  'title: T\nabout: A\nfaults:\n  - { kind: model down, model: ill, at: 0s, for: 5m }\nexpect: { nack: { lost: { atMost: 0 } } }\n',
  'model-down.yaml',
);

/** What one, two and three failing models cost the dependencies, by form. */
function recordsOf(calls: Readonly<Record<string, readonly (number | null)[]>>): RunRecord[] {
  return Object.entries(calls).flatMap(([strategy, counts]) =>
    counts.map((dependencyCalls, index) => {
      const record = sampleRecord('eddy');
      return {
        ...record,
        strategy,
        incident: `${index + 1}-models-down`,
        measures: { ...record.measures, dependencyCalls },
      };
    }),
  );
}

const AS_PUBLISHED = { 'backlog-per-model': [20, 40, 60], 'backlog-combined': [20, 21, 22], eddy: [1, 1, 1] };
const passed = (calls: Readonly<Record<string, readonly (number | null)[]>>) =>
  growthOf(recordsOf(calls)).verdicts.map((verdict) => verdict.passed);

describe('the incidents', () => {
  test('have one, two and three models down at the same time', () => {
    const made = growthIncidents(incident);
    expect(made.map(({ name }) => name)).toEqual(['1-models-down', '2-models-down', '3-models-down']);
    expect(made[2]!.faults).toEqual([
      { ...incident.faults[0], model: 'ill' },
      { ...incident.faults[0], model: 'ill-2' },
      { ...incident.faults[0], model: 'ill-3' },
    ]);
  });

  test('are run under the three forms of the backlog, of which nothing else is expected', () => {
    for (const { expect: expected } of growthIncidents(incident)) {
      expect(expected).toEqual({ 'backlog-per-model': {}, 'backlog-combined': {}, eddy: {} });
    }
  });
});

describe('the verdicts', () => {
  test('hold when only the form with one message per model costs more with each', () => {
    expect(passed(AS_PUBLISHED)).toEqual([true, true, true]);
  });

  test('fail when the one does not grow, or the others do', () => {
    expect(passed({ ...AS_PUBLISHED, 'backlog-per-model': [20, 30, 39] })).toEqual([false, true, true]);
    expect(passed({ ...AS_PUBLISHED, 'backlog-combined': [20, 24, 27] })).toEqual([true, false, true]);
    expect(passed({ ...AS_PUBLISHED, eddy: [1, 1.2, 1.4] })).toEqual([true, true, false]);
  });

  test('say by how much, or that it could not be measured', () => {
    const { verdicts } = growthOf(recordsOf({ ...AS_PUBLISHED, eddy: [null, 1, 1] }));
    expect(verdicts.map(({ text }) => text)).toEqual([
      'backlog-per-model: calls to dependencies per item 3.00 times as many with three failing models as with one (at least 2)',
      'backlog-combined: calls to dependencies per item 1.10 times as many with three failing models as with one (at most 1.3)',
      'eddy: calls to dependencies per item could not be measured with three failing models as with one (at most 1.3)',
    ]);
    expect(verdicts[2]!.passed).toBe(false);
  });
});

test('the table has a row for each form and a column for each number of failing models', () => {
  const table = growthTable(growthOf(recordsOf({ ...AS_PUBLISHED, eddy: [1, null, 1] })));
  expect(table).toMatch(/1 failing.*2 failing.*3 failing/);
  expect(table).toMatch(/backlog-per-model.*20\.00.*40\.00.*60\.00/);
  expect(table).toMatch(/eddy.*1\.00.*–.*1\.00/);
});
