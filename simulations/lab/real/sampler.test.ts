import { expect, test } from 'vitest';
import { createRecorder } from '../recorder.ts';
import { startSampler } from './sampler.ts';

function rig() {
  const recorder = createRecorder();
  const state = { atMs: -400, received: 0, calls: 0, inputs: 0, isAway: false };
  const options = {
    replicas: [
      {
        figures: async () => ({
          samples: new Map([
            ['eddy_messages_received_total{intake="items"}', state.received],
            ['eddy_messages_received_total{intake="moderate"}', 1_000],
            ['eddy_enrichment_calls_total{source="seller",code="OK"}', state.calls],
          ]),
        }),
      },
    ],
    models: ['weapons'],
    load: async () => {
      if (state.isAway) throw new Error('14 UNAVAILABLE');
      return { inputs: state.inputs };
    },
    recorder,
    backlog: () => 0,
    now: () => state.atMs,
  };
  return { recorder, state, options };
}

test('what was counted before the first look does not count, and later looks count what came since', async () => {
  const { recorder, state, options } = rig();
  Object.assign(state, { received: 10, calls: 3, inputs: 7 });
  const sampler = await startSampler(options);
  Object.assign(state, { atMs: 1_000, received: 15, calls: 4, inputs: 9 });
  await sampler[Symbol.asyncDispose]();
  const { series, inputs } = recorder.notes;
  expect(series.get('proxyLoad')).toEqual(new Map([[0, 5]]));
  expect(series.get('dependencyLoad')).toEqual(new Map([[0, 1]]));
  expect(inputs.get('weapons')).toEqual(new Map([[0, 2]]));
});

test('a model that was started again counts anew, and one that does not answer is asked the next time', async () => {
  const { recorder, state, options } = rig();
  state.inputs = 100;
  const sampler = await startSampler(options);
  Object.assign(state, { atMs: 1_000, isAway: true });
  await sampler[Symbol.asyncDispose]();
  expect(recorder.notes.inputs.get('weapons')).toBeUndefined();
  Object.assign(state, { atMs: 3_000, isAway: false, inputs: 4 });
  await sampler[Symbol.asyncDispose]();
  expect(recorder.notes.inputs.get('weapons')).toEqual(new Map([[1, 4]]));
});

test('it looks once a second by itself', async () => {
  const { recorder, state, options } = rig();
  const startedAtMs = performance.now();
  await using _sampler = await startSampler({ ...options, now: () => performance.now() - startedAtMs });
  state.inputs = 3;
  await expect.poll(() => recorder.notes.inputs.get('weapons')?.get(0), { timeout: 5_000 }).toBe(3);
  expect(recorder.notes.series.get('oldestUnacked')?.get(1)).toBe(0);
});
