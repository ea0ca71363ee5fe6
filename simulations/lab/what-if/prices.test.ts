import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PRICES_FILE, PricesError, readPrices, storageCost, throughputCost } from './prices.ts';

const PRICES = {
  title: 'a page',
  url: 'https://example.com/',
  date: '2026-01-01',
  currency: 'USD',
  throughput: { perTiB: 40, minimumBytesPerRequest: 1_000, overheadBytesPerMessage: 24 },
  storage: { perGiBMonth: 0.5, freeHours: 24 },
};

test('the prices that ship can be read, and say of which day they are', () => {
  expect(readPrices(PRICES_FILE).date).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('throughput costs by the data of its messages, with what each counts beyond it', () => {
  expect(throughputCost(PRICES, 2 ** 30, 1_000, Number.POSITIVE_INFINITY)).toBeCloseTo(40);
});

test('a request counts a minimum, which its messages share', () => {
  expect(throughputCost(PRICES, 1_000, 0, 1)).toBeCloseTo((1_000 * 1_000 * 40) / 2 ** 40);
  expect(throughputCost(PRICES, 1_000, 0, 10)).toBeCloseTo((1_000 * 100 * 40) / 2 ** 40);
  expect(throughputCost(PRICES, 1_000, 0, 1_000)).toBeCloseTo((1_000 * 24 * 40) / 2 ** 40);
});

test('storage costs by the month', () => {
  expect(storageCost(PRICES, 2 ** 30 * 730 * 3_600)).toBeCloseTo(0.5);
});

test('prices that can not be used are told with the path of what is wrong', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eddy-prices-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'prices.yaml');
  await writeFile(file, JSON.stringify({ ...PRICES, storage: { perGiBMonth: -1, freeHours: 24 } }));
  expect(() => readPrices(file)).toThrow(PricesError);
  expect(() => readPrices(file)).toThrow('storage.perGiBMonth');
  expect(() => readPrices(join(folder, 'none.yaml'))).toThrow(PricesError);
});
