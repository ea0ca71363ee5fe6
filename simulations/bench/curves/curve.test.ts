import { expect, test } from 'vitest';
import { samplePoint } from '../sample-turns.ts';
import { CURVES } from './catalogue.ts';
import { costOf, slopeOf } from './curve.ts';

test('a point costs what the median of its turns does', () => {
  expect(costOf(samplePoint(1, 900, 100, 110))).toBe(110);
});

test('the slope is that of the line that fits best', () => {
  expect(slopeOf([samplePoint(1, 120), samplePoint(5, 200), samplePoint(20, 500)])).toBeCloseTo(20);
});

test('curves say what they come to, where there are two points', () => {
  const points = [samplePoint(0, 200), samplePoint(100, 80)];
  expect(CURVES.hits.statements(points)).toEqual(['at 100 %: 40 % of the cost at 0 %']);
  expect(CURVES.hits.statements(points.slice(1))).toEqual([]);
  expect(CURVES.models.statements([samplePoint(1, 100), samplePoint(3, 150)])).toEqual([
    'each model more: 25.0 µs per item (at most 25 promised)',
  ]);
  expect(CURVES.models.statements([samplePoint(1, 100)])).toEqual([]);
});
