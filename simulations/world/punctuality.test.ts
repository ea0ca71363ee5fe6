import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { witnessOf } from '../testing/witness.ts';
import type { Host } from './host.ts';
import { createPunctuality } from './punctuality.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const one: Host = { name: 'one', isUp: true };
const crashed: Host = { name: 'crashed', isUp: false };

function rig({ publishesWork = true } = {}) {
  const witness = witnessOf();
  const punctuality = createPunctuality({
    witness,
    itemIdOf: () => 'item',
    boundMs: 12_000,
    passBoundMs: 13_000,
    perReturnMs: 30_000,
    publishesWorkedSince: () => publishesWork,
  });
  return { punctuality, whats: () => witness.violations.map(({ what }) => what) };
}

test('an event is acknowledged within its bound', () => {
  const { punctuality, whats } = rig();
  punctuality.published('1');
  punctuality.published('2');
  punctuality.delivered(one, '1');
  punctuality.delivered(one, '2');
  vi.advanceTimersByTime(12_000);
  punctuality.acknowledging(one, '1');
  expect([whats(), punctuality.longestMs]).toEqual([[], 12_000]);
  vi.advanceTimersByTime(1);
  punctuality.acknowledging(one, '2');
  expect(whats()).toEqual(['event 2 took 12001 ms to its acknowledgement, at most 12000 (0 returns)']);
});

test('so is each pass within its own', () => {
  const { punctuality, whats } = rig();
  punctuality.nobodyReceived(0);
  punctuality.published('1');
  punctuality.nobodyReceived(60_000);
  punctuality.delivered(one, '1');
  vi.advanceTimersByTime(13_001);
  punctuality.acknowledging(one, '1');
  expect(whats()).toEqual(['the pass of event 1 took 13001 ms, at most 13000']);
});

test('what was lost by a crash, and the time in which nobody received, do not count', () => {
  const { punctuality, whats } = rig();
  punctuality.nobodyReceived(1_000_000);
  punctuality.published('1');
  punctuality.delivered(crashed, '1');
  punctuality.nobodyReceived(5_000);
  vi.advanceTimersByTime(47_000);
  punctuality.delivered(one, '1');
  punctuality.acknowledging(one, '1');
  expect(whats()).toEqual([]);
});

test('an event is never nacked, unless the broker refuses what replaces it or the replica shuts down', () => {
  const { punctuality, whats } = rig();
  punctuality.published('1');
  punctuality.nacked(one, '1', true);
  expect(whats()).toEqual([]);
  punctuality.nacked(one, '1', false);
  expect(whats()).toEqual(['event 1 is nacked although publishes work']);
  const troubled = rig({ publishesWork: false });
  troubled.punctuality.published('1');
  troubled.punctuality.nacked(one, '1', false);
  vi.advanceTimersByTime(100_000);
  troubled.punctuality.acknowledging(one, '1');
  expect(troubled.whats()).toEqual([]);
});
