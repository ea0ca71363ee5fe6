import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../models/host/random.ts';
import { type Judged, judge, type Sample } from './verdict.ts';

const MIB = 1_048_576;
const MINUTE_MS = 60_000;
const FROM_MS = 6 * MINUTE_MS;

/** Half an hour of samples, one each 10 s. */
function samples(measure: Judged, valueAt: (minutes: number) => number): Sample[] {
  return Array.from({ length: 180 }, (_, index) => {
    const atMs = (index + 1) * 10_000;
    const idle = { heapBytes: 0, rssBytes: 0, fds: 0, handles: 0, cpuSeconds: 0, lagMs: 0 };
    return { ...idle, atMs, [measure]: valueAt(atMs / MINUTE_MS) };
  });
}

function verdictOf(measure: Judged, valueAt: (minutes: number) => number): string {
  return judge(samples(measure, valueAt), measure, FROM_MS).verdict;
}

describe('the verdict on half an hour', () => {
  test('is flat for a heap that moves by what is in work, whatever the chance', () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      expect(
        verdictOf('heapBytes', () => (60 + 2 * random()) * MIB),
        `seed ${seed}`,
      ).toBe('flat');
    }
  });

  test('is growing for a leak of 10 MiB an hour under the same noise', () => {
    for (let seed = 0; seed < 50; seed++) {
      const random = seededRandom(seed);
      expect(
        verdictOf('heapBytes', (minutes) => (60 + minutes / 6 + 2 * random()) * MIB),
        `seed ${seed}`,
      ).toBe('growing');
    }
  });

  test('is flat for memory that grows in the beginning only', () => {
    expect(verdictOf('heapBytes', (minutes) => 40 * MIB + Math.min(minutes, 6) * 5 * MIB)).toBe('flat');
  });

  test('is flat for spikes, however high, that go again', () => {
    expect(verdictOf('heapBytes', (minutes) => (Math.round(minutes * 6) % 5 === 0 ? 200 : 60) * MIB)).toBe('flat');
  });

  test('is flat for an RSS that goes up and down by tens of MiB, and growing for one that only goes up', () => {
    expect(verdictOf('rssBytes', (minutes) => (250 + 30 * Math.sin(minutes)) * MIB)).toBe('flat');
    expect(verdictOf('rssBytes', (minutes) => (250 + 3 * minutes + 30 * Math.sin(minutes)) * MIB)).toBe('growing');
  });

  test('is growing for a socket that stays open every two minutes, and flat for one that came once', () => {
    expect(verdictOf('fds', (minutes) => 38 + Math.floor(minutes / 2))).toBe('growing');
    expect(verdictOf('fds', (minutes) => (minutes < 15 ? 38 : 39))).toBe('flat');
  });

  test('is flat for what falls', () => {
    expect(verdictOf('heapBytes', (minutes) => (90 - minutes) * MIB)).toBe('flat');
  });
});

test('a finding has the level of the thirds and the slope per hour', () => {
  const finding = judge(
    samples('fds', (minutes) => minutes),
    'fds',
    FROM_MS,
  );
  expect(finding.slopePerHour).toBeCloseTo(60, 0);
  expect(finding.first).toBeLessThan(12);
  expect(finding.last).toBeGreaterThan(22);
});

test('minutes are too short to judge', () => {
  const growing = samples('fds', (minutes) => 10 * minutes);
  expect(judge(growing.slice(0, 30), 'fds', 0).verdict).toBe('too short');
  expect(judge(growing.slice(0, 60), 'fds', 0).verdict).toBe('growing');
  expect(judge([], 'fds', 0).verdict).toBe('too short');
});
