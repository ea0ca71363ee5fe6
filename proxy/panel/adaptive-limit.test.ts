import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAdaptiveLimit } from './adaptive-limit.ts';

interface Call {
  readonly inputs?: number;
  readonly tookMs?: number;
  readonly hadDemand?: boolean;
}

const IN_TIME_MS = 100;
const LATE_MS = 250;

/** A limit whose calls follow each other: each begins when the one before it has ended. */
function rig(concurrency: { initial: number; max: number }, { batch = 1, timeoutMs = 300 } = {}) {
  const limit = createAdaptiveLimit({ ...concurrency, batch, timeoutMs });
  let nowMs = 0;
  const passed = (tookMs: number) => {
    nowMs += 1;
    const startedAtMs = nowMs;
    nowMs += tookMs;
    return { startedAtMs, endedAtMs: nowMs };
  };
  return {
    limit,
    succeed(times: number, { inputs = limit.batch, tookMs = IN_TIME_MS, hadDemand = true }: Call = {}) {
      for (let call = 0; call < times; call++) limit.succeeded({ inputs, ...passed(tookMs), hadDemand });
    },
    fail(times = 1) {
      for (let call = 0; call < times; call++) {
        const { startedAtMs, endedAtMs } = passed(IN_TIME_MS);
        limit.failed(startedAtMs, endedAtMs);
      }
    },
    slowStart() {
      limit.slowStart(nowMs);
    },
    /** Calls, and the inputs of each. */
    get size() {
      return [limit.current, limit.batch];
    },
  };
}

describe('the limit', () => {
  test('begins where it is told to, with full batches', () => {
    expect(rig({ initial: 8, max: 64 }, { batch: 32 }).size).toEqual([8, 32]);
  });

  test('grows by one call for a round of successes under demand, up to its maximum', () => {
    const { limit, succeed } = rig({ initial: 5, max: 7 });
    succeed(4);
    expect(limit.current).toBe(5);
    succeed(1);
    expect(limit.current).toBe(6);
    succeed(5);
    expect(limit.current).toBe(6);
    succeed(1);
    expect(limit.current).toBe(7);
    succeed(100);
    expect(limit.current).toBe(7);
  });

  test('grows after four calls at the least', () => {
    const { limit, succeed } = rig({ initial: 1, max: 64 });
    succeed(3);
    expect(limit.current).toBe(1);
    succeed(1);
    expect(limit.current).toBe(2);
  });

  test('does not grow where it is not reached', () => {
    const { limit, succeed } = rig({ initial: 4, max: 64 });
    succeed(1_000, { hadDemand: false });
    expect(limit.current).toBe(4);
  });
});

describe('a fault', () => {
  test('lowers it to 70 %, and a round of successes begins anew', () => {
    const { limit, succeed, fail } = rig({ initial: 10, max: 64 });
    succeed(9);
    fail();
    expect(limit.current).toBe(7);
    succeed(6);
    expect(limit.current).toBe(7);
    succeed(1);
    expect(limit.current).toBe(8);
  });

  test('lowers it once for all calls that were under way at the same time', () => {
    const { limit } = rig({ initial: 10, max: 64 });
    limit.failed(100, 150);
    for (const startedAtMs of [100, 120, 150]) limit.failed(startedAtMs, 400);
    expect(limit.current).toBe(7);
    limit.failed(151, 500);
    expect(limit.current).toBe(4);
  });

  test('lowers it below one call, to a smaller part of a batch each time, down to a single input', () => {
    const seat = rig({ initial: 1, max: 8 }, { batch: 32 });
    const batches: number[] = [];
    for (let fault = 0; fault < 12; fault++) {
      seat.fail();
      expect(seat.limit.current).toBe(1);
      batches.push(seat.limit.batch);
    }
    expect(batches).toEqual([22, 15, 10, 7, 4, 2, 1, 1, 1, 1, 1, 1]);
  });

  test('ends the slow start', () => {
    const seat = rig({ initial: 8, max: 64 });
    seat.slowStart();
    seat.succeed(3, { hadDemand: false });
    expect(seat.limit.current).toBe(4);
    seat.fail();
    expect(seat.limit.current).toBe(2);
    seat.succeed(3);
    expect(seat.limit.current).toBe(2);
  });
});

describe('below one call', () => {
  test('it grows by an eighth for a round of successes, by one input at the least, and so it does above', () => {
    const seat = rig({ initial: 1, max: 2 }, { batch: 32 });
    seat.fail(7);
    const batches: number[] = [];
    while (seat.limit.current === 1) {
      batches.push(seat.limit.batch);
      seat.succeed(4, { hadDemand: true });
    }
    expect(batches).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 17, 20, 23, 26, 30]);
    expect(seat.size).toEqual([2, 17]);
    seat.succeed(1_000);
    expect(seat.size).toEqual([2, 32]);
  });

  test('it comes back to a full call, and no further, where nothing waits', () => {
    const seat = rig({ initial: 2, max: 8 }, { batch: 32 });
    seat.fail(10);
    seat.succeed(1_000, { inputs: 1, hadDemand: false });
    expect(seat.size).toEqual([1, 32]);
  });
});

