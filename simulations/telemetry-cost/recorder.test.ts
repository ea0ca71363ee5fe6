import { expect, test } from 'vitest';
import type { Events } from '../../proxy/telemetry/events.ts';
import { SILENT } from '../world/silent-events.ts';
import { createRecorder, type RecorderOptions } from './recorder.ts';

function rig(options: Partial<RecorderOptions> = {}, told: Partial<Events> = {}) {
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    pass(ms: number) {
      nowMs += ms;
    },
  };
  const recorder = createRecorder({ skip: 0, maxCalls: 100, timeEvery: 1_000, now: clock.now, ...options });
  return { recorder, clock, events: recorder.listenTo({ ...SILENT, ...told }) };
}

test('what is told is noted with all that was said, and passed on', () => {
  const heard: unknown[] = [];
  const { recorder, events } = rig({}, { settled: (...args) => void heard.push(args) });
  events.received('items');
  events.settled('items', 'decided');
  events.seller.fetched(0, 12);
  expect(heard).toEqual([['items', 'decided']]);
  expect(recorder.recording.calls).toEqual([
    { name: 'received', args: ['items'] },
    { name: 'settled', args: ['items', 'decided'] },
    { name: 'seller.fetched', args: [0, 12] },
  ]);
});

test('items that warm the program up are passed on without being noted', () => {
  const heard: string[] = [];
  const { recorder, events } = rig({ skip: 2 }, { received: (intake) => void heard.push(intake) });
  for (let item = 0; item < 5; item++) {
    events.received('items');
    events.settled('items', 'decided');
  }
  expect(heard).toHaveLength(5);
  const { items, received, calls } = recorder.recording;
  expect([items, received, calls.length]).toEqual([3, 5, 6]);
});

test('what comes from the backlog is noted, and is no further item', () => {
  const { recorder, events } = rig();
  events.received('items');
  events.received('backlog');
  expect([recorder.recording.items, recorder.recording.calls.length]).toEqual([1, 2]);
});

test('a record that is full is said to be cut, and all is passed on all the same', () => {
  let heard = 0;
  const { recorder, events } = rig({ maxCalls: 2 }, { received: () => void heard++ });
  for (let item = 0; item < 2; item++) events.received('items');
  expect(recorder.recording.isCut).toBe(false);
  events.received('items');
  expect([recorder.recording.calls.length, recorder.recording.isCut, heard]).toEqual([2, true, 3]);
});

test('one in so many calls of a function is timed', () => {
  const { recorder, events, clock } = rig({ timeEvery: 2 }, { coalesced: () => clock.pass(3) });
  events.received('items');
  for (let call = 0; call < 5; call++) events.coalesced('weapons');
  expect(recorder.recording.timed.get('coalesced')).toEqual([3, 3]);
  expect(recorder.recording.timed.get('received')).toEqual([]);
});
