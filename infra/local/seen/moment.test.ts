import { expect, test } from 'vitest';
import type { Totals } from '../books.ts';
import { parseSamples } from '../scrape.ts';
import { momentOf, pointOf, type View } from './moment.ts';

const names = { models: ['arms', 'money'], replicas: ['proxy-1', 'proxy-2'] };

function viewOf(atMs: number, texts: readonly string[], totals: Partial<Totals> = {}, answers = texts.map(() => true)) {
  const view: View = {
    atMs,
    totals: {
      published: 0,
      decided: 0,
      quarantined: 0,
      superseded: 0,
      abandoned: 0,
      waiting: 0,
      unheard: 0,
      waitingOfOthers: 0,
      ...totals,
    },
    mainStream: { behind: totals.unheard ?? 0, oldestMs: 0, firstWords: 0, p50Ms: null, p99Ms: null },
    replicas: texts.map((text, index) => ({ samples: parseSamples(text), answers: answers[index]! })),
  };
  return view;
}

test('rates are of the last three seconds, over all replicas', () => {
  const proxy = (inputs: number, received: number) =>
    `eddy_model_inputs_total{model="arms",lane="live"} ${inputs}\neddy_messages_received_total{intake="items"} ${received}`;
  const views = [
    viewOf(0, [proxy(0, 0), proxy(0, 0)], { published: 0 }),
    viewOf(7_000, [proxy(100, 90), proxy(100, 90)], { published: 300, decided: 250, waiting: 30, unheard: 20 }),
    viewOf(10_000, [proxy(130, 120), proxy(160, 120)], { published: 450, decided: 400, waiting: 45, unheard: 5 }),
  ];
  const moment = momentOf(views, names);
  expect(moment).toMatchObject({ publishedPerSecond: 50, heardPerSecond: 55, settledPerSecond: 50 });
  expect(moment.models[0]).toMatchObject({ name: 'arms', inputsPerSecond: 30 });
  expect(moment.replicas).toMatchObject([
    { name: 'proxy-1', receivedPerSecond: 10 },
    { name: 'proxy-2', receivedPerSecond: 10 },
  ]);
  expect(pointOf(moment)).toMatchObject({ published: 50, waiting: 45, behind: 5, load: [30, 0] });
});

test('of a fleet that shares a store one figure counts, of replicas that do not their sum', () => {
  const owed = (scope: string, count: number, drain: string) =>
    `eddy_backlog_owed{model="arms",scope="${scope}"} ${count}\neddy_backlog_drain_seconds{model="arms",scope="${scope}"} ${drain}`;
  const shared = [owed('fleet', 40, '9'), owed('fleet', 41, '8')];
  const waiting = { waiting: 90 };
  expect(momentOf([viewOf(0, shared, waiting)], names).models[0]).toMatchObject({ owed: 41, drainSeconds: 9 });
  const apart = [owed('replica', 40, '9'), owed('replica', 41, '+Inf')];
  expect(momentOf([viewOf(0, apart, waiting)], names).models[0]).toMatchObject({ owed: 81, drainSeconds: null });
  expect(momentOf([viewOf(0, apart, waiting, [true, false])], names).models[0]).toMatchObject({
    owed: 40,
    drainSeconds: 9,
  });
});

test('no more is owed than what waits, whoever has published it', () => {
  const owed =
    'eddy_backlog_owed{model="arms",scope="fleet"} 50\neddy_backlog_drain_seconds{model="arms",scope="fleet"} +Inf';
  const of = (totals: Partial<Totals>) => momentOf([viewOf(0, [owed, owed], totals)], names).models[0];
  expect(of({})).toMatchObject({ owed: 0, drainSeconds: 0, health: { level: 'well' } });
  expect(of({ waiting: 4, waitingOfOthers: 3 })).toMatchObject({ owed: 7, drainSeconds: null });
});

test('what the proxies do not say is null, not nothing', () => {
  const moment = momentOf([viewOf(0, ['', ''])], names);
  expect(moment).toMatchObject({ cacheShare: null, storeUp: null, drainSeconds: null, firstP99Ms: null });
  expect(moment.models[1]).toMatchObject({ owed: null, failedShare: null, callP99Ms: null, health: { level: 'well' } });
});

test('the worst breaker of the replicas that answer is the model’s', () => {
  const breaker = (state: number) => `eddy_model_breaker_state{model="arms"} ${state}`;
  expect(momentOf([viewOf(0, [breaker(1), breaker(2)])], names).models[0]?.breaker).toBe('open');
  const half = momentOf([viewOf(0, [breaker(1), breaker(2)], {}, [true, false])], names);
  expect(half.models[0]?.breaker).toBe('half-open');
  const none = momentOf([viewOf(0, [breaker(0), breaker(0)], {}, [false, false])], names);
  expect(none.models[0]?.health.level).toBe('unknown');
});

test('shares and delays are of the last ten seconds, by buckets', () => {
  const proxy = (hits: number, misses: number, quick: number, slow: number) => `
eddy_prediction_cache_total{model="arms",result="hit"} ${hits}
eddy_prediction_cache_total{model="arms",result="miss"} ${misses}
eddy_model_call_duration_seconds_bucket{le="0.01",model="arms"} ${quick}
eddy_model_call_duration_seconds_bucket{le="0.1",model="arms"} ${quick + slow}
eddy_model_call_duration_seconds_bucket{le="+Inf",model="arms"} ${quick + slow}`;
  const views = [viewOf(0, [proxy(100, 100, 50, 50)]), viewOf(10_000, [proxy(130, 110, 100, 100)])];
  const moment = momentOf(views, { ...names, replicas: ['proxy-1'] });
  expect(moment.cacheShare).toBe(0.75);
  expect(moment.models[0]?.callP50Ms).toBeCloseTo(10);
  expect(moment.models[0]?.callP99Ms).toBeCloseTo(98.2);
});