describe('late answers', () => {
  const known = () => {
    const seat = rig({ initial: 8, max: 64 }, { batch: 4, timeoutMs: 300 });
    seat.succeed(8, { hadDemand: false });
    return seat;
  };

  test('lower it when they are three quarters of a round', () => {
    const seat = known();
    seat.succeed(2);
    seat.succeed(5, { tookMs: LATE_MS });
    expect(seat.limit.current).toBe(8);
    seat.succeed(1, { tookMs: LATE_MS });
    expect(seat.limit.current).toBe(6);
  });

  test('do not lower it where they are fewer', () => {
    const seat = known();
    for (let round = 0; round < 10; round++) {
      seat.succeed(3);
      seat.succeed(5, { tookMs: LATE_MS });
      expect(seat.limit.current).toBe(8);
    }
  });

  test('lower it by rounds of four calls at the least, down to a single input', () => {
    const seat = known();
    seat.succeed(8 + 6 + 4, { inputs: 4, tookMs: LATE_MS });
    expect(seat.size).toEqual([3, 4]);
    seat.succeed(3, { inputs: 4, tookMs: LATE_MS });
    expect(seat.size).toEqual([3, 4]);
    seat.succeed(1, { inputs: 4, tookMs: LATE_MS });
    expect(seat.size).toEqual([2, 4]);
    seat.succeed(40, { inputs: 4, tookMs: LATE_MS });
    expect(seat.size).toEqual([1, 1]);
  });

  test('make up for one in time each: with as many late as in time it does not grow', () => {
    const seat = known();
    for (let call = 0; call < 50; call++) {
      seat.succeed(1);
      seat.succeed(1, { tookMs: LATE_MS });
    }
    expect(seat.limit.current).toBe(8);
    seat.succeed(8);
    expect(seat.limit.current).toBe(9);
  });

  test('are not those within half of the model’s time, however fast it usually is', () => {
    const seat = rig({ initial: 8, max: 64 }, { timeoutMs: 300 });
    seat.succeed(8, { tookMs: 5, hadDemand: false });
    seat.succeed(80, { tookMs: 150, hadDemand: false });
    expect(seat.limit.current).toBe(8);
    seat.succeed(8, { tookMs: 151, hadDemand: false });
    expect(seat.limit.current).toBe(5);
  });

  test('are not those within 1.6 times the model’s pace, which may be most of its time', () => {
    const seat = rig({ initial: 8, max: 64 }, { timeoutMs: 300 });
    seat.succeed(8, { tookMs: 195, hadDemand: false });
    seat.succeed(100, { tookMs: 290, hadDemand: false });
    expect(seat.limit.current).toBe(8);
  });

  test('tell nothing when their calls began before the limit fell', () => {
    const { limit } = rig({ initial: 8, max: 64 }, { timeoutMs: 300 });
    for (let call = 0; call < 8; call++)
      limit.succeeded({ inputs: 1, startedAtMs: 0, endedAtMs: 100, hadDemand: false });
    const late = { inputs: 1, startedAtMs: 200, endedAtMs: 450, hadDemand: false };
    for (let call = 0; call < 8 + 40; call++) limit.succeeded(late);
    expect(limit.current).toBe(5);
    limit.failed(440, 460);
    expect(limit.current).toBe(5);
    for (let call = 0; call < 5; call++) limit.succeeded({ ...late, startedAtMs: 451, endedAtMs: 701 });
    expect(limit.current).toBe(3);
  });

  test('of a model that has become slower for good lower it for a while only', () => {
    const seat = rig({ initial: 8, max: 16 }, { batch: 32, timeoutMs: 300 });
    seat.succeed(1, { inputs: 1, tookMs: 90 });
    seat.succeed(8, { tookMs: 100 });
    seat.succeed(100, { tookMs: 220 });
    expect(seat.size[1]).toBeLessThan(32);
    seat.succeed(2_000, { tookMs: 220 });
    expect(seat.size).toEqual([16, 32]);
  });
});

