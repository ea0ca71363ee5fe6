import { describe, expect, test } from 'vitest';
import { judge, orderOfTurns, percent, scrapeMicrosPerItem, spreadOf } from './figures.ts';

describe('figures of several measurements', () => {
  test('are the one in the middle, the lowest and the highest, and leave the measurements as they are', () => {
    const values = [340, 310, 900];
    expect(spreadOf(values)).toEqual({ median: 340, lowest: 310, highest: 900 });
    expect(values).toEqual([340, 310, 900]);
    expect(spreadOf([2, 4]).median).toBe(3);
  });

  test('can not be had of nothing', () => {
    expect(() => spreadOf([])).toThrow('nothing of which to take the median');
  });
});

test('a scrape is shared by the items that come from one to the next', () => {
  expect(scrapeMicrosPerItem(2_000, 5_000, 800)).toBe(0.5);
});

test('turns come in pairs, of which each kind is first in turn', () => {
  expect(orderOfTurns(3, 'on', 'off')).toEqual(['on', 'off', 'off', 'on', 'on', 'off']);
});

describe('the judgement', () => {
  test('says what it costs, of what, and how much of it that is', () => {
    const { passed, line } = judge(5.2, 331, 0.03);
    expect(passed).toBe(true);
    expect(line).toBe('telemetry costs 5.2 µs of 331 µs per item: 1.6 % (at most 3 %)  PASS');
  });

  test('passes at the limit and fails above it, however little', () => {
    expect(judge(3, 100, 0.03).passed).toBe(true);
    const above = judge(3.01, 100, 0.03);
    expect(above.passed).toBe(false);
    expect(above.line).toContain('FAIL');
  });

  test('does not pass what could not be measured', () => {
    expect(judge(Number.NaN, 100, 0.03).passed).toBe(false);
    expect(judge(0, 0, 0.03).passed).toBe(false);
  });
});

test('a share is written with no more digits than it has', () => {
  expect([percent(0.0157), percent(0.03), percent(0.00044, 2)]).toEqual(['1.6 %', '3 %', '0.04 %']);
});
