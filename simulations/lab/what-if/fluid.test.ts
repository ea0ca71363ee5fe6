import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drainedAfterS, type FluidCase, runFluid } from './fluid.ts';

const STEP_S = 0.5;

/** 10 events a second, a model that could answer 40, two minutes of outage; nothing in the way of the drain. */
const CASE: FluidCase = {
  arrivals: 10,
  fromS: 20,
  toS: 140,
  patienceS: 600,
  perPod: 40,
  pods: { min: 1, max: 1, step: 4, target: 0.7, lagMs: 30_000, everyMs: 15_000 },
  maxBusyPods: 100,
  efficiency: 1,
  backlogShare: 0.2,
  returnWithinS: STEP_S,
  probeEveryS: 2,
  backoffS: { min: 1, max: 10 },
  slots: 10_000,
  holdS: 0.02,
  turnS: 1_000,
  maxAgeS: 86_400,
};

const run = (changes: Partial<FluidCase> = {}) => runFluid({ ...CASE, ...changes }, STEP_S);
const at = (series: readonly number[], second: number) => series[Math.round(second / STEP_S) - 1]!;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('while the model is gone', () => {
  test('every event that concerns it leaves an entry', () => {
    const { depth } = run();
    expect(at(depth, 20)).toBe(0);
    expect(at(depth, 80)).toBeCloseTo(60 * 10);
    expect(at(depth, 140)).toBeCloseTo(120 * 10);
  });

  test('an entry is delivered at once, and after the pauses of its failures', () => {
    const { deliveries } = run({ toS: 200, arrivals: 10 });
    const until = (second: number) => sum(deliveries.slice(0, second / STEP_S));
    // The first step's 5 entries: at 20, 21, 23, 27, 35, 45 seconds, and so on.
    expect(until(21)).toBeCloseTo(10);
    expect(until(22)).toBeCloseTo(10 + 20);
  });

  test('deliveries per second tend to the arrivals of each pause and one for each longest pause of what waits', () => {
    const { deliveries, depth } = run({ toS: 2_020 });
    const perSecond = sum(deliveries.slice(-2 / STEP_S + 2_020 / STEP_S, 2_020 / STEP_S)) / 2;
    const waiting = at(depth, 2_020);
    // Entries in pauses of 1, 2, 4 and 8 s come more often than every 10 s: one delivery each, in place of 0.1, 0.2, ...
    const early = 10 * (1 + 4 - (1 + 2 + 4 + 8) / 10);
    expect(perSecond).toBeGreaterThan(0.99 * (waiting / 10 + early));
    expect(perSecond).toBeLessThan(1.01 * (waiting / 10 + early));
  });

  test('intakes that are full bound the deliveries', () => {
    const { deliveries } = run({ slots: 1, holdS: 0.02, toS: 520 });
    const later = deliveries.slice(300 / STEP_S, 500 / STEP_S);
    expect(Math.max(...later) / STEP_S).toBeLessThanOrEqual(50 + 10 + 1e-6);
  });

  test('an entry that is delivered when it is too old is given up', () => {
    const { abandoned, oldestS } = run({ toS: 620, maxAgeS: 300 });
    // Those of the first 300 s, and what is delivered next only after the return.
    expect(abandoned).toBeGreaterThan(10 * 290);
    expect(abandoned).toBeLessThan(10 * 311);
    expect(oldestS).toBeGreaterThan(300);
    expect(oldestS).toBeLessThan(311);
  });
});

