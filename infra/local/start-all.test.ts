import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startAll } from './start-all.ts';

test('what starts late is disposed of too when another does not start', async () => {
  const disposed: string[] = [];
  const thing = (name: string) => ({ [Symbol.asyncDispose]: async () => void disposed.push(name) });
  const late = sleep(20).then(() => thing('late'));
  const start = async () => {
    await using starting = new AsyncDisposableStack();
    await startAll(starting, [Promise.resolve(thing('early')), Promise.reject(new Error('no port')), late]);
  };
  await expect(start()).rejects.toThrow('no port');
  expect(disposed).toEqual(['late', 'early']);
});

test('what has started is answered in its order', async () => {
  await using starting = new AsyncDisposableStack();
  const thing = (name: string) => ({ name, [Symbol.asyncDispose]: async () => {} });
  const starts = [sleep(5).then(() => thing('late')), Promise.resolve(thing('early'))] as const;
  const things = await startAll(starting, starts);
  expect(things.map(({ name }) => name)).toEqual(['late', 'early']);
});
