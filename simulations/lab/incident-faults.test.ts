import { status } from '@grpc/grpc-js';
import { expect, describe as group, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { createCatalog } from '../world/catalog.ts';
import type { Breakable } from '../world/faults.ts';
import { createModel } from '../world/model.ts';
import { createRandom } from '../world/random.ts';
import { createStore } from '../world/store.ts';
import { type Incident, IncidentError, parseIncident } from './incident.ts';
import { beginFault, describe, faultWindows, illModels, worldFaults } from './incident-faults.ts';

const MODELS = ['weapons', 'money', 'drugs'];

type FaultText = Record<string, unknown>;

function incidentOf(...faults: FaultText[]): Incident {
  const timed = faults.map((fault) => ({ at: '0s', for: '1m', ...fault }));
  return parseIncident(stringify({ title: 'a', about: 'b', calm: '1m', faults: timed }), 'mine.yaml');
}

const faultsOf = (...faults: FaultText[]) => worldFaults(incidentOf(...faults), MODELS, 2);

function findingsOf(...faults: FaultText[]): string[] {
  try {
    faultsOf(...faults);
  } catch (error) {
    if (error instanceof IncidentError) return error.findings.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

group('the faults of an incident', () => {
  test.each<[FaultText, FaultText]>([
    [{ kind: 'model down', model: 'ill' }, { model: 'weapons' }],
    [{ kind: 'model hanging', model: 'ill-2' }, { model: 'money' }],
    [{ kind: 'model slow', model: 'drugs', factor: 3 }, {}],
    [
      { kind: 'model late', model: 'ill', median: '400ms', p99: '2s' },
      { model: 'weapons', medianMs: 400, p99Ms: 2_000 },
    ],
    [
      { kind: 'model failing', model: 'ill', share: 0.3 },
      { model: 'weapons', codes: [status.UNAVAILABLE] },
    ],
    [
      { kind: 'model refusing inputs', model: 'ill' },
      { model: 'weapons', share: 1, codes: [status.INVALID_ARGUMENT] },
    ],
    [
      { kind: 'model answering garbage', model: 'ill' },
      { model: 'weapons', share: 1 },
    ],
    [
      { kind: 'model flapping', model: 'ill', period: '10s' },
      { model: 'weapons', periodMs: 10_000 },
    ],
    [{ kind: 'cache gone', forgets: false }, {}],
    [{ kind: 'cache frozen' }, {}],
    [{ kind: 'cache slow', delay: '40ms' }, { delayMs: 40 }],
    [{ kind: 'catalogue down' }, {}],
    [{ kind: 'catalogue hanging' }, {}],
    [{ kind: 'catalogue slow', delay: '1s' }, { delayMs: 1_000 }],
    [
      { kind: 'publishes refused', code: 'ABORTED' },
      { share: 1, code: status.ABORTED },
    ],
    [{ kind: 'publishes slow', delay: '3s' }, { delayMs: 3_000 }],
    [{ kind: 'publishes unconfirmed', share: 0.1 }, {}],
    [{ kind: 'acks lost', share: 0.1 }, {}],
    [{ kind: 'duplicates', share: 0.1 }, {}],
    [{ kind: 'reordering', share: 0.1 }, {}],
    [{ kind: 'streams cut' }, {}],
    [{ kind: 'replica crashed', replica: 2 }, { replica: 1 }],
    [{ kind: 'burst', factor: 10 }, {}],
    [{ kind: 'poison flood', share: 0.9 }, {}],
  ])('tell the world of %j', (fault, told) => {
    const { delay: _d, median: _m, p99: _p, period: _e, ...rest } = fault;
    expect(faultsOf({ ...fault, at: '30s', for: '2m' })).toEqual([
      { atMs: 90_000, forMs: 120_000, fault: { ...rest, ...told } },
    ]);
  });

  test('come in the order of their begins, counted from the begin of the load', () => {
    const faults = faultsOf({ kind: 'burst', factor: 2, at: '10s' }, { kind: 'cache frozen', at: '5s' });
    expect(faults.map(({ atMs, fault }) => [atMs, fault.kind])).toEqual([
      [65_000, 'cache frozen'],
      [70_000, 'burst'],
    ]);
  });

  test('strike all models where they say so', () => {
    const faults = faultsOf({ kind: 'model down', model: 'all' });
    expect(faults.map(({ fault }) => 'model' in fault && fault.model)).toEqual(MODELS);
  });

  test('crash a replica again and again, and have it up when they end', () => {
    const loop = { kind: 'replica crash-looping', replica: 1, up: '20s', down: '5s' };
    const fault = { kind: 'replica crashed', replica: 0 };
    expect(faultsOf({ ...loop, for: '52s' })).toEqual([
      { atMs: 60_000, forMs: 5_000, fault },
      { atMs: 85_000, forMs: 5_000, fault },
      { atMs: 110_000, forMs: 2_000, fault },
    ]);
    expect(faultsOf({ ...loop, for: '50s' })).toHaveLength(2);
  });

  test('that follow each other on one target do not end the next one', () => {
    const faults = faultsOf(
      { kind: 'model slow', model: 'weapons', factor: 4, at: '1m', for: '1m' },
      { kind: 'model down', model: 'ill', at: '0s', for: '1m' },
    );
    expect(faults).toMatchObject([
      { atMs: 60_000, forMs: 59_999, fault: { kind: 'model down' } },
      { atMs: 120_000, forMs: 60_000, fault: { kind: 'model slow' } },
    ]);
  });

  test('may strike different targets at the same time', () => {
    const both = [
      { kind: 'cache frozen' },
      { kind: 'catalogue slow', delay: '1s' },
      { kind: 'model down', model: 'money' },
    ];
    const replicas = [1, 2].map((replica) => ({ kind: 'replica crashed', replica }));
    expect(faultsOf(...both, ...replicas, { kind: 'model hanging', model: 'ill' })).toHaveLength(6);
  });

  test('are refused where two strike one target at the same time', () => {
    expect(
      findingsOf({ kind: 'model down', model: 'ill' }, { kind: 'model slow', model: 'weapons', factor: 2 }),
    ).toEqual(['faults.1: strikes model weapons while faults.0 (model down) still does']);
    expect(
      findingsOf({ kind: 'model down', model: 'all', at: '30s' }, { kind: 'model slow', model: 'money', factor: 2 }),
    ).toEqual(['faults.0: strikes model money while faults.1 (model slow) still does']);
    expect(findingsOf({ kind: 'cache gone' }, { kind: 'cache slow', delay: '1s', at: '59s' })).toEqual([
      'faults.1: strikes cache while faults.0 (cache gone) still does',
    ]);
    const crashes = [
      { kind: 'replica crash-looping', replica: 1 },
      { kind: 'replica crashed', replica: 1, at: '10s', for: '1s' },
    ];
    expect(findingsOf(...crashes)).toEqual([
      'faults.1: strikes replica 1 while faults.0 (replica crash-looping) still does',
    ]);
  });

  test('are refused where a short one lies within a long one behind another', () => {
    const findings = findingsOf(
      { kind: 'cache frozen', for: '10m' },
      { kind: 'cache slow', delay: '1s', at: '1m' },
      { kind: 'cache gone', at: '5m' },
    );
    expect(findings).toEqual([
      'faults.1: strikes cache while faults.0 (cache frozen) still does',
      'faults.2: strikes cache while faults.0 (cache frozen) still does',
    ]);
  });

  test('are refused all at once where they name what the run has not', () => {
    const faults = [
      { kind: 'model down', model: 'ill-4' },
      { kind: 'model down', model: 'wepons' },
      { kind: 'replica crashed', replica: 3 },
      { kind: 'replica crashed', replica: 1 },
    ];
    expect(findingsOf(...faults)).toEqual([
      'faults.0.model: there is no "ill-4" among 3 models',
      'faults.1.model: there is no model "wepons"; did you mean "weapons"?',
      'faults.2.replica: there is no replica 3 among 2',
    ]);
    expect(() => faultsOf(...faults)).toThrow(/^mine\.yaml can't be used as an incident:\n {2}faults\.0\.model: /);
  });
});

test('the ill models are those that faults concern, in the order in which they are named', () => {
  const incident = incidentOf(
    { kind: 'model down', model: 'ill-3', at: '1m' },
    { kind: 'burst', factor: 2 },
    { kind: 'model down', model: 'weapons' },
    { kind: 'model slow', model: 'ill', factor: 2, at: '2m' },
  );
  expect(illModels(incident, MODELS)).toEqual(['drugs', 'weapons']);
  expect(illModels(incidentOf({ kind: 'model down', model: 'all' }), MODELS)).toEqual(MODELS);
  expect(illModels(incidentOf({ kind: 'burst', factor: 2 }), MODELS)).toEqual([]);
});

group('a fault in words', () => {
  test.each<[FaultText, string]>([
    [{ kind: 'model down', model: 'ill' }, 'weapons down'],
    [{ kind: 'model down', model: 'all' }, 'all models down'],
    [{ kind: 'model slow', model: 'ill-2', factor: 3 }, 'money slow (×3)'],
    [{ kind: 'model late', model: 'ill', median: '600ms', p99: '3s' }, 'weapons late (median 600ms, p99 3s)'],
    [
      { kind: 'model failing', model: 'ill', share: 0.3, codes: ['UNAVAILABLE', 'INTERNAL'] },
      'weapons failing (30 %, UNAVAILABLE/INTERNAL)',
    ],
    [{ kind: 'model answering garbage', model: 'ill' }, 'weapons answering garbage'],
    [{ kind: 'model flapping', model: 'ill', period: '10s' }, 'weapons flapping (every 10s)'],
    [{ kind: 'cache gone' }, 'cache gone (forgets all)'],
    [{ kind: 'cache gone', forgets: false }, 'cache gone (keeps what it had)'],
    [{ kind: 'cache slow', delay: '40ms' }, 'cache slow (by 40ms)'],
    [{ kind: 'publishes refused', share: 0.125 }, 'publishes refused (12.5 %, UNAVAILABLE)'],
    [{ kind: 'replica crashed', replica: 2 }, 'replica 2 crashed'],
    [{ kind: 'replica crash-looping', replica: 1 }, 'replica 1 crash-looping (up 20s, down 5s)'],
    [{ kind: 'streams cut' }, 'streams cut'],
    [{ kind: 'burst', factor: 10 }, 'burst (×10)'],
  ])('%j is told', (fault, told) => {
    expect(describe(incidentOf(fault).faults[0]!, MODELS)).toBe(told);
  });

  test('has its time', () => {
    const incident = incidentOf({ kind: 'cache frozen', at: '1m', for: '30s' }, { kind: 'model down', model: 'ill' });
    expect(faultWindows(incident, MODELS)).toEqual([
      { label: 'cache frozen', fromMs: 120_000, toMs: 150_000 },
      { label: 'weapons down', fromMs: 60_000, toMs: 120_000 },
    ]);
  });
});

group('a fault that begins', () => {
  const random = createRandom(1);
  const traits = { name: 'weapons', reads: [], needs: [], servers: 1, serviceMs: 10 };
  const partsOf = (): Breakable => ({
    models: new Map([['weapons', createModel(traits, random)]]),
    store: createStore(random),
    catalog: createCatalog(random).conditions,
    pubsub: { refusals: { share: 0, code: 0 }, publishDelayMs: 0, lostConfirmations: 0, streamsCutUntilMs: 0 },
    disturbance: { duplicate: 0, reorder: 0, dropAcks: 0 },
    replicas: [],
    load: { factor: 1 },
  });

  test('makes a model late until it ends', () => {
    const parts = partsOf();
    const { conditions } = parts.models.get('weapons')!;
    const [timed] = faultsOf({ kind: 'model late', model: 'ill', median: '400ms', p99: '2s' });
    const end = beginFault(timed!.fault, parts, { invalid: 0 });
    expect(conditions.lateness).toMatchObject({ medianMs: 400, p99Ms: 2_000 });
    end();
    expect(conditions.lateness).toBeUndefined();
  });

  test('floods with poison until it ends, and leaves the share that is usual', () => {
    const mix = { invalid: 0.02 };
    const end = beginFault({ kind: 'poison flood', share: 0.9 }, partsOf(), mix);
    expect(mix.invalid).toBe(0.9);
    end();
    expect(mix.invalid).toBe(0.02);
  });

  test("is the world's where the world has it", () => {
    const parts = partsOf();
    const end = beginFault({ kind: 'burst', factor: 10 }, parts, { invalid: 0 });
    expect(parts.load.factor).toBe(10);
    end();
    expect(parts.load.factor).toBe(1);
  });

  test('on a target right after another on it still holds when the other has ended', () => {
    vi.useFakeTimers();
    try {
      const parts = partsOf();
      const faults = faultsOf(
        { kind: 'model down', model: 'ill', for: '1m' },
        { kind: 'model slow', model: 'ill', factor: 4, at: '1m', for: '1m' },
      );
      for (const { atMs, forMs, fault } of faults) {
        setTimeout(() => setTimeout(beginFault(fault, parts, { invalid: 0 }), forMs), atMs);
      }
      vi.advanceTimersByTime(150_000);
      expect(parts.models.get('weapons')!.conditions).toMatchObject({ state: 'up', slowness: 4 });
    } finally {
      vi.useRealTimers();
    }
  });
});
