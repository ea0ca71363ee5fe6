import { expect, test } from 'vitest';
import { stretchLines } from './endurance-command.ts';

test('a row for each stretch says what its items took, and how memory stands', () => {
  const stretch = {
    items: 50_000,
    itemMicros: 200.4,
    itemsPerSecond: 1_234.5,
    p99Ms: 300,
    residentBytes: 150 * 2 ** 20,
    peakBytes: 160 * 2 ** 20,
    heapBytes: 60 * 2 ** 20,
  };
  const later = { ...stretch, items: 100_000, heapBytes: Number.NaN };
  const [head, ...rows] = stretchLines('eddy', [stretch, later]).map((line) => line.trim().split(/ {2,}/));
  expect(head![0]).toBe('eddy, items');
  expect(rows).toEqual([
    ['50,000', '200', '1235', '300', '150', '160', '60'],
    ['100,000', '200', '1235', '300', '150', '160', '–'],
  ]);
});
