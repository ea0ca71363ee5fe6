import { expect, test } from 'vitest';
import type { Breakage } from '../../../infra/local/breakage.ts';
import { parseIncident } from '../incident.ts';
import type { ModelFaults } from './model-faults.ts';
import { planSteps, type Site } from './real-faults.ts';

const MODELS = ['weapons', 'money', 'counterfeit'];

function incidentOf(...faults: string[]) {
  const lines = faults.map((fault) => `  - { ${fault} }`).join('\n');
  return parseIncident(`title: t\nabout: a\ncalm: 10s\nafter: 10s\nfaults:\n${lines}\n`, 'own.yaml');
}

/** What is done to a stack of these parts, each with its time in seconds. */
async function deeds(faults: readonly string[], parts: readonly string[] = []): Promise<string[]> {
  const done: string[] = [];
  let atS = 0;
  const site = {
    stack: {
      parts: new Map(parts.map((part) => [part, undefined])),
      break: async ({ part, how }: Breakage) => void done.push(`${atS} ${part} ${how}`),
      repair: async ({ part }: Breakage) => void done.push(`${atS} ${part} repaired`),
      faults: (model: string) => ({
        setFaults: async (wanted: ModelFaults) => void done.push(`${atS} ${model} ${JSON.stringify(wanted)}`),
      }),
    },
    load: { factor: 1 },
    mix: { edits: 0, repeats: 0, invalid: 0 },
  } as unknown as Site;
  for (const { atMs, act } of planSteps(incidentOf(...faults), MODELS, 3)) {
    atS = atMs / 1_000;
    await act(site);
    if (site.load.factor !== 1 || site.mix.invalid !== 0) done.push(`${atS} ×${site.load.factor} ${site.mix.invalid}`);
  }
  return done;
}

const WELL = '{"latency":{"medianMs":50,"p99Ms":100.4';

test('a model is broken by its switch, and is afterwards as late as usual', async () => {
  const done = await deeds(['kind: model down, model: ill, at: 5s, for: 20s']);
  expect(done).toHaveLength(2);
  expect(done[0]).toBe('15 weapons {"down":true}');
  expect(done[1]).toContain(`35 weapons ${WELL}`);
});

test('all models, one after the other of the list or by name', async () => {
  const named = async (model: string) =>
    (await deeds([`kind: model hanging, model: ${model}, at: 0s, for: 1s`])).filter((one) => one.includes('hang'));
  expect(await named('all')).toEqual(MODELS.map((model) => `10 ${model} {"hang":true}`));
  expect(await named('ill-2')).toEqual(['10 money {"hang":true}']);
  expect(await named('counterfeit')).toEqual(['10 counterfeit {"hang":true}']);
});

test('a model that fails in part is as late as usual, and its errors share the rate', async () => {
  const [failing] = await deeds([
    'kind: model failing, model: ill, share: 0.3, codes: [UNAVAILABLE, INTERNAL], at: 0s, for: 1s',
  ]);
  expect(failing).toContain(WELL);
  expect(failing).toContain('"errors":[{"code":14,"rate":0.15},{"code":13,"rate":0.15}]');
});

test('a model that is slow takes so many times as long', async () => {
  const [slow] = await deeds(['kind: model slow, model: ill, factor: 10, at: 0s, for: 1s']);
  expect(slow).toContain('"medianMs":500');
  const [late] = await deeds(['kind: model late, model: ill, median: 400ms, p99: 2s, at: 0s, for: 1s']);
  expect(late).toBe('10 weapons {"latency":{"medianMs":400,"p99Ms":2000}}');
});

test('a model that flaps is well for a period, then down for one', async () => {
  const done = await deeds(['kind: model flapping, model: ill, period: 2s, at: 0s, for: 7s']);
  expect(done.map((one) => one.slice(0, 22).replace(/\{"latency.*/, 'well'))).toEqual([
    '12 weapons {"down":tru',
    '14 weapons well',
    '16 weapons {"down":tru',
    '17 weapons well',
  ]);
});

test('each redis that there is is broken, whether one for all or one for each proxy, or none', async () => {
  const gone = ['kind: cache gone, at: 0s, for: 5s'];
  expect(await deeds(gone, ['redis', 'catalog'])).toEqual(['10 redis kill', '15 redis repaired']);
  expect(await deeds(gone, ['redis-1', 'redis-2'])).toEqual([
    '10 redis-1 kill',
    '10 redis-2 kill',
    '15 redis-1 repaired',
    '15 redis-2 repaired',
  ]);
  expect(await deeds(gone, ['catalog'])).toEqual([]);
});

test('a replica is counted from 1, and one that crashes in a loop is killed again and again', async () => {
  const crashing = ['kind: replica crash-looping, replica: 1, up: 5s, down: 2s, at: 0s, for: 8s'];
  expect(await deeds(crashing, ['proxy-1', 'proxy-10'])).toEqual([
    '10 proxy-1 kill',
    '12 proxy-1 repaired',
    '17 proxy-1 kill',
    '18 proxy-1 repaired',
  ]);
});

test('a burst and a flood change what is published, for as long as they last', async () => {
  expect(await deeds(['kind: burst, factor: 10, at: 0s, for: 5s'])).toEqual(['10 ×10 0']);
  expect(await deeds(['kind: poison flood, share: 0.5, at: 0s, for: 5s'])).toEqual(['10 ×1 0.5']);
});

test('what can not be done for real is told before anything starts, each fault by its place', () => {
  const incident = incidentOf(
    'kind: model down, model: ill, at: 0s, for: 5s',
    'kind: publishes refused, at: 0s, for: 5s',
    'kind: cache gone, forgets: false, at: 10s, for: 5s',
    'kind: model refusing inputs, model: ill-2, at: 10s, for: 5s',
  );
  expect(() => planSteps(incident, MODELS, 3)).toThrowErrorMatchingInlineSnapshot(`
    [RealRunError: incident own can't be run with --real:
      fault 2 'publishes refused': nothing does that to the local stack
      fault 3 'cache gone': a redis-server that is killed forgets what it had
      fault 4 'model refusing inputs': the fault switch of a model knows whole calls only
    Run it in virtual time, or without these faults.]
  `);
});
