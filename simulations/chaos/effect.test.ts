import { describe, expect, test } from 'vitest';
import type { How } from '../../infra/local/breakage.ts';
import { shortcomings } from './effect.ts';
import { createLedger } from './ledger.ts';
import type { FaultResult } from './run-fault.ts';

const NOTHING = { refusedPublishes: 3, unconfirmedPublishes: 3, cutStreams: 3 };

function result(part: string, how: How, changes: Partial<FaultResult> = {}, events = 100): FaultResult {
  return {
    fault: { part, how, name: `${part}=${how}`, broker: 'embedded', forMs: 1_000, lingerMs: 0 },
    outcome: { ...createLedger().outcomeOf(0), events },
    restarts: 0,
    redeliveries: 0,
    settledInMs: 0,
    isCutShort: false,
    shortcomings: [],
    ...changes,
  };
}

describe('a fault proves nothing', () => {
  test('when no event was published', () => {
    expect(shortcomings(result('redis', 'kill', {}, 0), undefined, undefined)).toEqual(['no event was published']);
    expect(shortcomings(result('redis', 'kill'), undefined, undefined)).toEqual([]);
  });

  test.each([
    ['refuse', 'refusedPublishes', 'Pub/Sub never refused a publish'],
    ['lose-confirmations', 'unconfirmedPublishes', 'Pub/Sub never left a publish unconfirmed'],
    ['cut', 'cutStreams', 'Pub/Sub never cut a stream'],
  ] as const)('when pubsub=%s has not moved its count', (how, count, said) => {
    const others = { refusedPublishes: 4, unconfirmedPublishes: 4, cutStreams: 4, [count]: 3 };
    expect(shortcomings(result('pubsub', how), NOTHING, others)).toEqual([said]);
    expect(shortcomings(result('pubsub', how), NOTHING, { ...NOTHING, [count]: 4 })).toEqual([]);
    expect(shortcomings(result('pubsub', how), undefined, undefined)).toEqual([said]);
  });

  test('when Pub/Sub was to do everything wrong and has counted nothing', () => {
    expect(shortcomings(result('pubsub', 'all'), NOTHING, NOTHING)).toHaveLength(1);
    expect(shortcomings(result('pubsub', 'all'), NOTHING, { ...NOTHING, cutStreams: 4 })).toEqual([]);
  });

  test.each(['duplicate', 'drop-acks'] as const)('when nothing came again under pubsub=%s', (how) => {
    expect(shortcomings(result('pubsub', how), NOTHING, NOTHING)).toEqual(['nothing was delivered again']);
    expect(shortcomings(result('pubsub', how, { redeliveries: 1 }), NOTHING, NOTHING)).toEqual([]);
  });

  test('but not when it was cut short', () => {
    expect(shortcomings(result('pubsub', 'refuse', { isCutShort: true }, 0), NOTHING, NOTHING)).toEqual([]);
  });
});
