import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { SAMPLE_STRATEGIES, sampleRecord } from './sample-records.ts';
import { measureTable, verdictLines } from './table.ts';

const eight = () => SAMPLE_STRATEGIES.map((strategy) => sampleRecord(strategy));
const row = (table: string, heading: string) =>
  table
    .split('\n')
    .find((line) => line.startsWith(heading))!
    .split(/ {2,}/);

test('a table has a row for each measure with its unit, and a column for each strategy', () => {
  const table = measureTable([sampleRecord('nack'), sampleRecord('eddy')]);
  expect(table).toMatch(/^A model is down \(model-down, 3 replicas, 5\/s\)\nmeasure +nack +eddy\n─+\n/);
  expect(row(table, 'healthy model, peak load')).toEqual(['healthy model, peak load, × ideal', '13.2!', '1.11*']);
  expect(row(table, 'new events during, delay p99')).toEqual([
    'new events during, delay p99',
    '4 min 57 s!',
    '0.31 s*',
  ]);
  expect(row(table, 'events lost')).toEqual(['events lost', '0', '0']);
});

test('eight strategies fit into 120 columns', () => {
  const lines = measureTable(eight()).split('\n');
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(120);
  expect(lines.filter((line) => line.startsWith('measure'))).toHaveLength(1);
  expect(lines[1]).toMatch(/^measure +nack +memory- +sidecar- +redis-cache +internal- +backlog- +backlog- +eddy$/);
});

test('runs that find no room side by side are in a further table', () => {
  const lines = measureTable(eight(), { width: 80 }).split('\n');
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => line.startsWith('measure'))).toHaveLength(2);
});

test('runs that differ in their replicas say so', () => {
  const table = measureTable([sampleRecord('nack', { replicas: 1 }), sampleRecord('nack')]);
  expect(table).toMatch(/measure +nack +nack\n +1 replica +3 replicas\n/);
});

test('each incident has a table', () => {
  const table = measureTable([
    sampleRecord('eddy'),
    sampleRecord('eddy', { incident: 'redis-down', title: 'Redis is down' }),
  ]);
  expect(table).toMatch(/A model is down[\s\S]*Redis is down/);
  expect(measureTable([])).toBe('');
});

test('there are colours only where they were asked for, and the words are the same', () => {
  const plain = measureTable(eight());
  const coloured = measureTable(eight(), { isTTY: true });
  expect(stripVTControlCharacters(plain)).toBe(plain);
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test('a title cannot steer the terminal', () => {
  expect(measureTable([sampleRecord('eddy', { title: 'a\u001b[2Jb\nc' })])).toMatch(/^a \[2Jb c \(/);
});

test('a verdict is a line', () => {
  const record = sampleRecord('eddy');
  const verdicts = [
    { measure: 'healthyPeak', bound: { atMost: 1.3 }, value: 1.04, passed: true },
    { measure: 'delayP99', bound: { atMost: 3 }, value: 200, passed: false },
    { measure: 'drain', bound: { atMost: 1.1 }, value: null, passed: false },
  ] as const;
  expect(verdictLines({ ...record, verdicts })).toEqual([
    'PASS  eddy@3  healthy model, peak load 1.04 × ideal (at most 1.3)',
    'FAIL  eddy@3  new events during, delay p99 3 min 20 s (at most 3 s)',
    'FAIL  eddy@3  time to recover, of the best possible could not be measured (at most 1.1)',
  ]);
});
