import { expect, test } from 'vitest';
import { Action, Completeness, Decision, TopicState } from '../../../proto/generated/moderation/v1/moderation.ts';
import { createDecisionFeed } from './decision-feed.ts';

const decisionOf = (action: Action, isComplete = true) =>
  Decision.fromPartial({
    itemId: 'item-1',
    action,
    completeness: isComplete ? Completeness.COMPLETE : Completeness.PARTIAL,
    topics: [
      isComplete
        ? { topic: 'arms', state: TopicState.SCORED, verdict: action, probability: 0.25, model: 'arms' }
        : { topic: 'arms', state: TopicState.PENDING, verdict: action, model: 'arms', error: 'UNAVAILABLE' },
    ],
  });

test('a decision has the title of its message, and the scores behind it', () => {
  const feed = createDecisionFeed();
  feed.published('m1', Buffer.from(JSON.stringify({ item: { title: 'Rusty\u001b[31m sword' } })));
  feed.published('m2', Buffer.from('not JSON'));
  feed.decided(decisionOf(Action.REVIEW), 'm1', 1_000);
  feed.decided(decisionOf(Action.ACTION_UNSPECIFIED), 'm2', 2_000);
  feed.decided(decisionOf(Action.PASS), 'm3', 3_000);
  const { rows, of } = feed.take();
  expect(of).toBe(3);
  expect(rows.map(({ title, action, atMs }) => [title, action, atMs])).toEqual([
    ['', 'PASS', 3_000],
    ['', 'PASS', 2_000],
    ['Rusty[31m sword', 'REVIEW', 1_000],
  ]);
  expect(rows[2]?.topics).toEqual([
    {
      topic: 'arms',
      state: 'SCORED',
      verdict: 'REVIEW',
      probability: 0.25,
      model: 'arms',
      modelVersion: '',
      error: '',
    },
  ]);
});

test('of many a few are taken: partial ones, findings, and the latest', () => {
  const feed = createDecisionFeed();
  for (let n = 0; n < 10; n++) feed.decided(decisionOf(Action.PASS, false), `partial-${n}`, n);
  for (let n = 0; n < 10; n++) feed.decided(decisionOf(Action.REMOVE), `found-${n}`, 10 + n);
  for (let n = 0; n < 10; n++) feed.decided(decisionOf(Action.PASS), `calm-${n}`, 20 + n);
  const { rows, of } = feed.take();
  expect(of).toBe(30);
  expect(rows.map(({ key }) => key)).toEqual(['calm-9', 'calm-8', 'found-9', 'found-8', 'partial-9', 'partial-8']);
  expect(feed.take()).toEqual({ rows: [], of: 0 });
  expect(feed.latest).toHaveLength(6);
});

test('a partial decision that was shown is shown again when it is complete, and how much later', () => {
  const feed = createDecisionFeed();
  feed.decided(decisionOf(Action.PASS, false), 'm1', 1_000);
  expect(feed.take().rows).toMatchObject([{ key: 'm1', isComplete: false, completedAfterMs: null }]);
  for (let n = 0; n < 100; n++) feed.decided(decisionOf(Action.REMOVE), `other-${n}`, 5_000);
  feed.decided(decisionOf(Action.REMOVE), 'm1', 9_000);
  const [first] = feed.take().rows;
  expect(first).toMatchObject({ key: 'm1', isComplete: true, atMs: 1_000, completedAfterMs: 8_000 });
  expect(feed.latest.filter(({ key }) => key === 'm1')).toHaveLength(1);
});

test('one that is completed before anybody saw it partial counts all the same', () => {
  const feed = createDecisionFeed();
  feed.decided(decisionOf(Action.PASS, false), 'm1', 1_000);
  feed.decided(decisionOf(Action.PASS), 'm1', 1_400);
  expect(feed.take().rows).toMatchObject([{ key: 'm1', isComplete: true, completedAfterMs: 400 }]);
});

test('every decision on an item that was typed by hand is taken, with its title', () => {
  const feed = createDecisionFeed();
  feed.published('item-1', Buffer.from('{"item":{"title":"Typed"}}'));
  for (let n = 0; n < 50; n++) feed.decided({ ...decisionOf(Action.REMOVE), itemId: 'other' }, `other-${n}`, n);
  feed.decided(decisionOf(Action.PASS), 'moderate-1', 0);
  expect(feed.take().rows[0]).toMatchObject({ key: 'moderate-1', title: 'Typed' });
});
