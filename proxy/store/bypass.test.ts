import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bypassing } from './bypass.ts';

test('writes beyond what may be under way are dropped, and counted as not asked', async () => {
  const told: string[] = [];
  const never = () => new Promise<never>(() => {});
  const commands = { getMany: never, setMany: never, raise: never, increment: never, close() {} };
  const store = bypassing(commands, { timeoutMs: 200, onCommand: (result) => told.push(result) });
  for (let write = 0; write < 10_003; write++) store.setMany([['key', '1']]);
  expect(told).toEqual(['skipped', 'skipped', 'skipped']);
  await expect.poll(() => told.length).toBe(10_003);
  expect(told.filter((result) => result === 'failed')).toHaveLength(10_000);
  await store[Symbol.asyncDispose]();
});

test('a store that is away is told of, and that it is back, also where it is hardly ever asked', async () => {
  const told: (string | boolean | undefined)[] = [];
  let isAway = false;
  const answer = async () => {
    if (isAway) throw new Error('away');
    return [];
  };
  const commands = { getMany: answer, setMany: answer, raise: async () => 0, increment: answer, close() {} };
  const onAvailability = (isAvailable: boolean, cause?: Error) => told.push(isAvailable || cause?.message);
  const store = bypassing(commands, { timeoutMs: 100, onAvailability });
  const askAfter = async (ms: number) => {
    await sleep(ms);
    await store.getMany(['key']);
  };
  await askAfter(0);
  isAway = true;
  // More than the second apart over which failures are counted together.
  await askAfter(0);
  await askAfter(1_250);
  expect(told).toEqual([]);
  await askAfter(1_250);
  expect(told).toEqual(['away']);
  isAway = false;
  await askAfter(1_250);
  expect(told).toEqual(['away', true]);
  await store[Symbol.asyncDispose]();
});
