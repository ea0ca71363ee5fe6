import { expect, test } from 'vitest';
import type { Measured } from './measure.ts';
import { reportLines, summarise } from './report.ts';

const turn = (itemMicros: number, itemsPerSecond = 800) => ({ itemMicros, itemsPerSecond });

const measured: Measured = {
  shipped: [turn(330), turn(400), turn(310)],
  silent: [turn(300), turn(400), turn(320)],
  recording: turn(350),
  costs: {
    items: 4_000,
    isCut: false,
    eventsMicros: 4,
    inPlaceMicros: 7,
    functions: [
      { name: 'concluded', callsPerItem: 1, micros: 2, inPlaceMicros: 3 },
      { name: 'superseded', callsPerItem: 0.01, micros: 0.1 },
    ],
    store: { commandsPerItem: 3, micros: 0.7 },
    scrape: { micros: 2_000, bytes: 51_200, series: 600 },
  },
};

test('what telemetry costs is what is told, what the store tells, and the scrapes', () => {
  const summary = summarise(measured);
  expect(summary.scrapeMicros).toBe(0.5);
  expect(summary.costMicros).toBeCloseTo(5.2, 9);
});

test('each turn is held against the one beside it', () => {
  expect(summarise(measured).ratio).toEqual({ median: 1, lowest: 310 / 320, highest: 1.1 });
});

test('the tables have a line for each figure, with its share of what an item costs', () => {
  const lines = reportLines(measured, summarise(measured)).map((line) => line.replaceAll(/ {2,}/g, ' | '));
  expect(lines).toEqual([
    'turns: 3 of each, 800 items/s | median | lowest | highest',
    'telemetry as shipped, µs of CPU per item | 330 | 310 | 400',
    'silent | 320 | 300 | 400',
    'shipped / silent, turn by turn | 1.000 | 0.969 | 1.100',
    'shipped and recorded, for the replay | 350',
    '',
    'replay of 4000 items | times/item | µs/item | share | timed in the run',
    'concluded | 1.00 | 2.00 | 0.61 % | 3.00',
    'superseded | 0.01 | 0.10 | 0.03 %',
    'all of these, in the order of the run | 4.00 | 1.21 % | 7.00',
    'commands to the shared store | 3.00 | 0.70 | 0.21 %',
    'a scrape every 5 s (2.00 ms, 50.0 KiB, 600 series) | 0.50 | 0.15 %',
    'telemetry | 5.20 | 1.58 % | 8.20',
  ]);
});
