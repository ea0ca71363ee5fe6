import { expect, test } from 'vitest';
import type { Measured } from './measure.ts';
import { tableLines } from './report.ts';

const turn = (inputs: number, cpuSeconds: number, seconds = 2) => ({ inputs, cpuSeconds, seconds });

const measured: Measured[] = [
  {
    model: 'weapons',
    sizes: [
      { batch: 1, turns: [turn(8_000, 1), turn(12_000, 1), turn(10_000, 1)] },
      { batch: 32, turns: [turn(80_000, 1.6)] },
    ],
    alone: [50_000],
  },
];

test('the table has inputs by CPU and by time, and the scorer alone', () => {
  const lines = tableLines(measured).map((line) => line.replaceAll(/ {2,}/g, ' | '));
  expect(lines).toEqual([
    'model | batch | inputs/CPU s | CPU µs/input | inputs/s | CPU in use',
    'weapons | 1 | 10000 (8000–12000) | 100.0 (83.3–125.0) | 5000 (4000–6000) | 0.50',
    'weapons | 32 | 50000 | 20.0 | 40000 | 0.80',
    'weapons alone | 50000 | 20.0',
  ]);
});
