import { expect, test } from 'vitest';
import { createDecisionsUnderWay } from './decisions-under-way.ts';

test('a decision waits for those on older revisions of its item, however they end, and for no others', async () => {
  const underWay = createDecisionsUnderWay();
  const [first, second, other] = [1, 2, 3].map(() => Promise.withResolvers<void>());
  underWay.add('a', 1, first!.promise);
  underWay.add('a', 2, second!.promise);
  underWay.add('b', 1, other!.promise);
  expect(underWay.older('a', 1)).toBeUndefined();
  let isOver = false;
  const waiting = underWay.older('a', 3)!.then(() => {
    isOver = true;
  });
  second!.resolve();
  await second!.promise;
  expect(isOver).toBe(false);
  first!.reject(new Error('refused'));
  await waiting;
  expect(underWay.older('a', 3)).toBeUndefined();
  expect(underWay.older('b', 2)).toBeDefined();
});
