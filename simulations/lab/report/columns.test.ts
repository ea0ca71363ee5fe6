import { expect, test } from 'vitest';
import { byIncident, columnsOf } from './columns.ts';
import { sampleRecord } from './sample-records.ts';

const labels = (...records: Parameters<typeof columnsOf>[0][number][]) => columnsOf(records).map(({ label }) => label);

test('runs that differ in their strategy only are called by it', () => {
  expect(labels(sampleRecord('nack'), sampleRecord('eddy'))).toEqual(['nack', 'eddy']);
});

test('what differs besides is part of the name', () => {
  expect(labels(sampleRecord('nack', { replicas: 1 }), sampleRecord('nack'))).toEqual([
    'nack, 1 replica',
    'nack, 3 replicas',
  ]);
  expect(labels(sampleRecord('nack', { mode: 'real', seed: 2 }), sampleRecord('nack'))).toEqual([
    'nack, real, seed 2',
    'nack, virtual, seed 1',
  ]);
});

test('equal runs are counted', () => {
  expect(labels(sampleRecord('nack'), sampleRecord('nack'))).toEqual(['nack', 'nack, run 2']);
});

test('runs of different incidents side by side name theirs', () => {
  expect(labels(sampleRecord('nack'), sampleRecord('nack', { incident: 'redis-down' }))).toEqual([
    'nack, model-down',
    'nack, redis-down',
  ]);
});

test('records come together by incident, in the order in which they come', () => {
  const other = { incident: 'redis-down', title: 'Redis is down' };
  const groups = byIncident([sampleRecord('nack'), sampleRecord('nack', other), sampleRecord('eddy')]);
  expect(groups.map(({ incident, columns }) => [incident, columns.length])).toEqual([
    ['model-down', 2],
    ['redis-down', 1],
  ]);
});
