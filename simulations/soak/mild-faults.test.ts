import { expect, test } from 'vitest';
import { mildFaults } from './mild-faults.ts';

const names = (...parts: string[]) =>
  mildFaults(['weapons', 'money'], 'proxy-2', new Set(parts)).map(({ name }) => name);

test('Redis is frozen where the stack has one, and not said to be otherwise', () => {
  expect(names('catalog', 'redis')).toContain('redis frozen for 2 s');
  expect(names('catalog').join()).not.toContain('redis');
});

test('with two models the first one has two of the faults', () => {
  expect(names('redis').filter((name) => name.startsWith('weapons'))).toHaveLength(2);
});
