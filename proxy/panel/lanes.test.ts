import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLanes, type Lane, type Waiting } from './lanes.ts';

interface Numbered extends Waiting {
  readonly number: number;
}

let made = 0;
const waiting = (lane: Lane, size = 1, leaveByMs = Number.POSITIVE_INFINITY): Numbered => ({
  lane,
  size,
  leaveByMs,
  number: made++,
});

function lanesOf(backlogShare: number, ...all: readonly Numbered[]) {
  const lanes = createLanes<Numbered>(backlogShare);
  for (const one of all) lanes.add(one);
  return lanes;
}
const many = (count: number, lane: Lane, size = 1) => Array.from({ length: count }, () => waiting(lane, size));
const NO_BYTES_LIMIT = Number.MAX_SAFE_INTEGER;
const lanesIn = (batch: readonly Waiting[]) => batch.map(({ lane }) => lane);

/** Takes batches while both lanes are kept full, and says which part of the inputs and of the bytes was the backlog's. */
function underPressure(share: number, batches: number, max: number, maxBytes: number, sizes: Record<Lane, number>) {
  const lanes = createLanes<Numbered>(share);
  const taken: Numbered[] = [];
  for (let batch = 0; batch < batches; batch++) {
    while (lanes.count('live') < max) lanes.add(waiting('live', sizes.live));
    while (lanes.count('backlog') < max) lanes.add(waiting('backlog', sizes.backlog));
    taken.push(...lanes.take({ max, maxBytes }));
  }
  return taken.filter(({ lane }) => lane === 'backlog').length / taken.length;
}

describe('the lanes', () => {
  test('lose nothing, repeat nothing, and keep the order within a lane', () => {
    const all = fc.array(
      fc.record({ lane: fc.constantFrom<Lane>('live', 'backlog'), size: fc.integer({ min: 1, max: 20 }) }),
    );
    const limits = fc.record({ max: fc.integer({ min: 1, max: 5 }), maxBytes: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(all, limits, fc.double({ min: 0.01, max: 1, noNaN: true }), (given, batchLimits, share) => {
        const added = given.map(({ lane, size }) => waiting(lane, size));
        const lanes = lanesOf(share, ...added);
        const taken: Numbered[] = [];
        while (lanes.size > 0) {
          const batch = lanes.take(batchLimits);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(batchLimits.max);
          const bytes = batch.reduce((sum, { size }) => sum + size, 0);
          expect(bytes <= batchLimits.maxBytes || batch.length === 1).toBe(true);
          taken.push(...batch);
        }
        for (const lane of ['live', 'backlog'] as const) {
          expect(taken.filter((one) => one.lane === lane)).toEqual(added.filter((one) => one.lane === lane));
        }
      }),
    );
  });

  test('fill a batch from the other lane where one has too little', () => {
    const lanes = lanesOf(0.2, ...many(2, 'backlog'), ...many(2, 'live'));
    expect(lanesIn(lanes.take({ max: 8, maxBytes: NO_BYTES_LIMIT })).toSorted()).toEqual([
      'backlog',
      'backlog',
      'live',
      'live',
    ]);
    expect(lanes.take({ max: 8, maxBytes: NO_BYTES_LIMIT })).toEqual([]);
  });

  test('let the live traffic go first where there is room for one lane only', () => {
    const lanes = lanesOf(0.2, ...many(4, 'backlog'), ...many(4, 'live'));
    expect(lanesIn(lanes.take({ max: 4, maxBytes: NO_BYTES_LIMIT }))).toEqual(['live', 'live', 'live', 'live']);
  });

  test('let a single input above the limit of bytes go alone', () => {
    const lanes = lanesOf(0.2, waiting('live', 100), waiting('live', 1), waiting('live', 1));
    expect(lanes.take({ max: 8, maxBytes: 10 })).toHaveLength(1);
    expect(lanes.take({ max: 8, maxBytes: 10 })).toHaveLength(2);
  });

  test.each([
    ['single inputs', 1, NO_BYTES_LIMIT, { live: 1, backlog: 1 }],
    ['batches of 32', 32, NO_BYTES_LIMIT, { live: 1, backlog: 1 }],
    ['batches of 32 that are full of bytes', 32, 100, { live: 40, backlog: 40 }],
    ['batches that one live input fills', 32, 100, { live: 100, backlog: 100 }],
  ])('give the backlog its share while live traffic waits too, in %s', (_what, max, maxBytes, sizes) => {
    for (const share of [0.1, 0.2, 0.5]) {
      expect(underPressure(share, 400, max, maxBytes, sizes)).toBeCloseTo(share, 1);
    }
  });

  test('starve neither lane, whatever the share, the limits and the sizes', () => {
    const size = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        size,
        size,
        (share, max, live, backlog) => {
          const part = underPressure(share, 300, max, 100, { live, backlog });
          expect(part).toBeGreaterThan(0);
          expect(part).toBeLessThan(1);
        },
      ),
    );
  });

  test('let a live input leave that is too large to share a batch, while the backlog has its share of each', () => {
    const lanes = lanesOf(0.5, ...many(200, 'backlog', 30), waiting('live', 90), waiting('live', 90));
    const batches = Array.from({ length: 8 }, () => lanesIn(lanes.take({ max: 4, maxBytes: 100 })));
    expect(batches.filter((batch) => batch.includes('live'))).toEqual([['live'], ['live']]);
  });

  test('let the backlog save nothing up while it is alone or away', () => {
    const lanes = lanesOf(0.5, ...many(100, 'backlog'));
    for (let batch = 0; batch < 20; batch++) lanes.take({ max: 4, maxBytes: NO_BYTES_LIMIT });
    for (const one of many(4, 'live')) lanes.add(one);
    expect(lanesIn(lanes.take({ max: 4, maxBytes: NO_BYTES_LIMIT }))).toEqual(['live', 'live', 'live', 'live']);
  });

  test('take out what has expired, and leave the rest in order', () => {
    const [a, b, c, d] = [
      waiting('live', 1, 100),
      waiting('live', 1, 101),
      waiting('backlog', 1, 99),
      waiting('backlog', 1, 500),
    ];
    const lanes = lanesOf(0.2, a, b, c, d);
    expect(lanes.expire(98)).toEqual([]);
    expect(lanes.expire(100)).toEqual([a, c]);
    expect([lanes.size, lanes.count('live'), lanes.count('backlog')]).toEqual([2, 1, 1]);
    expect(lanes.take({ max: 8, maxBytes: NO_BYTES_LIMIT })).toEqual([b, d]);
  });

  test('can be cleared', () => {
    const [a, b] = [waiting('live'), waiting('backlog')];
    const lanes = lanesOf(0.2, a, b);
    expect(lanes.clear()).toEqual([a, b]);
    expect([lanes.size, lanes.clear()]).toEqual([0, []]);
  });
});
