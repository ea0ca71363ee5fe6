import { expect, test } from 'vitest';
import type { Costs } from './costs.ts';
import { profileLines } from './report.ts';

const costs: Costs = {
  libraries: [
    { name: 'this repository', self: 0.5, withNative: 0.6 },
    { name: 'native, called by a function', self: 0.3, withNative: 0 },
    { name: 'garbage collection', self: 0.2, withNative: 0 },
  ],
  files: [{ name: 'proxy/moderate.ts', self: 0.5, withNative: 0.6 }],
  functions: [{ name: 'moderate proxy/moderate.ts:7', self: 0.5 }],
  garbage: 0.2,
  native: 0.3,
  samples: 1_200,
};
const threads = new Map([
  ['V8Worker', 0.1],
  ['MainThread', 0.3],
  ['InspectorIo', 4],
]);

test('shares of the profile become microseconds of what Linux counted for the thread, per item', () => {
  const lines = profileLines(costs, { threads, items: 1_000, seconds: 0.6, top: 2 });
  expect(lines.map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual([
    'µs/item | share | thread',
    '300.0 | 75.0 % | MainThread',
    '100.0 | 25.0 % | V8Worker',
    '',
    'MainThread: 50.0 % of the time on a CPU; of that, garbage collection 20.0 %, native code 30.0 % (1200 samples)',
    '',
    'µs/item | share | with native | library',
    '150.0 | 50.0 % | 180.0 | this repository',
    '90.0 | 30.0 % | native, called by a function',
    '',
    'µs/item | share | with native | our own files',
    '150.0 | 50.0 % | 180.0 | proxy/moderate.ts',
    '',
    'µs/item | share | function',
    '150.0 | 50.0 % | moderate proxy/moderate.ts:7',
  ]);
});
