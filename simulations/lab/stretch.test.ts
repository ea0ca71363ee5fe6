import { expect, test } from 'vitest';
import { parseIncident } from './incident.ts';
import { stretched } from './stretch.ts';

function incidentOf(...faults: readonly [at: string, lasts: string][]) {
  const lines = faults.map(([at, lasts]) => `  - { kind: model down, model: ill, at: ${at}, for: ${lasts} }`);
  return parseIncident(`title: T\nabout: A\ncalm: 30s\nafter: 60s\nfaults:\n${lines.join('\n')}\n`, 'mine.yaml');
}

const timesOf = (incident: ReturnType<typeof incidentOf>) => incident.faults.map((fault) => [fault.at, fault.for]);

test('the faults take the given time from the begin of the first to the end of the last, in proportion', () => {
  const incident = incidentOf(['0s', '60s'], ['90s', '30s']);
  expect(timesOf(stretched(incident, 240_000))).toEqual([
    [0, 120_000],
    [180_000, 60_000],
  ]);
});

test('the first fault begins when it did, and calm and aftermath stay as they are', () => {
  const { calm, after, ...rest } = stretched(incidentOf(['20s', '60s']), 30_000);
  expect([calm, after]).toEqual([30_000, 60_000]);
  expect(timesOf({ calm, after, ...rest })).toEqual([[20_000, 30_000]]);
});

test('faults that follow one another do so still, whatever is rounded', () => {
  for (const durationMs of [50_000, 50_001, 70_003, 100_000]) {
    const [first, second, third] = timesOf(
      stretched(incidentOf(['0s', '10s'], ['10s', '10s'], ['20s', '10s']), durationMs),
    );
    expect(first![0]! + first![1]!).toBe(second![0]);
    expect(second![0]! + second![1]!).toBe(third![0]);
    expect(third![0]! + third![1]!).toBe(durationMs);
  }
});

test('a fault that would be too short to be one lasts a millisecond', () => {
  expect(timesOf(stretched(incidentOf(['0s', '20h'], ['1h', '100ms']), 10_000))[1]![1]).toBe(1);
});
