import { expect, test } from 'vitest';
import { agreementOf, agreementTable } from './agreement.ts';
import type { Measures } from './record.ts';
import { sampleRecord } from './report/sample-records.ts';

function recordOf(measures: Partial<Measures>) {
  const record = sampleRecord('eddy');
  return { ...record, measures: { ...record.measures, ...measures } };
}

function passed(measure: 'healthyMean' | 'healthyPeak' | 'recovery', virtual: number | null, real: number | null) {
  const agreements = agreementOf(recordOf({ [measure]: virtual }), recordOf({ [measure]: real }));
  return agreements.find((one) => one.measure === measure)!.passed;
}

test('small values may differ by a fixed amount', () => {
  expect(passed('healthyPeak', 1, 1.29)).toBe(true);
  expect(passed('healthyPeak', 1, 1.31)).toBe(false);
  expect(passed('recovery', 20, 29)).toBe(true);
  expect(passed('recovery', 20, 31)).toBe(false);
});

test('greater ones by a share of what the run in virtual time has, up and down', () => {
  expect(passed('healthyPeak', 8, 9.9)).toBe(true);
  expect(passed('healthyPeak', 8, 6.1)).toBe(true);
  expect(passed('healthyPeak', 8, 10.1)).toBe(false);
  expect(passed('healthyMean', 4, 4.55)).toBe(true);
  expect(passed('healthyMean', 4, 3.35)).toBe(false);
});

test('what only one of the two could measure disagrees, what neither could does not', () => {
  expect(passed('recovery', null, 12)).toBe(false);
  expect(passed('recovery', 12, null)).toBe(false);
  expect(passed('recovery', null, null)).toBe(true);
});

test('the table shows both values, what they may differ by, and whether they do not', () => {
  const virtual = recordOf({ healthyMean: 1, healthyPeak: 8, recovery: null });
  const real = recordOf({ healthyMean: 1.05, healthyPeak: 12, recovery: null });
  const table = agreementTable(agreementOf(virtual, real));
  expect(table).toMatch(/eddy.*healthy model, mean load during.*1 .*1\.05.*0\.15.*PASS/);
  expect(table).toMatch(/eddy.*healthy model, peak load.*8 .*12 .*2 .*FAIL/);
  expect(table).toMatch(/eddy.*time to recover.*–.*–.*10 s.*PASS/);
});
