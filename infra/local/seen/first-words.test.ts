import { expect, test } from 'vitest';
import { createBooks } from '../books.ts';
import { watchFirstWords } from './first-words.ts';

const partial = { isComplete: false, topics: [{ topic: 'arms', state: 'PENDING' }] };
const complete = { isComplete: true, topics: [{ topic: 'arms', state: 'SCORED' }] };

test('what is behind waits for a first word, whatever that is, and only for the first', () => {
  const words = watchFirstWords(createBooks());
  for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) words.books.published(key, 1_000 + index);
  expect(words.read(2_000)).toMatchObject({ behind: 4, oldestMs: 1_000, firstWords: 0, p50Ms: null });
  words.books.decided({ key: 'a', ...partial }, 1_100);
  words.books.quarantined('b', 1_201);
  words.books.superseded('c', 1_302);
  words.books.decided({ key: 'a', ...complete }, 9_000);
  expect(words.read(9_000)).toEqual({ behind: 1, oldestMs: 7_997, firstWords: 3, p50Ms: 200, p99Ms: 300 });
  expect(words.books.totals()).toMatchObject({ published: 4, decided: 1, quarantined: 1, superseded: 1, unheard: 1 });
});

test('a word that comes before the broker has confirmed the publishing counts from it', () => {
  const words = watchFirstWords(createBooks());
  words.books.decided({ key: 'a', ...complete }, 1_050);
  words.books.published('a', 1_000);
  expect(words.read(1_100)).toMatchObject({ behind: 0, firstWords: 1, p50Ms: 50 });
});

test('delays are those of the last ten seconds', () => {
  const words = watchFirstWords(createBooks());
  words.books.published('a', 0);
  words.books.decided({ key: 'a', ...complete }, 900);
  words.books.published('b', 10_000);
  words.books.decided({ key: 'b', ...complete }, 10_010);
  expect(words.read(10_950)).toMatchObject({ firstWords: 1, p50Ms: 10, p99Ms: 10 });
});

test('tells of each first word, and the most that were behind at one time', () => {
  const told: [number, number][] = [];
  const words = watchFirstWords(createBooks(), (publishedAtMs, delayMs) => told.push([publishedAtMs, delayMs]));
  for (const [index, key] of ['a', 'b', 'c'].entries()) words.books.published(key, 10 * index);
  words.books.quarantined('b', 40);
  words.books.decided({ key: 'a', ...partial }, 50);
  words.books.published('d', 60);
  words.books.decided({ key: 'a', ...complete }, 70);
  expect(told).toEqual([
    [10, 30],
    [0, 50],
  ]);
  expect(words.mostBehind).toBe(3);
});
