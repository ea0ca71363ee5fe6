import { describe, expect, test } from 'vitest';
import { parseCount, parseDuration, parsePort, parseSeed } from './command-options.ts';

describe('command options', () => {
  test.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
  ])('read %s as %d milliseconds', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  test.each(['', '5', '0s', '-1s', '5 s', '5d', 's', '600h', 'NaNms'])('refuse "%s" as a duration', (text) => {
    expect(() => parseDuration(text)).toThrow('Expected a duration such as 250ms, 5s or 5m.');
  });

  test('take ports from 0 to 65535', () => {
    expect([parsePort('0'), parsePort('65535')]).toEqual([0, 65_535]);
    for (const text of ['65536', '-1', '1.5', '0x10', '', 'http']) {
      expect(() => parsePort(text)).toThrow('Expected a port, 0 to 65535.');
    }
  });

  test('take counts from 1 and seeds from 0', () => {
    expect(parseCount('1')).toBe(1);
    expect(() => parseCount('0')).toThrow('Expected a count, 1 to 2147483647.');
    expect(parseSeed('0')).toBe(0);
    expect(() => parseSeed('4294967296')).toThrow('Expected a seed, 0 to 4294967295.');
  });
});
