import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AdaptiveLimit, createAdaptiveLimit } from './adaptive-limit.ts';

function succeed(limit: AdaptiveLimit, times: number, hadDemand = true): void {
  for (let call = 0; call < times; call++) limit.succeeded(hadDemand);
}

describe('the limit', () => {
  test('begins where it is told to', () => {
    expect(createAdaptiveLimit({ initial: 8, max: 64 }).current).toBe(8);
  });

  test('grows by one for a round of successes under demand', () => {
    const limit = createAdaptiveLimit({ initial: 4, max: 64 });
    succeed(limit, 3);
    expect(limit.current).toBe(4);
    succeed(limit, 1);
    expect(limit.current).toBe(5);
    succeed(limit, 4);
    expect(limit.current).toBe(5);
    succeed(limit, 1);
    expect(limit.current).toBe(6);
  });

  test('does not grow where it is not reached', () => {
    const limit = createAdaptiveLimit({ initial: 4, max: 64 });
    succeed(limit, 1_000, false);
    expect(limit.current).toBe(4);
  });

  test('falls to 70 % by a fault, and a round of successes begins anew', () => {
    const limit = createAdaptiveLimit({ initial: 10, max: 64 });
    succeed(limit, 9);
    limit.failed(1, 2);
    expect(limit.current).toBe(7);
    succeed(limit, 6);
    expect(limit.current).toBe(7);
    succeed(limit, 1);
    expect(limit.current).toBe(8);
  });

  test('falls once for all calls that were under way at the same time', () => {
    const limit = createAdaptiveLimit({ initial: 10, max: 64 });
    limit.failed(100, 150);
    for (const startedAtMs of [100, 120, 150]) limit.failed(startedAtMs, 400);
    expect(limit.current).toBe(7);
    limit.failed(151, 500);
    expect(limit.current).toBe(4);
  });

  test('begins with one call after the model was gone, and doubles in each round until it is where it began', () => {
    const limit = createAdaptiveLimit({ initial: 8, max: 64 });
    limit.slowStart();
    expect(limit.current).toBe(1);
    const rounds = [limit.current];
    while (limit.current < 8) {
      succeed(limit, limit.current, false);
      rounds.push(limit.current);
    }
    expect(rounds).toEqual([1, 2, 4, 8]);
    succeed(limit, 7);
    expect(limit.current).toBe(8);
    succeed(limit, 1);
    expect(limit.current).toBe(9);
  });

  test('ends its slow start by a fault', () => {
    const limit = createAdaptiveLimit({ initial: 8, max: 64 });
    limit.slowStart();
    succeed(limit, 3, false);
    limit.failed(1, 2);
    expect(limit.current).toBe(2);
    succeed(limit, 1);
    expect(limit.current).toBe(2);
  });

  test('needs no slow start where it begins with one call', () => {
    const limit = createAdaptiveLimit({ initial: 1, max: 2 });
    limit.slowStart();
    succeed(limit, 10, false);
    expect(limit.current).toBe(1);
  });

  test('stays a whole number from 1 to its maximum, and moves only the way that the call went', () => {
    const happening = fc.oneof(
      fc.record({ kind: fc.constant('succeeded' as const), hadDemand: fc.boolean() }),
      fc.record({ kind: fc.constant('failed' as const), startedAtMs: fc.nat(1_000), tookMs: fc.nat(100) }),
      fc.record({ kind: fc.constant('slowStart' as const) }),
    );
    const options = fc
      .tuple(fc.integer({ min: 1, max: 100 }), fc.nat(100))
      .map(([initial, more]) => ({ initial, max: initial + more }));
    fc.assert(
      fc.property(options, fc.array(happening, { maxLength: 200 }), (given, happenings) => {
        const limit = createAdaptiveLimit(given);
        for (const one of happenings) {
          const before = limit.current;
          if (one.kind === 'succeeded') {
            limit.succeeded(one.hadDemand);
            expect(limit.current - before).toBeGreaterThanOrEqual(0);
            expect(limit.current - before).toBeLessThanOrEqual(1);
          } else if (one.kind === 'failed') {
            limit.failed(one.startedAtMs, one.startedAtMs + one.tookMs);
            expect([before, Math.max(1, Math.floor(before * 0.7))]).toContain(limit.current);
          } else limit.slowStart();
          expect(Number.isInteger(limit.current)).toBe(true);
          expect(limit.current).toBeGreaterThanOrEqual(1);
          expect(limit.current).toBeLessThanOrEqual(given.max);
        }
      }),
    );
  });
});
