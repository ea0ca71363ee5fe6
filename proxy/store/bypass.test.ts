import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bypassing } from './bypass.ts';

test('writes beyond what may be under way are dropped, and counted as not asked', async () => {
  const told: string[] = [];
  const never = () => new Promise<never>(() => {});
  const commands = { getMany: never, setMany: never, raiseMany: never, increment: never, close() {} };
  const store = bypassing(commands, { timeoutMs: 200, onCommand: (result) => told.push(result) });
  for (let write = 0; write < 10_003; write++) store.setMany(['key'], ['1']);
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
  const commands = { getMany: answer, setMany: answer, raiseMany: async () => [0], increment: answer, close() {} };
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

test('what is asked at one moment goes in one command, and a command that fails leaves only its own without an answer', async () => {
  const asked: (readonly string[])[] = [];
  const told: string[] = [];
  const getMany = async (keys: readonly string[]) => {
    asked.push(keys);
    if (keys.includes('poison')) throw new Error('refused');
    return keys;
  };
  const raiseMany = async (entries: readonly (readonly [string, number])[]) => entries.map(([, value]) => value - 1);
  const nothing = async () => {};
  const commands = { getMany, raiseMany, setMany: nothing, increment: nothing, close() {} };
  const store = bypassing(commands, { timeoutMs: 100, onCommand: (result) => told.push(result) });
  expect(await Promise.all([store.getMany(['a', 'b']), store.getMany(['c']), store.raise('d', 7)])).toEqual([
    ['a', 'b'],
    ['c'],
    6,
  ]);
  expect([asked, told]).toEqual([[['a', 'b', 'c']], ['answered', 'answered']]);
  const both = Promise.all([store.getMany(['poison']), store.getMany(['a'])]);
  expect(await both).toEqual([undefined, undefined]);
  expect(await store.getMany(['a'])).toEqual(['a']);
  await store[Symbol.asyncDispose]();
});

test('no command has more than a thousand keys', async () => {
  const lengths: number[] = [];
  const answer = async (keys: readonly unknown[]) => {
    lengths.push(keys.length);
    return keys.map(() => 0);
  };
  const getMany = async (keys: readonly string[]) => (await answer(keys)).map(String);
  const nothing = async () => {};
  const commands = { getMany, raiseMany: answer, setMany: nothing, increment: nothing, close() {} };
  const store = bypassing(commands, { timeoutMs: 1_000 });
  const asked = Array.from({ length: 1_001 }, (_, index) => [store.getMany([`${index}`]), store.raise(`${index}`, 1)]);
  expect((await Promise.all(asked.flat())).includes(undefined)).toBe(false);
  expect(lengths.toSorted()).toEqual([1, 1, 1_000, 1_000]);
  await store[Symbol.asyncDispose]();
});

test('what is asked of a store that was disposed of has no answer', async () => {
  const never = () => new Promise<never>(() => {});
  const commands = { getMany: never, setMany: never, raiseMany: never, increment: never, close() {} };
  const store = bypassing(commands, { timeoutMs: 60_000 });
  const asked = store.getMany(['a']);
  await store[Symbol.asyncDispose]();
  expect(await Promise.all([asked, store.raise('a', 1)])).toEqual([undefined, undefined]);
});
