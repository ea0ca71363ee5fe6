import { expect, test } from 'vitest';
import { SILENT } from '../world/silent-events.ts';
import { mapTells, tellsOf } from './tells.ts';

test('functions go by their names, those of a part by its name before theirs', () => {
  const names = [...tellsOf(SILENT).keys()];
  expect(names).toContain('concluded');
  expect(names).toContain('seller.servedStale');
  expect(names).not.toContain('seller');
});

test('other functions take the places of those that there are', () => {
  const names: string[] = [];
  const events = mapTells(SILENT, (name) => () => void names.push(name));
  events.received('items');
  events.seller.fetched(0, 12);
  expect(names).toEqual(['received', 'seller.fetched']);
});
