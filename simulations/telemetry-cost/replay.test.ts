import { expect, test } from 'vitest';
import type { Events } from '../../proxy/telemetry/events.ts';
import { SILENT } from '../world/silent-events.ts';
import type { Call, Recording } from './recorder.ts';
import { cpuOf, replay } from './replay.ts';

/** A processor that is as quick as it is told. */
function processor() {
  let micros = 0;
  return {
    cpuMicros: () => micros,
    work(by: number) {
      micros += by;
    },
  };
}

function recordingOf(calls: readonly Call[], items: number, timed: Recording['timed'] = new Map()): Recording {
  return { calls, items, received: items, isCut: false, timed };
}

const received: Call = { name: 'received', args: ['items'] };
const fetched: Call = { name: 'seller.fetched', args: [0, 5] };

test('what a function costs per item is what it takes beyond being called, the costliest first', () => {
  const { cpuMicros, work } = processor();
  const shipped: Events = {
    ...SILENT,
    received: () => work(3),
    seller: { ...SILENT.seller, fetched: () => work(21) },
  };
  const silent: Events = { ...SILENT, received: () => work(1), seller: { ...SILENT.seller, fetched: () => work(1) } };
  const recording = recordingOf([received, fetched, received], 2);
  const { eventsMicros, functions } = replay({ recording, shipped, silent, rounds: 3, cpuMicros });
  expect(eventsMicros).toBe(12);
  expect(functions).toEqual([
    { name: 'seller.fetched', callsPerItem: 0.5, micros: 10 },
    { name: 'received', callsPerItem: 1, micros: 2 },
  ]);
});

test('calls are replayed with what was said, in the order of the run', () => {
  const heard: unknown[] = [];
  const shipped: Events = {
    ...SILENT,
    received: (...args) => void heard.push(args),
    settled: (...args) => void heard.push(args),
  };
  const calls = [received, { name: 'settled', args: ['items', 'decided'] }];
  replay({ recording: recordingOf(calls, 1), shipped, silent: SILENT, rounds: 1, cpuMicros: () => 0 });
  expect(heard.slice(0, 4)).toEqual([['items'], ['items', 'decided'], ['items'], ['items', 'decided']]);
});

test('a round that was disturbed does not count', () => {
  const { cpuMicros, work } = processor();
  let calls = 0;
  const shipped: Events = { ...SILENT, received: () => work(++calls === 5 ? 5_000 : 2) };
  const recording = recordingOf([received], 1);
  expect(replay({ recording, shipped, silent: SILENT, rounds: 3, cpuMicros }).eventsMicros).toBe(2);
});

test('what was timed in the run is told beside it, where something was', () => {
  const timed = new Map([
    ['received', [0.002, 0.004]],
    ['seller.fetched', []],
  ]);
  const recording = recordingOf([received, received, fetched], 1, timed);
  const { inPlaceMicros, functions } = replay({
    recording,
    shipped: SILENT,
    silent: SILENT,
    rounds: 1,
    cpuMicros: () => 0,
  });
  expect(inPlaceMicros).toBeCloseTo(6, 9);
  expect(functions.find(({ name }) => name === 'seller.fetched')).not.toHaveProperty('inPlaceMicros');
});

test('a call of a function that there is not ends the replay', () => {
  const recording = recordingOf([{ name: 'forgotten', args: [] }], 1);
  const options = { recording, shipped: SILENT, silent: SILENT, rounds: 1, cpuMicros: () => 0 };
  expect(() => replay(options)).toThrow('a call of forgotten');
});

test('what is done several times in a round is counted once', async () => {
  const { cpuMicros, work } = processor();
  expect(await cpuOf(() => work(40), { rounds: 3, times: 5, cpuMicros })).toBe(40);
});
