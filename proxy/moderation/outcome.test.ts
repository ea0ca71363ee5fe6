import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText } from '../testing/arbitraries.ts';
import { abandoned, failed, pending } from './outcome.ts';

describe.each([
  ['pending', pending],
  ['failed', failed],
  ['abandoned', abandoned],
] as const)('an error text (%s)', (state, make) => {
  test('is kept as it is up to 200 characters', () => {
    const text = 'x'.repeat(200);
    expect(make(text)).toEqual({ state, error: text });
  });

  test('is cut beyond that, and never through the middle of a character', () => {
    expect(make('x'.repeat(10_000)).error).toBe('x'.repeat(200));
    expect(make(`${'x'.repeat(199)}🍵`).error).toBe(`${'x'.repeat(199)}\ufffd`);
    fc.assert(
      fc.property(anyText, (text) => {
        expect(make(text.repeat(100)).error.isWellFormed()).toBe(true);
      }),
    );
  });
});
