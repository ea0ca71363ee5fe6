import { expect, test } from 'vitest';
import { committedTexts } from './committed.ts';
import { dashboards, toJson } from './dashboards.ts';
import { staleFiles } from './stale-files.ts';

test('the committed JSON is what the code writes; otherwise: npm run generate', () => {
  const wanted = new Map([...dashboards()].map(([file, dashboard]) => [file, toJson(dashboard)]));
  expect(staleFiles(wanted, committedTexts())).toEqual([]);
});

test('a file that is missing, changed or left over is stale', () => {
  const wanted = new Map([
    ['same', '1'],
    ['changed', '1'],
    ['missing', '1'],
  ]);
  const now = new Map([
    ['same', '1'],
    ['changed', '2'],
    ['left-over', '1'],
  ]);
  expect(staleFiles(wanted, now)).toEqual(['changed', 'missing', 'left-over']);
});
