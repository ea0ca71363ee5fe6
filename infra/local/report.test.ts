import { expect, test } from 'vitest';
import { createBooks } from './books.ts';
import { createDelaySpans, openLines } from './report.ts';

test('delays while something was broken are told apart from those of calm times', () => {
  const spans = createDelaySpans({ break: [{ part: 'weapons', how: 'down' }], after: 3_000, for: 2_000 });
  spans.begin(1_000);
  for (const [publishedAtMs, delayMs] of [
    [1_000, 10],
    [3_999, 30],
    [4_000, 200],
    [5_999, 400],
    [6_000, 20],
  ] as const) {
    spans.add(publishedAtMs, delayMs);
  }
  expect(spans.lines()).toEqual([
    'first decision in calm times: p50 20 ms, p99 30 ms, longest 30 ms (3 events)',
    'first decision while broken: p50 400 ms, p99 400 ms, longest 400 ms (2 events)',
  ]);
  const calm = createDelaySpans({ break: [], after: 0 });
  expect(calm.lines()).toEqual(['first decision: p50 – ms, p99 – ms, longest – ms (0 events)']);
});

test('what is open is told message by message, with what it lacks, up to a number', () => {
  const books = createBooks();
  for (const key of ['a', 'b', 'c']) books.published(key, 0);
  const topics = [
    { topic: 'money', state: 'SCORED' },
    { topic: 'weapons', state: 'PENDING' },
  ];
  books.decided({ key: 'b', isComplete: false, topics }, 1);
  books.quarantined('c', 1);
  expect(openLines(books)).toEqual([
    'open: message a: nothing was heard of it',
    'open: message b: decided in part, without weapons',
  ]);
  for (let i = 0; i < 30; i++) books.published(`more ${i}`, 0);
  expect(openLines(books)).toHaveLength(21);
  expect(openLines(books).at(-1)).toBe('and 12 more');
});
