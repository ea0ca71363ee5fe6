import { describe, expect, test } from 'vitest';
import { memoryStore, noStore } from './memory.ts';

describe('the store in memory', () => {
  const store = (maxEntries = 100, ttlMs = 60_000) => memoryStore({ maxEntries, ttlMs });

  test('answers in the order that was asked in, with null where there is nothing', async () => {
    const it = store();
    it.setMany(['a'], ['1']);
    it.setMany(['b'], ['2']);
    it.setMany(['a'], ['3']);
    expect(await it.getMany(['b', 'missing', 'a'])).toEqual(['2', null, '3']);
  });

  test('raises a number, never lowers it, and says what it was', async () => {
    const it = store();
    expect(await it.raise('revision', 3)).toBe(0);
    expect(await it.raise('revision', 2)).toBe(3);
    expect(await it.raise('revision', Number.MAX_SAFE_INTEGER)).toBe(3);
    expect(await it.getMany(['revision'])).toEqual([String(Number.MAX_SAFE_INTEGER)]);
  });

  test('counts', async () => {
    const it = store();
    it.increment('passes');
    it.increment('passes');
    expect(await it.getMany(['passes'])).toEqual(['2']);
  });

  test('drops what was used least lately beyond its bound', async () => {
    const it = store(2);
    it.setMany(['a'], ['1']);
    it.setMany(['b'], ['2']);
    await it.getMany(['a']);
    it.setMany(['c'], ['3']);
    expect(await it.getMany(['a', 'b', 'c'])).toEqual(['1', null, '3']);
  });

  test('forgets what is older than it may be', async () => {
    const it = store(10, 20);
    it.setMany(['a'], ['1']);
    expect(await it.getMany(['a'])).toEqual(['1']);
    await expect.poll(() => it.getMany(['a'])).toEqual([null]);
  });
});

test('no store takes everything and never has an answer', async () => {
  await using it = noStore();
  it.setMany(['a'], ['1']);
  it.increment('a');
  expect([await it.getMany(['a']), await it.raise('a', 1)]).toEqual([undefined, undefined]);
});
