import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { checkPlace, mutate } from './plant.ts';

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  '"%s" has its place in the code',
  (_name, mutant) => {
    expect(() => checkPlace(mutant)).not.toThrow();
    expect(mutant.replace).not.toBe(mutant.find);
  },
);

test('a mutant whose place is gone, or is not the only one, says so', () => {
  const mutant = { name: 'none', file: 'proxy/moderate.ts', find: 'await', replace: '' };
  expect(() => mutate('await await', mutant)).toThrow('expected its place once in proxy/moderate.ts, found it 2 times');
  expect(() => mutate('', mutant)).toThrow('found it 0 times');
});

test('mutants have different names', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});
