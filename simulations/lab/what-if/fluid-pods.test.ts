import { expect, test } from 'vitest';
import { createFluidPods } from './fluid-pods.ts';

const SCALING = { min: 10, max: 100, step: 4, target: 0.7, lagMs: 30_000, everyMs: 15_000 };

function after(seconds: number, busyShare: number, scaling = SCALING) {
  const pods = createFluidPods(scaling);
  for (let second = 0; second < seconds; second++) pods.step(1, busyShare);
  return pods;
}

test('pods that are busier than the target get more, when the lag is over', () => {
  expect(after(44, 1).count).toBe(10);
  expect(after(46, 1).count).toBe(Math.ceil(10 / 0.7));
});

test('a decision is based on those that are wished for, up to the double or 4 more, and the maximum', () => {
  expect(after(61, 1).count).toBe(Math.ceil(15 / 0.7));
  expect(after(600, 1).count).toBe(100);
});

test('within a tenth of the target nothing changes', () => {
  expect(after(600, 0.75).count).toBe(10);
});

test('what is not needed any more goes after five minutes', () => {
  const pods = after(120, 1);
  const most = pods.count;
  for (let second = 0; second < 240; second++) pods.step(1, 0.1);
  expect(pods.count).toBeGreaterThanOrEqual(most);
  for (let second = 0; second < 400; second++) pods.step(1, 0.1);
  expect(pods.count).toBe(10);
});

test('a fixed number stays', () => {
  expect(after(600, 1, { ...SCALING, max: 10 }).count).toBe(10);
});
