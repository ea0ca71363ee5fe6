import { expect, test } from 'vitest';
import { pageOf, projectOf } from './pages.ts';

const self = (name: string): string => name;
const names = Array.from({ length: 2_500 }, (_, index) => `n${String(index).padStart(4, '0')}`);

test('a page has as many as were asked for, by default 100, at most 1,000, and tells where the next one begins', () => {
  expect(pageOf(names, self, { pageSize: 2, pageToken: '' })).toEqual({
    items: ['n0000', 'n0001'],
    nextPageToken: 'n0001',
  });
  expect(pageOf(names, self, { pageSize: 0, pageToken: '' }).items).toHaveLength(100);
  expect(pageOf(names, self, { pageSize: 5_000, pageToken: '' }).items).toHaveLength(1_000);
  expect(pageOf(names, self, { pageSize: 5_000, pageToken: 'n1999' })).toMatchObject({ nextPageToken: '' });
  expect(pageOf([], self, { pageSize: 2, pageToken: '' })).toEqual({ items: [], nextPageToken: '' });
});

test('a page of which something was deleted meanwhile goes on behind it', () => {
  expect(pageOf(['a', 'c'], self, { pageSize: 2, pageToken: 'b' }).items).toEqual(['c']);
});

test('what is no page and no project is refused', () => {
  expect(() => pageOf(names, self, { pageSize: -1, pageToken: '' })).toThrow('page_size must not be below 0');
  expect(projectOf('projects/p')).toBe('p');
  expect(() => projectOf('p')).toThrow('expected projects/PROJECT');
});
