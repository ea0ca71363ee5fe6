import { expect, test } from 'vitest';
import { mostBehind } from './report.ts';

const heard = (publishedAtMs: number, heardAtMs: number) => ({ publishedAtMs, delayMs: heardAtMs - publishedAtMs });

test('behind is what was published and not yet heard of', () => {
  expect(mostBehind([])).toBe(0);
  expect(mostBehind([heard(0, 10), heard(10, 20), heard(20, 30)])).toBe(1);
  expect(mostBehind([heard(0, 100), heard(10, 20), heard(15, 40), heard(30, 50)])).toBe(3);
});
