import { expect, test } from 'vitest';
import { shareMessages } from './burst.ts';

async function* numbers(to: number) {
  for (let n = 0; n < to; n++) yield n;
}

test('the stream and a burst never take the same message', async () => {
  const { steady, take } = shareMessages(numbers(10));
  const taken = { steady: [] as number[], burst: [] as number[] };
  await Promise.all([
    (async () => {
      for await (const n of steady) taken.steady.push(n);
    })(),
    (async () => {
      for await (const n of take(4)) taken.burst.push(n);
    })(),
  ]);
  expect(taken.burst).toHaveLength(4);
  expect([...taken.steady, ...taken.burst].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a burst of more than there are is of what there is, and one that is given up leaves the rest', async () => {
  const { steady, take } = shareMessages(numbers(3));
  for await (const n of take(2)) {
    expect(n).toBe(0);
    break;
  }
  expect(await Array.fromAsync(take(5))).toEqual([1, 2]);
  expect(await Array.fromAsync(steady)).toEqual([]);
});
