import { expect, test } from 'vitest';
import { failed, type Outcome, pending } from '../moderation/outcome.ts';
import { createLateOutcomes } from './late-outcomes.ts';
import { memoryStore, noStore } from './memory.ts';

const item = { itemId: 'item-1', revision: 3 };
const scored: Outcome = { state: 'scored', probability: 0.5, modelVersion: 'v1' };
const sharedStore = () => memoryStore({ maxEntries: 100, ttlMs: 60_000 });
const outcomes = (entries: Record<string, Outcome>) => new Map(Object.entries(entries));

test('two replicas hear of each other through the store: the later one of both', async () => {
  const store = sharedStore();
  const [a, b] = [createLateOutcomes(store, 10), createLateOutcomes(store, 10)];
  expect(await a.exchange(item, outcomes({ weapons: scored }), ['money'])).toEqual(new Map());
  expect(await b.exchange(item, outcomes({ money: failed('no') }), ['weapons'])).toEqual(outcomes({ weapons: scored }));
});

test('a replica without a store remembers what it has heard itself', async () => {
  const late = createLateOutcomes(noStore(), 10);
  await late.exchange(item, outcomes({ weapons: failed('never') }), ['money']);
  expect(await late.exchange(item, new Map(), ['weapons'])).toEqual(outcomes({ weapons: failed('never') }));
});

test('what is pending is not told, and another revision is another matter', async () => {
  const late = createLateOutcomes(sharedStore(), 10);
  await late.exchange(item, outcomes({ weapons: pending('busy'), money: scored }), []);
  expect(await late.exchange(item, new Map(), ['weapons'])).toEqual(new Map());
  expect(await late.exchange({ ...item, revision: 4 }, new Map(), ['money'])).toEqual(new Map());
});

test('what somebody else has written there is not taken on trust', async () => {
  for (const value of ['', 'nonsense', '{"state":"pending","error":""}', '{"state":"scored","probability":7}']) {
    const store = sharedStore();
    store.setMany(['eddy:late:weapons:3:item-1'], [value]);
    expect(await createLateOutcomes(store, 10).exchange(item, new Map(), ['weapons'])).toEqual(new Map());
  }
});
