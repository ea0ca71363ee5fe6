import { describe, expect, test } from 'vitest';
import { closingLine, disturbance, tableLines, useLines } from './report.ts';
import { sampleTurn, sampleTurns, sampleUse } from './sample-turns.ts';

const cellsOf = (lines: readonly string[], name: string) => lines.find((line) => line.startsWith(name))!.split(/ {2,}/);

describe('the report', () => {
  test('closes with the quotients of the medians, whatever single turns say', () => {
    expect(closingLine(sampleTurns({ naive: [9_000, 800, 810], floor: [100, 90, 5], eddy: [108, 90, 2_000] }))).toBe(
      'naive/eddy 7.5, eddy/floor 1.20',
    );
  });

  test('closes with what was measured, where a contestant was left out', () => {
    expect(closingLine(sampleTurns({ floor: [100], eddy: [150] }))).toBe('eddy/floor 1.50');
    expect(closingLine(sampleTurns({ naive: [100] }))).toBe('');
  });

  test('has medians, with their spread where there is any', () => {
    const taken = [
      sampleTurn(300, { p99Ms: 25 }),
      sampleTurn(100, { peakBytes: 200 * 2 ** 20 }),
      sampleTurn(200, { callsPerItem: 0.25 }),
    ];
    expect(cellsOf(tableLines(new Map([['eddy', taken]])), 'eddy')).toEqual([
      'eddy',
      '200 (100–300)',
      '1000',
      '10',
      '20 (20–25)',
      '100 (100–200)',
      '0.20 (0.20–0.25)',
      '3.00',
    ]);
  });

  test('says nothing of Redis where there is none', () => {
    const taken = [sampleTurn(100, { redisCommandsPerItem: Number.NaN })];
    expect(cellsOf(tableLines(new Map([['eddy', taken]])), 'eddy').at(-1)).toBe('–');
  });

  test('names the bottleneck of each contestant by the medians of what was in use', () => {
    const of = (load: number) => sampleTurn(100, { use: sampleUse({ contestant: load, driver: 0.25 }, load + 0.25) });
    expect(cellsOf(useLines(new Map([['eddy', [of(0.1), of(0.95), of(0.9)]]])), 'eddy')).toEqual([
      ...['eddy', '0.90', '0.00', '0.00', '0.00', '0.00', '0.25', '0.00', '1.15 of 2', 'eddy at 90 %'],
    ]);
  });

  test('tells when other programs were at work', () => {
    const among = (busyCores: number) =>
      new Map([['eddy', [sampleTurn(100, { use: sampleUse({ contestant: 0.9 }, busyCores) })]]] as const);
    expect(disturbance(among(0.95))).toBeUndefined();
    expect(disturbance(among(1.9))).toMatch(
      /^Other programs of this machine, or others on its host, used up to 1\.00 cores/,
    );
  });
});
