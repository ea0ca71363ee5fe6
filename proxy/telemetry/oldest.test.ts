import { expect, test } from 'vitest';
import { createOldest } from './oldest.ts';

test('the oldest is the earliest of what was noted in the window and the one before, and is then forgotten', () => {
  let now = 0;
  const oldest = createOldest(1_000, () => now);
  expect(oldest.read('weapons')).toBeUndefined();
  oldest.note('weapons', 50);
  oldest.note('weapons', 20);
  oldest.note('money', 70);
  expect([oldest.read('weapons'), oldest.read('money')]).toEqual([20, 70]);
  now = 1_500;
  oldest.note('weapons', 90);
  expect(oldest.read('weapons')).toBe(20);
  now = 2_500;
  expect([oldest.read('weapons'), oldest.read('money')]).toEqual([90, undefined]);
  now = 9_000;
  expect(oldest.read('weapons')).toBeUndefined();
});
