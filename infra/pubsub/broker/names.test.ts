import { expect, test } from 'vitest';
import { checkName, isOfProject } from './names.ts';

test.each(['abc', 'A-_.~+%1', `a${'b'.repeat(254)}`])('%s is a name', (name) => {
  expect(() => checkName(`projects/p/topics/${name}`, 'topics')).not.toThrow();
});

test.each([
  ['projects/p/topics/ab', 'must have 3 to 255 characters'],
  [`projects/p/topics/a${'b'.repeat(255)}`, 'must have 3 to 255 characters'],
  ['projects/p/topics/1abc', 'begin with a letter'],
  ['projects/p/topics/a b c', 'letters, digits'],
  ['projects/p/topics/google', 'not begin with goog'],
  ['projects/p/topics/abc/d', 'expected projects/PROJECT/topics/NAME'],
  ['projects//topics/abc', 'expected projects/PROJECT/topics/NAME'],
  ['projects/p/subscriptions/abc', 'expected projects/PROJECT/topics/NAME'],
  ['abc', 'expected projects/PROJECT/topics/NAME'],
  ['', 'expected projects/PROJECT/topics/NAME'],
])('%s is refused', (name, reason) => {
  expect(() => checkName(name, 'topics')).toThrow(reason);
});

test('a project does not own what belongs to one whose name begins alike', () => {
  expect(isOfProject('projects/one/topics/abc', 'one')).toBe(true);
  expect(isOfProject('projects/one-more/topics/abc', 'one')).toBe(false);
});
