import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driveBroker } from './driver.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Something that becomes due at the given times. */
function due(...times: number[]) {
  const advanced: number[] = [];
  return {
    advanced,
    times,
    get nextDueMs() {
      return this.times[0];
    },
    advance() {
      advanced.push(Date.now());
      while (this.times[0] !== undefined && this.times[0] <= Date.now()) this.times.shift();
    },
  };
}

test('advances when something is due, and not otherwise', () => {
  const broker = due(100, 250);
  using driver = driveBroker(broker, Date.now);
  driver.look();
  vi.advanceTimersByTime(1_000);
  expect(broker.advanced).toEqual([100, 250]);
  expect(vi.getTimerCount()).toBe(0);
});

test('heeds what was brought forward once it is told to look', () => {
  const broker = due(500);
  using driver = driveBroker(broker, Date.now);
  driver.look();
  broker.times.unshift(200);
  driver.look();
  driver.look();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(broker.advanced).toEqual([200, 500]);
});

test('comes to what is further away than a timer can be set', () => {
  const days = 40 * 86_400_000;
  const broker = due(days);
  using driver = driveBroker(broker, Date.now);
  driver.look();
  vi.advanceTimersByTime(days);
  expect(broker.times).toEqual([]);
  expect(broker.advanced.at(-1)).toBe(days);
});

test('does nothing after its end', () => {
  const broker = due(100);
  const driver = driveBroker(broker, Date.now);
  driver.look();
  driver[Symbol.dispose]();
  driver.look();
  vi.advanceTimersByTime(1_000);
  expect(broker.advanced).toEqual([]);
});
