import { expect, test } from 'vitest';
import { parseOutputFile } from './output-file.ts';

test('a file in a folder that there is can be written; another is refused before the work begins', () => {
  expect(parseOutputFile('results.json')).toBe('results.json');
  expect(() => parseOutputFile('nowhere/at-all/results.json')).toThrow('There is no folder nowhere/at-all.');
  expect(() => parseOutputFile('..')).toThrow('It is a folder.');
});
