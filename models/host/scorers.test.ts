import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadScorer, modelNames } from './scorers.ts';

const folder = mkdtempSync(join(tmpdir(), 'eddy-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

function addModel(name: string, source: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'scorer.ts'), source);
}
addModel('good', `export const createScorer = () => ({ version: 'good-1', score: () => ({ probability: 0.5 }) });\n`);
addModel('empty', 'export {};\n');
addModel('broken', `export function createScorer() { throw new Error('no weights'); }\n`);
mkdirSync(join(folder, 'no-model'));

describe('the models of a folder', () => {
  test('are those of its folders that have a scorer', () => {
    expect(modelNames(folder)).toEqual(['broken', 'empty', 'good']);
  });

  test('are loaded by their name', async () => {
    expect((await loadScorer(folder, 'good')).version).toBe('good-1');
  });

  test('are listed when there is none by a name', async () => {
    await expect(loadScorer(folder, 'no-model')).rejects.toThrow(
      'There is no model named "no-model". Available: broken, empty, good.',
    );
    await expect(loadScorer(folder, '../good')).rejects.toThrow('There is no model named "../good"');
  });

  test('must export createScorer', async () => {
    await expect(loadScorer(folder, 'empty')).rejects.toThrow(
      'models/empty/scorer.ts must export createScorer(): Scorer.',
    );
  });

  test('are named when they can not be created', async () => {
    await expect(loadScorer(folder, 'broken')).rejects.toThrow("Can't create the scorer of models/broken: no weights");
  });
});
