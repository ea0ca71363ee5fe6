import { describe, expect, test } from 'vitest';
import { hint, nearest } from './nearest.ts';

describe('the nearest word', () => {
  const words = ['model-down', 'model-hanging', 'redis-down', 'rate'];

  test.each([
    ['model-dwon', 'model-down'],
    ['modeldown', 'model-down'],
    ['MODEL-DOWN', 'model-down'],
    ['model-hangingg', 'model-hanging'],
    ['redis-dow', 'redis-down'],
    ['rat', 'rate'],
  ])('to %s is %s', (word, expected) => expect(nearest(word, words)).toBe(expected));

  test('is none where more is different than slips of the fingers', () => {
    expect(nearest('catalogue', words)).toBeUndefined();
    expect(nearest('model-downwards', words)).toBeUndefined();
  });

  test('is none where little of a short word is right', () => expect(nearest('abc', words)).toBeUndefined());

  test('is none where nothing is known', () => expect(nearest('x', [])).toBeUndefined());

  test("counts two letters in each other's place as one slip, so that the likelier word is found", () =>
    expect(nearest('abdc', ['abxx', 'abcd', 'abd'])).toBe('abcd'));
});

test('a hint names the nearest word, or all that there are', () => {
  expect(hint('rte', ['rate', 'after'])).toBe('did you mean "rate"?');
  expect(hint('zzzzzzz', ['rate', 'after'])).toBe('there are: rate, after');
});
