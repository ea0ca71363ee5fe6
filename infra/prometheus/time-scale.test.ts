import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { durationMs, rangesMs, scaleExpression, scaleRules } from './time-scale.ts';

describe('an expression in faster time', () => {
  test.each([
    ['rate(a[5m])', 'rate(a[5000ms])'],
    ['increase(a[1h30m])', 'increase(a[90000ms])'],
    ['max_over_time(rate(a[2m])[10m:30s])', 'max_over_time(rate(a[2000ms])[10000ms:500ms])'],
    ['avg_over_time(a[ 10m : ])', 'avg_over_time(a[ 10000ms : ])'],
    ['a offset 1d', 'a offset 1440000ms'],
    ['rate(a[5m] offset -1h)', 'rate(a[5000ms] offset -60000ms)'],
    ['rate(a[1ms])', 'rate(a[1ms])'],
  ])('%s becomes %s', (expr, scaled) => {
    expect(scaleExpression(expr, 60)).toBe(scaled);
  });

  test('what only looks like a time is left alone', () => {
    for (const expr of [
      'a{le="5m"} > 5',
      'a{path=~"[5m]|offset 1h"}',
      "label_replace(a, 'x', '[5m]', '', '')",
      'a5m + offset_1h + ratio_rate5m',
      '10 / 3600 # of [1h]',
    ]) {
      expect(scaleExpression(expr, 60)).toBe(expr);
    }
  });

  test('its ranges can be told', () => {
    expect(rangesMs('rate(a{b="[1s]"}[5m]) + max_over_time(c[1h:30s] offset 1d)')).toEqual([300_000, 3_600_000]);
  });
});

test('a duration may have several units, and nothing else', () => {
  expect(durationMs('1d2h3m4s5ms')).toBe(93_784_005);
  expect(() => durationMs('5 minutes')).toThrow('expected a duration such as 5m or 1h30m, got "5 minutes"');
});

describe('a file of rules in faster time', () => {
  const yaml = `
groups:
  - name: g
    interval: 1m
    limit: 3
    rules:
      - record: level:a:rate5m
        expr: rate(a[5m])
      - alert: A
        expr: level:a:rate5m > 3600
        for: 10m
        keep_firing_for: 5m
        labels: { window: 1h }
        annotations: &said { summary: For 10m. }
      - alert: B
        expr: b > 0
        for: 0s
        annotations: *said
`;

  test('has all its times divided, and nothing else changed', () => {
    expect(parse(scaleRules(yaml, 60))).toEqual({
      groups: [
        {
          name: 'g',
          interval: '1000ms',
          limit: 3,
          rules: [
            { record: 'level:a:rate5m', expr: 'rate(a[5000ms])' },
            {
              alert: 'A',
              expr: 'level:a:rate5m > 3600',
              for: '10000ms',
              keep_firing_for: '5000ms',
              labels: { window: '1h' },
              annotations: { summary: 'For 10m.' },
            },
            { alert: 'B', expr: 'b > 0', for: '0s', annotations: { summary: 'For 10m.' } },
          ],
        },
      ],
    });
  });

  test('needs a scale above 0, and rules', () => {
    for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => scaleRules(yaml, scale)).toThrow(`expected a time scale above 0, got ${scale}`);
    }
    expect(() => scaleRules('rules: []', 60)).toThrow('groups');
  });
});
