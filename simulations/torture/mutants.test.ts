import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { mutate } from './plant.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  '"%s" has its place in the code',
  (_name, mutant) => {
    const source = read(mutant.file);
    expect(mutate(source, mutant)).not.toBe(source);
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