describe('when the model is back', () => {
  test('what is owed leaves at the capacity that live traffic leaves free', () => {
    const result = run();
    const bestS = (120 * 10) / (40 - 10);
    expect(drainedAfterS(result, 140, 0.01)).toBeGreaterThan(bestS - 1);
    expect(drainedAfterS(result, 140, 0.01)).toBeLessThan(bestS + 2);
  });

  test('it takes longer by the efficiency', () => {
    const drainS = drainedAfterS(run({ efficiency: 0.5 }), 140, 0.01)!;
    expect(drainS).toBeCloseTo((120 * 10) / (20 - 10), -1);
  });

  test('replicas that come back one by one lose half the time in which they do', () => {
    const lossS = drainedAfterS(run({ returnWithinS: 8 }), 140, 0.01)! - drainedAfterS(run(), 140, 0.01)!;
    // In 8 s, half of the model's 40 a second is not used.
    expect(lossS).toBeGreaterThan(((8 / 2) * 40) / 30 - 1.5);
    expect(lossS).toBeLessThan(((8 / 2) * 40) / 30 + 1.5);
  });

  test('entries in a long pause wait for its end, however fast the model is', () => {
    const drainS = drainedAfterS(run({ perPod: 10_000, backoffS: { min: 1, max: 600 } }), 140, 0.01)!;
    // The last pause of an entry that came with the outage: 64 s.
    expect(drainS).toBeGreaterThan(40);
    expect(drainS).toBeLessThan(66);
  });

  test('a model that is asked for less than live traffic needs never catches up', () => {
    const result = run({ efficiency: 0.2 });
    expect(drainedAfterS(result, 140, 0.01)).toBeUndefined();
    expect(result.depth.at(-1)).toBeGreaterThan(1_200);
  });

  test('pods that are added drain faster', () => {
    const fixed = drainedAfterS(run(), 140, 0.01)!;
    const scaling = { ...CASE.pods, max: 4, lagMs: 1_000 };
    expect(drainedAfterS(run({ pods: scaling }), 140, 0.01)).toBeLessThan(fixed);
    expect(drainedAfterS(run({ pods: scaling, maxBusyPods: 1 }), 140, 0.01)).toBe(fixed);
  });

  test('what can not be served within its turn is given back, and comes again', () => {
    const patient = run({ slots: 10_000, turnS: 1_000 });
    const impatient = run({ slots: 10_000, turnS: 5 });
    const deliveredSince = (result: typeof patient) => sum(result.deliveries.slice(140 / STEP_S));
    expect(deliveredSince(impatient)).toBeGreaterThan(deliveredSince(patient));
    expect(drainedAfterS(impatient, 140, 0.01)).toBeLessThan(60);
  });
});

test('nothing is lost or made up: what entered has left, was given up, or is still there', () => {
  fc.assert(
    fc.property(
      fc.record({
        arrivals: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
        efficiency: fc.double({ min: 0.1, max: 1, noNaN: true }),
        slots: fc.integer({ min: 1, max: 5_000 }),
        turnS: fc.integer({ min: 0, max: 30 }),
        returnWithinS: fc.integer({ min: 1, max: 20 }),
        maxAgeS: fc.constantFrom(30, 86_400),
        backoffS: fc.record({ min: fc.constantFrom(0, 1, 10), max: fc.constantFrom(10, 60, 600) }),
      }),
      (changes) => {
        const { depth, entries, abandoned, deliveries } = run({ ...changes, patienceS: 200 });
        expect(Math.min(...depth)).toBeGreaterThan(-1e-6 * entries);
        expect(depth.at(-1)).toBeLessThanOrEqual(entries * (1 + 1e-9));
        expect(abandoned).toBeLessThanOrEqual(entries * (1 + 1e-9));
        expect(Math.min(...deliveries)).toBeGreaterThanOrEqual(0);
        expect(sum(deliveries)).toBeGreaterThanOrEqual(abandoned - 1e-6);
      },
    ),
    { numRuns: 50 },
  );
});

test('storage counts what is older than the free time, in entry-seconds', () => {
  const result = run({ toS: 20 + 1_200, patienceS: 1 });
  // 10 a second for 20 min, each kept for 10 min on average.
  expect(result.storedBeyond(0) / (10 * 1_200 * 600)).toBeCloseTo(1, 1);
  expect(result.storedBeyond(7_200)).toBe(0);
});
