import { expect, test } from 'vitest';
import { orderOf } from './turns.ts';

test('whoever goes first in one round goes last in the next', () => {
  expect(orderOf(3, 0)).toEqual([0, 1, 2]);
  expect(orderOf(3, 1)).toEqual([2, 1, 0]);
  expect(orderOf(3, 2)).toEqual([0, 1, 2]);
});
