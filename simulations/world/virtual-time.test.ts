import { expect, test } from 'vitest';
import { startVirtualTime } from './virtual-time.ts';

test('time goes on from timer to timer, and promises get their turn between them', async () => {
  using time = startVirtualTime(1_000);
  const seen: string[] = [];
  const note = (what: string) => seen.push(`${Date.now()} ${what}`);
  setTimeout(async () => {
    note('first');
    await Promise.resolve();
    await Promise.resolve();
    note('its promises');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    note('its own wait');
  }, 10);
  setTimeout(() => note('second'), 10);
  await time.advance(3_601_000);
  expect(seen).toEqual(['1010 first', '1010 its promises', '1010 second', '6010 its own wait']);
  expect([time.nowMs, time.pendingTimers]).toEqual([3_601_000, 0]);
});

test('it stops when what is waited for has happened', async () => {
  using time = startVirtualTime(0);
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, 250);
  await time.advance(10_000, () => isOver);
  expect([time.nowMs, performance.now()]).toEqual([250, 250]);
});

test('the thread has its own time again afterwards', () => {
  const time = startVirtualTime(0);
  expect(new Date().getFullYear()).toBe(1970);
  time[Symbol.dispose]();
  expect(new Date().getFullYear()).toBeGreaterThan(2020);
});
