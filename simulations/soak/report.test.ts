import { expect, test } from 'vitest';
import { notFlat, tableLines, tableOf } from './report.ts';
import { createSamples, csvOf } from './series.ts';

const MIB = 1_048_576;

function samplesOf(heapAt: (minutes: number) => number, pidAt: (minutes: number) => number = () => 1) {
  const samples = createSamples();
  for (let minutes = 0; minutes <= 30; minutes += 0.5) {
    samples.add('proxy-1', pidAt(minutes), minutes * 60_000, {
      heapBytes: heapAt(minutes) * MIB,
      rssBytes: 200 * MIB,
      fds: 38,
      handles: 20,
      cpuSeconds: minutes * 6,
      lagMs: 1.25,
    });
  }
  return samples.all;
}

test('the table has the levels, the slope and the verdict of each measure', () => {
  const { rows, verdict } = tableOf(
    samplesOf((minutes) => 60 + minutes),
    6 * 60_000,
  );
  expect(verdict).toBe('growing');
  const lines = tableLines(rows).map((line) => line.split(/ {2,}/));
  expect(lines[0]).toEqual(['process', 'measure', 'first third', 'last third', 'slope', 'verdict']);
  expect(lines[1]).toEqual([
    'proxy-1',
    'heap after GC',
    expect.any(String),
    expect.any(String),
    '+60.0 MiB/h',
    'growing',
  ]);
  expect(lines[3]).toEqual(['proxy-1', 'file descriptors', '38', '38', '+0/h', 'flat']);
  expect(lines[5]).toEqual(['proxy-1', 'CPU', '10.0 %', '10.0 %']);
});

test('a slope that is rounded to nothing is not said to fall', () => {
  const slopeOf = (heapAt: (minutes: number) => number) => tableOf(samplesOf(heapAt), 6 * 60_000).rows[0]!.slope;
  expect(slopeOf((minutes) => 60 - minutes / 10_000)).toBe('+0.0 MiB/h');
  expect(slopeOf((minutes) => 60 - minutes / 10)).toBe('-6.0 MiB/h');
});

test('what was restarted is shown, and not judged', () => {
  const restarted = samplesOf(
    (minutes) => 60 + minutes,
    (minutes) => (minutes < 10 ? 1 : 2),
  );
  const { rows, verdict } = tableOf(restarted, 6 * 60_000);
  expect(verdict).toBe('too short');
  expect(rows[0]).toMatchObject({ slope: '–', verdict: 'not judged, restarted 1×' });
});

test('what had to be judged and was not found flat is told', () => {
  const flat = samplesOf(() => 60);
  expect(notFlat(flat, ['proxy-1'], 0)).toEqual([]);
  expect(notFlat([], ['proxy-1', 'weapons'], 0)).toEqual(['proxy-1: never looked at', 'weapons: never looked at']);
  expect(
    notFlat(
      samplesOf((minutes) => 60 + minutes),
      ['proxy-1'],
      0,
    ),
  ).toEqual(['proxy-1, heap after GC: growing']);
  const short = flat.map((series) => ({ ...series, samples: series.samples.slice(0, 3) }));
  expect(notFlat(short, ['proxy-1'], 0)).toContain('proxy-1, RSS: too short');
  const restarted = samplesOf(
    () => 60,
    (minutes) => (minutes < 10 ? 1 : 2),
  );
  expect(notFlat(restarted, ['proxy-1'], 0)).toEqual(['proxy-1: not judged, restarted 1×']);
});

test('looks that failed are counted, also of a process that could never be looked at', () => {
  const samples = createSamples();
  samples.miss('proxy-1');
  samples.miss('proxy-1');
  expect(samples.all).toMatchObject([{ process: 'proxy-1', missed: 2, samples: [], restarts: 0 }]);
  const { rows, verdict } = tableOf(samples.all, 0);
  expect(rows.at(-1)).toMatchObject({ measure: 'failed looks', last: '2' });
  expect(verdict).toBe('too short');
  expect(notFlat(samples.all, ['proxy-1'], 0)).toHaveLength(4);
});

test('nothing measured is an empty table', () => {
  expect(tableOf([], 0)).toEqual({ rows: [], verdict: 'too short' });
  expect(csvOf([])).toMatch(/^process,seconds,/);
});

test('the samples can be had as CSV', () => {
  expect(csvOf(samplesOf(() => 60)).split('\n')[2]).toBe('proxy-1,30.0,62914560,209715200,38,20,3,1.25');
});
