import { expect, test } from 'vitest';
import { settingOf } from '../testing/settings.ts';
import { witnessOf } from '../testing/witness.ts';
import { createBooks } from './books.ts';
import { createOrder } from './order.ts';

const [one, other] = [
  { name: 'one', isUp: true },
  { name: 'other', isUp: true },
];

/** Events `1`, `2` and `3` of one item, in that order. */
function rig() {
  const witness = witnessOf();
  const books = createBooks({ config: settingOf(['all']).config, witness, isWell: () => false });
  for (const rank of [1, 2, 3]) {
    books.published(String(rank), {
      itemId: 'item',
      revision: rank,
      rank,
      isValid: true,
      models: [],
      scoreOf: () => 0,
    });
  }
  const shared = { rank: 0, isShared: false };
  const order = createOrder({ books, witness, sharedRank: () => shared.rank, isSharedSince: () => shared.isShared });
  return { order, shared, whats: () => witness.violations.map(({ what }) => what) };
}

test('a replica that has received a newer event must not publish a decision on an older one', () => {
  const { order, whats } = rig();
  order.knows(one, '2');
  order.publishing(other, '1');
  order.publishing(one, '3');
  expect(whats()).toEqual([]);
  order.publishing(one, '1');
  expect(whats()).toEqual(['one publishes 1 although it has received 2']);
});

test('nor one that the store would have told of it', () => {
  const { order, shared, whats } = rig();
  shared.rank = 2;
  order.publishing(one, '2');
  expect(whats()).toEqual([]);
  order.publishing(one, '1');
  expect(whats()).toEqual(['one publishes 1 although the store says 2']);
});

test('decisions are stored in order, by all replicas that have a store in common', () => {
  const { order, shared, whats } = rig();
  shared.isShared = true;
  order.stored(one, '2', false);
  order.stored(other, '1', false);
  expect([whats(), order.overtaken]).toEqual([['other: 1 is stored after 2 of one'], 0]);
});

test('decisions of one replica are stored in order in any case; what nobody could have known is counted', () => {
  const { order, whats } = rig();
  order.stored(one, '2', false);
  order.stored(other, '1', false);
  order.stored(one, '1', true);
  expect([order.overtaken, whats()]).toEqual([2, []]);
  order.stored(one, '1', false);
  expect(whats()).toEqual(['one: 1 is stored after 2 of one']);
});