describe('after the model was gone', () => {
  test('it begins with one input and doubles in each round until it is where it began', () => {
    const seat = rig({ initial: 8, max: 64 }, { batch: 4 });
    seat.slowStart();
    const rounds = [seat.size];
    while (seat.limit.current < 8) {
      seat.succeed(seat.limit.current, { hadDemand: false });
      rounds.push(seat.size);
    }
    expect(rounds).toEqual([
      [1, 1],
      [1, 2],
      [1, 4],
      [2, 4],
      [4, 4],
      [8, 4],
    ]);
    seat.succeed(7);
    expect(seat.limit.current).toBe(8);
    seat.succeed(1);
    expect(seat.limit.current).toBe(9);
  });

  test('it does not double by a late answer, and falls by a round of them', () => {
    const seat = rig({ initial: 8, max: 64 }, { batch: 4, timeoutMs: 300 });
    seat.succeed(1, { inputs: 1 });
    seat.slowStart();
    seat.succeed(1, { tookMs: IN_TIME_MS });
    seat.succeed(2, { inputs: 1, tookMs: LATE_MS });
    expect(seat.size).toEqual([1, 2]);
    seat.succeed(1, { inputs: 1, tookMs: LATE_MS });
    expect(seat.size).toEqual([1, 1]);
    // The slow start is over.
    seat.succeed(3);
    expect(seat.size).toEqual([1, 1]);
  });

  test('what was asked before does not count, in time or not', () => {
    const { limit } = rig({ initial: 8, max: 64 });
    limit.slowStart(1_000);
    limit.failed(900, 1_100);
    for (let call = 0; call < 10; call++)
      limit.succeeded({ inputs: 1, startedAtMs: 950, endedAtMs: 1_050, hadDemand: true });
    expect(limit.current).toBe(1);
    limit.succeeded({ inputs: 1, startedAtMs: 1_001, endedAtMs: 1_100, hadDemand: true });
    expect(limit.current).toBe(2);
  });

  test('it ends at once where a single call is what it began with', () => {
    const seat = rig({ initial: 1, max: 2 });
    seat.slowStart();
    seat.succeed(10, { hadDemand: false });
    expect(seat.limit.current).toBe(1);
  });
});

test('it stays within its bounds, moves only the way that the call went, and not twice for calls at the same time', () => {
  const happening = fc.oneof(
    fc.record({
      kind: fc.constant('succeeded' as const),
      agoMs: fc.nat(1_000),
      inputs: fc.nat(99),
      hadDemand: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('failed' as const), agoMs: fc.nat(1_000) }),
    fc.record({ kind: fc.constant('slowStart' as const) }),
  );
  const options = fc
    .tuple(
      fc.integer({ min: 1, max: 100 }),
      fc.nat(100),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 1_000 }),
    )
    .map(([initial, more, batch, timeoutMs]) => ({ initial, max: initial + more, batch, timeoutMs }));
  const steps = fc.array(fc.record({ happening, pauseMs: fc.nat(300) }), { maxLength: 300 });
  fc.assert(
    fc.property(options, steps, (given, happenings) => {
      const limit = createAdaptiveLimit(given);
      const room = () => limit.current * limit.batch;
      let nowMs = 1_000;
      let fellAtMs = Number.NEGATIVE_INFINITY;
      for (const { happening: one, pauseMs } of happenings) {
        nowMs += pauseMs;
        const before = room();
        const startedAtMs = one.kind === 'slowStart' ? nowMs : nowMs - one.agoMs;
        if (one.kind === 'succeeded') {
          const inputs = 1 + (one.inputs % given.batch);
          limit.succeeded({ inputs, startedAtMs, endedAtMs: nowMs, hadDemand: one.hadDemand });
          expect(room()).toBeLessThanOrEqual(Math.max(2 * before, before + given.batch));
        } else if (one.kind === 'failed') {
          limit.failed(startedAtMs, nowMs);
          expect(room()).toBeLessThanOrEqual(before);
        } else {
          limit.slowStart(nowMs);
          expect(room()).toBe(1);
          fellAtMs = nowMs;
        }
        if (startedAtMs <= fellAtMs && one.kind !== 'slowStart') expect(room()).toBe(before);
        if (room() < before) {
          expect(room()).toBeGreaterThanOrEqual(
            one.kind === 'slowStart' ? 1 : Math.max(1, Math.floor(before * 0.7) - given.batch + 1),
          );
          fellAtMs = nowMs;
        }
        expect(Number.isInteger(limit.current) && Number.isInteger(limit.batch)).toBe(true);
        expect(limit.current).toBeGreaterThanOrEqual(1);
        expect(limit.current).toBeLessThanOrEqual(given.max);
        expect(limit.batch).toBeGreaterThanOrEqual(1);
        expect(limit.batch).toBeLessThanOrEqual(given.batch);
        // As few calls as can have them.
        if (limit.current > 1) expect((limit.current - 1) * given.batch).toBeLessThan(room());
      }
    }),
  );
});
