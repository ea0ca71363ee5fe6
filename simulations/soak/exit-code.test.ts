import { expect, test } from 'vitest';
import { createBooks } from '../../infra/local/books.ts';
import { exitCodeOf, type SoakEnd } from './exit-code.ts';

function codeOf(changes: Partial<SoakEnd> = {}): number {
  const books = createBooks();
  books.published('a', 0);
  books.quarantined('a', 1);
  const end: SoakEnd = { hasFailed: false, isStopped: false, verdict: 'flat', missing: [], totals: books.totals() };
  return exitCodeOf({ ...end, ...changes });
}

test('a soak passes when all was measured, flat and settled, or when it was too short to judge', () => {
  expect(codeOf()).toBe(0);
  expect(codeOf({ verdict: 'too short' })).toBe(0);
});

test('a soak in which nothing was measured, or nothing was sent, does not pass', () => {
  expect(codeOf({ verdict: 'too short', missing: ['proxy-1: never looked at'] })).toBe(1);
  expect(codeOf({ totals: createBooks().totals() })).toBe(1);
});

test('a soak does not pass when something grows, is open, or could not be run', () => {
  const books = createBooks();
  books.published('a', 0);
  expect(codeOf({ totals: books.totals() })).toBe(1);
  expect(codeOf({ verdict: 'growing' })).toBe(1);
  expect(codeOf({ hasFailed: true })).toBe(1);
});

test('a soak that was stopped says so, unless something was found', () => {
  expect(codeOf({ isStopped: true })).toBe(130);
  expect(codeOf({ isStopped: true, verdict: 'growing' })).toBe(1);
});
