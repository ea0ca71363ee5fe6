import { expect, test } from 'vitest';
import type { Measures, RunRecord } from '../record.ts';
import { sampleRecord } from './sample-records.ts';
import { standingLines } from './standing-line.ts';

function recordOf(strategy: string, measures: Partial<Measures>, changes: Partial<RunRecord> = {}): RunRecord {
  const record = sampleRecord('eddy');
  const none = Object.fromEntries(Object.keys(record.measures).map((name) => [name, null])) as Record<string, null>;
  return { ...record, strategy, replicas: 3, ...changes, measures: { ...none, ...measures } as Measures };
}

test('a strategy that nobody beats is the best on all rows', () => {
  const records = [recordOf('nack', { healthyPeak: 3, lost: 0 }), recordOf('eddy', { healthyPeak: 1, lost: 0 })];
  expect(standingLines(records, 'eddy')).toEqual(['eddy is the best, or as good, on 2 of 2 rows']);
});

test('where another one is better, it is told which, and by how much', () => {
  const records = [
    recordOf('eddy', { healthyPeak: 1, proxyPeak: 4 }),
    recordOf('nack', { healthyPeak: 3, proxyPeak: 2 }, { replicas: 1 }),
  ];
  expect(standingLines(records, 'eddy')).toEqual([
    'eddy is the best, or as good, on 1 of 2 rows; better on the others:',
    '  proxies, peak load: nack@1 2, eddy 4',
  ]);
});

test('rows of which nobody is better by more or less do not count', () => {
  const records = [recordOf('eddy', { firstRetryHits: 0.2 }), recordOf('nack', { firstRetryHits: 0.1 })];
  expect(standingLines(records, 'eddy')).toEqual(['eddy is the best, or as good, on 0 of 0 rows']);
});

test('who never recovered is beaten by whoever did', () => {
  const records = [recordOf('eddy', {}), recordOf('nack', { recovery: 20 }), recordOf('redis-cache', { recovery: 9 })];
  expect(standingLines(records, 'eddy')).toEqual([
    'eddy is the best, or as good, on 0 of 1 rows; better on the others:',
    '  time to recover: redis-cache@3 9 s, eddy –',
  ]);
  expect(standingLines(records.slice(0, 2), 'eddy')[1]).toBe('  time to recover: nack@3 20 s, eddy –');
});

test('a strategy that stands alone, or was not run, is not compared', () => {
  expect(standingLines([recordOf('eddy', { lost: 0 })], 'eddy')).toEqual([]);
  expect(standingLines([recordOf('nack', { lost: 0 }), recordOf('redis-cache', { lost: 0 })], 'eddy')).toEqual([]);
});

test('runs in virtual time and on the local stack are not held against each other', () => {
  const records = [
    recordOf('eddy', { proxyPeak: 4 }),
    recordOf('eddy', { proxyPeak: 3 }, { mode: 'real' }),
    recordOf('nack', { proxyPeak: 5 }),
  ];
  expect(standingLines(records, 'eddy')).toEqual(['eddy is the best, or as good, on 1 of 1 rows']);
  expect(standingLines(records.slice(0, 2), 'eddy')).toEqual([]);
});
