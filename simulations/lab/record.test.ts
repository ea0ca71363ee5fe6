import { describe, expect, test } from 'vitest';
import { judge, MEASURES, type Measures } from './record.ts';

const measuresOf = (changes: Partial<Measures>) =>
  ({ ...Object.fromEntries(Object.keys(MEASURES).map((name) => [name, null])), ...changes }) as Measures;

const passes = (value: number | null, bound: { atLeast?: number; atMost?: number }) =>
  judge(measuresOf({ recovery: value }), { recovery: bound })[0]!.passed;

describe('a verdict', () => {
  test('passes at both ends of its bound, and fails beyond them', () => {
    const bound = { atLeast: 2, atMost: 3 };
    expect([1.999, 2, 2.5, 3, 3.001].map((value) => passes(value, bound))).toEqual([false, true, true, true, false]);
  });

  test('looks at one end where there is no other', () => {
    expect([passes(1e9, { atLeast: 2 }), passes(1, { atLeast: 2 })]).toEqual([true, false]);
    expect([passes(-1e9, { atMost: 2 }), passes(3, { atMost: 2 })]).toEqual([true, false]);
  });

  test('fails on what could not be measured', () => {
    expect(passes(null, { atMost: 3 })).toBe(false);
    expect(passes(Number.NaN, { atMost: 3 })).toBe(false);
  });

  test('tells the measure, the bound and the value', () => {
    expect(judge(measuresOf({ lost: 2 }), { lost: { atMost: 0 } })).toEqual([
      { measure: 'lost', bound: { atMost: 0 }, value: 2, passed: false },
    ]);
  });
});

test('what nothing was said of is not judged, and the rest comes in the order of the measures', () => {
  const verdicts = judge(measuresOf({ lost: 0, healthyPeak: 1, recovery: 9 }), {
    lost: { atMost: 0 },
    recovery: undefined,
    healthyPeak: { atMost: 1.3 },
  });
  expect(verdicts.map(({ measure }) => measure)).toEqual(['healthyPeak', 'lost']);
});
