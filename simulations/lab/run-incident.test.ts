import { beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../proxy/config.ts';
import { IncidentError, parseIncident } from './incident.ts';
import type { RunRecord } from './record.ts';
import { checkRequest, configure, isTooLarge, planRun, type RunRequest, runIncident } from './run-incident.ts';
import { capacityOf } from './run-plan.ts';

/** A few seconds of an incident; the pauses between deliveries are as short as Pub/Sub's shortest. */
function incidentOf(changes: Readonly<Record<string, unknown>> = {}) {
  const content = {
    title: 'Tiny',
    about: 'A model is down for a moment.',
    calm: '5s',
    after: '15s',
    models: 2,
    subscriptions: { items: { backoff: { min: '1s', max: '1s' } }, backlog: { backoff: { min: '1s', max: '1s' } } },
    faults: [{ kind: 'model down', model: 'ill', at: '0s', for: '15s' }],
    ...changes,
  };
  return parseIncident(JSON.stringify(content), 'tiny.yaml');
}

const requestOf = (changes: Partial<RunRequest> = {}): RunRequest => ({
  incident: incidentOf(),
  strategy: 'eddy',
  replicas: 2,
  rate: 5,
  models: 2,
  seed: 1,
  ...changes,
});
const run = (changes: Partial<RunRequest> = {}) => runIncident(requestOf(changes), () => {});

/** A configuration of one's own, as far as it matters. */
const own = (text: string, env: Readonly<Record<string, string>> = {}) => ({ file: 'my.yaml', text, env });
const OWN = `
pubsub: { project: '\${PROJECT}' }
models:
  guns: { topic: arms, target: dns:///guns:1, reads: [title], timeout: 200ms, batch: { max: 8 }, policy: { review: 0.5, remove: 0.9 } }
  fakes: { topic: fakes, target: dns:///fakes:1, reads: [title], policy: { review: 0.5, remove: 0.9 } }
`;

describe('a run', () => {
  let first: RunRecord;
  beforeAll(async () => {
    first = await run();
  });

  test('comes to the same with the same seed, and not with another', async () => {
    expect(await run()).toEqual(first);
    const other = await run({ seed: 2 });
    expect(other.series).not.toEqual(first.series);
    expect({ ...other, seed: 1 }).not.toEqual(first);
  });

  test('tells what it was, with a value for each second of the load', () => {
    expect(first).toMatchObject({
      incident: 'tiny',
      title: 'Tiny',
      strategy: 'eddy',
      mode: 'virtual',
      seed: 1,
      replicas: 2,
      rate: 5,
      models: ['weapons', 'money'],
      ill: ['weapons'],
      faults: [{ label: 'weapons down', fromS: 5, toS: 20 }],
    });
    expect(Object.values(first.series).map(({ length }) => length)).toEqual(Array(9).fill(35));
    const published = first.series.published.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(published).toBe(first.events);
    expect(published / 35).toBeGreaterThan(3);
    expect(published / 35).toBeLessThan(7);
  });

  test('of what ships leaves the healthy model alone, decides new events at once and loses nothing', () => {
    expect(first.measures.healthyPeak).toBeLessThan(1.1);
    expect(first.measures).toMatchObject({
      healthyAsks: 1,
      dependencyCallsMost: 1,
      lost: 0,
      abandoned: 0,
      latencyError: 0,
    });
    expect(first.measures.delayP99).toBeLessThan(1);
    expect(first.measures.recovery).toBeGreaterThan(0);
  });

  test('that nacks asks the healthy model over and over', async () => {
    const { measures } = await run({ strategy: 'nack' });
    expect(measures.healthyPeak).toBeGreaterThan(2);
    expect(measures.healthyAsks).toBeGreaterThan(2);
    expect(measures.delayP50).toBeGreaterThan(3);
    expect(measures.dependencyCallsMost).toBeGreaterThan(5);
    expect(measures.lost).toBe(0);
  });

  test('with a memory for each of two replicas finds about half of the answers on the first retry', async () => {
    const incident = incidentOf({ faults: [{ kind: 'model down', model: 'ill', at: '0s', for: '30s' }] });
    const { hits } = await run({ incident, strategy: 'memory-cache', rate: 10 });
    const [first, second] = hits;
    expect(first).toMatchObject({ retry: 1 });
    expect(first!.knowable).toBeGreaterThan(200);
    expect(first!.hitShare).toBeGreaterThan(0.4);
    expect(first!.hitShare).toBeLessThan(0.6);
    expect(second!.hitShare).toBeGreaterThan(0.65);
    expect(second!.hitShare).toBeLessThan(0.85);
  });

  test('is judged by what its incident expects of the strategy, and of the number of replicas before that', async () => {
    const incident = incidentOf({
      after: '1s',
      faults: [{ kind: 'model down', model: 'ill', at: '0s', for: '1s' }],
      expect: { eddy: { lost: { atMost: 0 } }, 'eddy@1': { healthyPeak: { atMost: 0.01 } } },
    });
    const verdictsWith = async (replicas: number) =>
      (await run({ incident, replicas })).verdicts.map(({ measure, passed }) => [measure, passed]);
    expect(await verdictsWith(2)).toEqual([['lost', true]]);
    expect(await verdictsWith(1)).toEqual([['healthyPeak', false]]);
  });

  test('tells how much of it is over', async () => {
    const shares: number[] = [];
    const incident = incidentOf({ faults: [{ kind: 'model down', model: 'ill', at: '0s', for: '5s' }] });
    await runIncident(requestOf({ incident }), (share) => shares.push(share));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([shares[0], shares.at(-1)]).toEqual([1 / 25, 1]);
  });
});

test('with two models that return one after the other the published combined form tells wrong latencies, Eddy right ones', async () => {
  const incident = incidentOf({
    faults: [
      { kind: 'model down', model: 'ill', at: '0s', for: '5s' },
      { kind: 'model down', model: 'ill-2', at: '0s', for: '12s' },
    ],
  });
  const errorOf = async (strategy: string) => (await run({ incident, strategy, models: 3 })).measures.latencyError;
  expect(await errorOf('backlog-combined')).toBeGreaterThan(1);
  expect(await errorOf('backlog-per-model')).toBeLessThan(0.1);
  expect(await errorOf('eddy')).toBeLessThan(0.1);
});

describe('the configuration of a run', () => {
  test("is the lab's with as many models as wished for, changed by the strategy", () => {
    const { config } = configure(requestOf({ strategy: 'memory-cache', models: 3 }));
    expect(Object.keys(config.models)).toEqual(['weapons', 'money', 'counterfeit']);
    expect([config.cache.kind, config.items.maxInFlight]).toEqual(['memory', 10]);
  });

  test('or one of your own, with its variables and models, to which nobody connects', () => {
    const { config } = configure(requestOf({ config: own(OWN, { PROJECT: 'shop' }), strategy: 'redis-cache' }));
    expect(config.pubsub.project).toBe('shop');
    expect(Object.entries(config.models).map(([name, { target, timeout }]) => [name, target, timeout])).toEqual([
      ['guns', 'guns', 200],
      ['fakes', 'fakes', expect.any(Number)],
    ]);
    expect(config.cache.kind).toBe('redis');
    expect(config.enrichment.seller).toBeUndefined();
  });

  test('tells all that is wrong with your own by the name of its file', () => {
    expect(() => configure(requestOf({ config: own(OWN) }))).toThrow(ConfigError);
    expect(() => configure(requestOf({ config: own(OWN) }))).toThrow(
      /^my\.yaml can't be used[\s\S]*pubsub\.project.*PROJECT/,
    );
    expect(() => configure(requestOf({ config: own('models: {}\nfoo: 1') }))).toThrow(/foo/);
  });
});

describe('a request', () => {
  test('is refused before it is run where it names what there is not', () => {
    const incident = incidentOf({ faults: [{ kind: 'model down', model: 'ill-3', at: '0s', for: '5s' }] });
    expect(() => checkRequest(requestOf({ incident }))).toThrow(IncidentError);
    expect(() => checkRequest(requestOf({ incident, models: 3 }))).not.toThrow();
    expect(() => checkRequest(requestOf({ strategy: 'edy' }))).toThrow('there is no strategy "edy"');
    expect(() => checkRequest(requestOf({ config: own(OWN) }))).toThrow(ConfigError);
  });

  test('of more than a million events is too large to be run one by one', () => {
    expect([28_000, 29_000].map((rate) => isTooLarge(requestOf({ rate })))).toEqual([false, true]);
  });
});

describe('the plan of a run', () => {
  const planOf = (request: RunRequest) => {
    const { config, strategy } = configure(request);
    return planRun(request, config, strategy);
  };

  test('has the models, replicas, subscriptions and faults of the incident', () => {
    const incident = incidentOf({ model: { latency: '20ms', pods: { min: 2, max: 6, lag: '7s' } } });
    const { setting, autoscaling, faults, loadMs, ill } = planOf(requestOf({ incident, replicas: 3 }));
    expect(setting.roles).toEqual(['all', 'all', 'all']);
    expect(setting.models).toMatchObject([
      { name: 'weapons', servers: 2, serviceMs: 20 },
      { name: 'money', servers: 2, serviceMs: 20 },
    ]);
    expect(setting.subscriptions.items.retryPolicy).toEqual({ minimumBackoffMs: 1_000, maximumBackoffMs: 1_000 });
    expect(autoscaling).toEqual({ min: 2, max: 6, step: 4, target: 0.7, lagMs: 7_000, everyMs: 15_000 });
    expect(faults).toMatchObject([{ atMs: 5_000, forMs: 15_000 }]);
    expect([loadMs, ill]).toEqual([35_000, 'weapons']);
  });

  test('has a model that gains nothing from batches, and answers 20 inputs a second in 50 ms each', () => {
    const { setting } = planOf(requestOf());
    expect(setting.models[0]).toMatchObject({ serviceMs: 50, perFurtherInput: 1 });
    expect(capacityOf(setting, 'weapons')).toBe(20);
  });

  test('has one that can answer a full batch in half its time, where yours asks more of it', () => {
    const { setting } = planOf(requestOf({ config: own(OWN, { PROJECT: 'shop' }) }));
    const { serviceMs, perFurtherInput } = setting.models[0]!;
    expect(serviceMs).toBe(50);
    expect(serviceMs * (1 + 7 * perFurtherInput!)).toBeCloseTo(100);
    expect(capacityOf(setting, 'guns')).toBeCloseTo(80);
  });
});
