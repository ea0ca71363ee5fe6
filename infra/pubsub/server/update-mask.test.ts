import { expect, test } from 'vitest';
import { given, maskedFields } from './update-mask.ts';

const known = new Map([
  ['labels', 'labels'],
  ['retry_policy', 'retryPolicy'],
]);

test('a mask names settings, each once, and a part of a policy stands for the whole', () => {
  expect(maskedFields(['labels'], known)).toEqual(['labels']);
  expect(maskedFields(['retry_policy.minimum_backoff', 'retry_policy'], known)).toEqual(['retryPolicy']);
});

test.each([[undefined], [[]]])('an empty mask is refused: %j', (mask) => {
  expect(() => maskedFields(mask, known)).toThrow('it must name at least one field');
});

test('what can not be changed is named, with what can', () => {
  expect(() => maskedFields(['labels', 'filter'], known)).toThrow(
    "update_mask: filter can't be changed; what can be: labels, retry_policy.",
  );
});

test('an update without what it is to change is refused', () => {
  expect(given(0, 'topic')).toBe(0);
  expect(() => given(undefined, 'topic')).toThrow('topic: it must be given.');
});
