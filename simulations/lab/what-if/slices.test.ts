import { expect, test } from 'vitest';
import { modelNames } from '../base-config.ts';
import { findIncident } from '../incident-catalogue.ts';
import { outagesOf, WhatIfError } from './case-of.ts';
import { runSlice } from './slice.ts';
import { configureSlice, type SliceRequest, withPodsFor } from './slice-request.ts';
import { planSlices } from './slices.ts';

async function planned(name: string, size: { rate: number; replicas: number; models: number }) {
  const request: SliceRequest = { incident: await findIncident(name), ...size, seed: 1 };
  const names = modelNames(size.models);
  return { request, plan: planSlices(request, outagesOf(request.incident, names, 'combined')[0]!, names) };
}

test('slices have the rate per replica and the capacity per event of the whole', async () => {
  const { request, plan } = await planned('model-down', { rate: 20_000, replicas: 200, models: 30 });
  for (const { rate, replicas, incident } of [...plan.calibration, ...plan.validation]) {
    expect(rate / replicas).toBe(100);
    expect(incident.model.pods.min / rate).toBe(request.incident.model.pods.min / request.incident.rate);
    expect(rate).toBeLessThanOrEqual(300);
  }
  expect(plan.census.models).toBe(30);
});

test('what checks has other seeds than what calibrates, and other sizes or durations', async () => {
  const { plan } = await planned('model-down', { rate: 5, replicas: 3, models: 5 });
  const keyOf = ({ rate, incident }: SliceRequest) => `${rate} ${incident.faults[0]!.for}`;
  const calibration = plan.calibration.map(keyOf);
  for (const part of plan.validation) expect(calibration).not.toContain(keyOf(part));
  const seeds = [...plan.calibration, ...plan.validation].map(({ seed }) => seed);
  expect(new Set(seeds).size).toBe(seeds.length);
});

test('models that are ill at the same time are owed by one entry, unless entries are per model', async () => {
  const incident = await findIncident('all-models-down');
  expect(outagesOf(incident, modelNames(3), 'combined').map(({ models }) => models.length)).toEqual([3]);
  expect(outagesOf(incident, modelNames(3), 'per-model').map(({ models }) => models.length)).toEqual([1, 1, 1]);
});

test('of many ill models a slice has two, and the census all models', async () => {
  const { plan } = await planned('all-models-down', { rate: 100, replicas: 10, models: 30 });
  expect(plan.calibration[0]!.models).toBe(3);
  expect(plan.calibration[0]!.incident.faults.map((fault) => 'model' in fault && fault.model)).toEqual([
    'weapons',
    'money',
  ]);
  expect(plan.census.models).toBe(30);
});

test('more events per replica than can be run in time are refused', async () => {
  await expect(planned('model-down', { rate: 20_000, replicas: 10, models: 5 })).rejects.toThrow('--replicas');
});

test('an incident in which something else goes wrong has no answer', async () => {
  const incident = await findIncident('redis-down');
  expect(() => outagesOf(incident, modelNames(3), 'combined')).toThrow(WhatIfError);
  expect(() => outagesOf(incident, modelNames(3), 'combined')).toThrow('cache gone');
});

test("the lab's calls at one time grow with the rate per replica; one's own stay as they are", async () => {
  const incident = await findIncident('model-down');
  const size = { incident: withPodsFor(incident, 1_000), rate: 1_000, models: 2, seed: 1 };
  const callsOf = (replicas: number) =>
    configureSlice({ ...size, replicas }).config.models['weapons']!.concurrency.initial;
  expect(callsOf(1)).toBe(100);
  expect(callsOf(1_000)).toBe(4);
});

test('a slice tells what its backlog did, second by second', async () => {
  const incident = await findIncident('model-down');
  const faults = incident.faults.map((fault) => ({ ...fault, for: 20_000 }));
  const short = { ...incident, calm: 5_000, after: 20_000, faults };
  const seen = await runSlice({ incident: short, rate: 5, replicas: 1, models: 2, seed: 1 }, () => {});
  expect([seen.fromS, seen.toS, seen.depth.length]).toEqual([5, 25, 45]);
  const owed = seen.published.slice(5, 25).reduce((sum, count) => sum + count, 0);
  expect(Math.abs(seen.depth[24]! - owed)).toBeLessThanOrEqual(0.1 * owed);
  expect(seen.deliveries.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3 * owed);
  expect(seen.entryBytes).toBeGreaterThan(seen.eventBytes);
  expect(seen.share).toBe(1);
  expect(seen.holdS).toBeLessThan(0.1);
}, 30_000);
