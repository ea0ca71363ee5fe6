import { expect, test } from 'vitest';
import type { Outcome } from '../../../proxy/moderation/outcome.ts';
import { bypassing } from '../../../proxy/store/bypass.ts';
import { createRandom } from '../../world/random.ts';
import { createStore } from '../../world/store.ts';
import { startVirtualTime } from '../../world/virtual-time.ts';
import { createAnswers } from './internal-queues-answers.ts';

const outcome: Outcome = { state: 'scored', probability: 0.5, modelVersion: 'v1' };
const DAY_MS = 86_400_000;

/** The answers as two replicas see them, on one store. */
function twoReplicas() {
  const store = createStore(createRandom(1));
  const [one, other] = ['one', 'other'].map((name) => {
    const shared = bypassing(store.connect({ name, isUp: true }, DAY_MS), { timeoutMs: 15 });
    return { answers: createAnswers(shared), [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose]() };
  });
  return { store, one: one!, other: other! };
}

test('of two answers that are added at the same moment, at least one hears of the other', async () => {
  using time = startVirtualTime(0);
  const { one, other } = twoReplicas();
  for (let revision = 1; revision <= 200; revision++) {
    const item = { itemId: 'item', revision };
    const found = Promise.all([
      one.answers.add({ item, model: 'money', outcome }, ['weapons']),
      other.answers.add({ item, model: 'weapons', outcome }, ['money']),
    ]);
    await time.advance(time.nowMs + 50);
    const [byOne, byOther] = await found;
    expect([byOne?.get('weapons'), byOther?.get('money')]).toContainEqual(outcome);
  }
  await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
});

test('answers of another revision are not heard of', async () => {
  using time = startVirtualTime(0);
  const { one, other } = twoReplicas();
  const add = (revision: number, model: string, others: readonly string[]) =>
    one.answers.add({ item: { itemId: 'item', revision }, model, outcome }, others);
  const first = add(1, 'money', ['weapons']);
  await time.advance(50);
  const second = add(2, 'weapons', ['money']);
  await time.advance(100);
  expect([await first, await second]).toEqual([new Map(), new Map()]);
  await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
});

test('a store that is away is told apart from one that knows of no other answer', async () => {
  using time = startVirtualTime(0);
  const { store, one, other } = twoReplicas();
  store.conditions.state = 'frozen';
  const found = one.answers.add({ item: { itemId: 'item', revision: 1 }, model: 'money', outcome }, ['weapons']);
  await time.advance(200);
  expect(await found).toBeUndefined();
  await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
});
