import { expect, test } from 'vitest';
import { compare, errorTable } from './compare.ts';
import { runFluid } from './fluid.ts';
import { whatIfLines } from './lines.ts';
import { PRICES_FILE, readPrices } from './prices.ts';
import { resultOf } from './result.ts';
import { FLUID_CASE, seenOf } from './sample-runs.ts';
import type { WhatIfAnswer } from './what-if.ts';

const prices = readPrices(PRICES_FILE);
const run = runFluid(FLUID_CASE, 0.5);
const result = resultOf([FLUID_CASE], { stepS: 0.5, entryBytes: 500, replicas: 5, prices });

function answer(changes: Partial<WhatIfAnswer> = {}): WhatIfAnswer {
  return {
    incident: 'model-down',
    title: 'A model is down',
    strategy: 'eddy',
    rate: 50,
    replicas: 5,
    models: 5,
    ill: ['weapons'],
    outages: [{ kind: 'model down', models: ['weapons'], fromS: 10, toS: 130 }],
    assumptions: ['each model has 10 pods'],
    calibration: {
      efficiency: 0.9,
      returnWithinS: 2,
      slices: [{ ...seenOf(run), outageS: 120 }],
      entryBytes: 500,
      eventBytes: 200,
      entriesInCalm: 0,
      efficiencies: [0.85, 0.95],
    },
    findings: ['Something does not hold.'],
    result,
    drainRangeS: [40, 50],
    sensitivity: [result],
    errors: errorTable([compare(seenOf(run), run)], 0.15),
    prices,
    tookS: 12,
    ...changes,
  };
}

test('the answer names the size, the depth, the cost, and the error of the method with its verdict', () => {
  const text = whatIfLines(answer()).join('\n');
  expect(text).toContain('at 50 events/s on 5 replicas with 5 models, under eddy');
  expect(text).toContain('deepest backlog');
  expect(text).toContain('cost of the incident');
  expect(text).toContain(`of ${prices.date}`);
  expect(text).toContain('! Something does not hold.');
  expect(text).toMatch(/PASS {2}largest error \d+\.\d %, expected at most 15\.0 %/);
});

test('a backlog that does not drain is told as such', () => {
  const text = whatIfLines(answer({ result: { ...result, drainS: null }, drainRangeS: [null, null] })).join('\n');
  expect(text).toContain('not within 3 h');
});

test('an answer can be kept as JSON', () => {
  expect(JSON.parse(JSON.stringify(answer())).result.peakDepth).toBeCloseTo(result.peakDepth);
});

test('costs are the sum of what entries, deliveries and storage cost', () => {
  const { entries, deliveries, storage, total } = result.cost;
  expect(total).toBeCloseTo(entries + deliveries + storage);
  expect(deliveries).toBeGreaterThan(entries);
  expect(storage).toBe(0);
});
