import { expect, test } from 'vitest';
import { findIncident } from '../incident-catalogue.ts';
import { runSlices } from './run-slices.ts';
import type { SliceRequest } from './slice-request.ts';

async function short(rate: number): Promise<SliceRequest> {
  const incident = await findIncident('model-down');
  const faults = incident.faults.map((fault) => ({ ...fault, for: 3_000 }));
  return { incident: { ...incident, calm: 1_000, after: 3_000, faults }, rate, replicas: 1, models: 2, seed: 1 };
}

test('slices run in threads, and what was seen comes in the order of the requests', async () => {
  const shares: number[] = [];
  const seen = await runSlices([await short(6), await short(2), await short(4)], {
    workers: 2,
    signal: new AbortController().signal,
    onProgress: (share) => shares.push(share),
  });
  expect(seen.map(({ rate }) => rate)).toEqual([6, 2, 4]);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
}, 30_000);

test('a slice that can not be run fails all, and names which', async () => {
  const { incident, ...rest } = await short(2);
  const faults = incident.faults.map((fault) => ({ ...fault, model: 'nobody' }));
  const failing = { ...rest, incident: { ...incident, faults } } as SliceRequest;
  const options = { workers: 1, signal: new AbortController().signal, onProgress: () => {} };
  await expect(runSlices([failing], options)).rejects.toThrow('slice of 2 events/s');
}, 30_000);

test('aborting ends the threads', async () => {
  const stop = new AbortController();
  const running = runSlices([await short(500), await short(500)], {
    workers: 1,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  });
  await expect(running).rejects.toThrow('enough');
}, 30_000);
