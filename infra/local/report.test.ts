import { expect, test } from 'vitest';
import { createBooks } from './books.ts';
import { mostBehind, openLines } from './report.ts';

const heard = (publishedAtMs: number, heardAtMs: number) => ({ publishedAtMs, delayMs: heardAtMs - publishedAtMs });

test('behind is what was published and not yet heard of', () => {
  expect(mostBehind([])).toBe(0);
  expect(mostBehind([heard(0, 10), heard(10, 20), heard(20, 30)])).toBe(1);
  expect(mostBehind([heard(0, 100), heard(10, 20), heard(15, 40), heard(30, 50)])).toBe(3);
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
