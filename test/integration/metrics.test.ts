import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { startModelHost } from '../../models/host/host.ts';
import { connectModel, inputs, titleScorer } from '../../models/host/test-model.ts';
import { describeWithServers, usePubSubEmulator, useRedisServer } from '../servers/servers.ts';
import { itemEvent } from './item-events.ts';
import { exportedBy, tableOf } from './metrics-table.ts';
import { parseMetrics, sumOf } from './metrics-text.ts';
import { connectModeration } from './moderation-client.ts';
import { startRig } from './rig.ts';
import { eventually, untilDecided, untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

const document = readFileSync(join(import.meta.dirname, '../../infra/prometheus/metrics.md'), 'utf8');
const textOf = async (address: string) => (await fetch(`http://${address}/metrics`)).text();

describe('a model that is asked for its figures', () => {
  test('exports the metrics of the table, all of them, and counts what it is asked', async () => {
    await using host = await startModelHost({ scorer: titleScorer, metrics: { model: 'titles', port: 0 } });
    using model = connectModel(host.address);
    await model.predict(inputs(0.25, 0.5, 0.75));
    await expect(model.predict(inputs(...Array(129).fill(0.5)))).rejects.toThrow('at most 128');
    const text = await textOf(host.metricsAddress!);
    expect(exportedBy(text)).toEqual(tableOf(document, 'Model'));
    const samples = parseMetrics(text);
    expect(sumOf(samples, 'eddy_scorer_calls_total', { model: 'titles', code: 'OK' })).toBe(1);
    expect(sumOf(samples, 'eddy_scorer_calls_total', { model: 'titles', code: 'INVALID_ARGUMENT' })).toBe(1);
    expect(sumOf(samples, 'eddy_scorer_inputs_total')).toBe(132);
    expect(sumOf(samples, 'eddy_scorer_info', { version: 'title-1' })).toBe(1);
  });

  test('has no such endpoint unless it is asked for', async () => {
    await using host = await startModelHost({ scorer: titleScorer });
    expect(host.metricsAddress).toBeUndefined();
  });
});

describeWithServers(['pubsub-emulator', 'redis-server'], 'a proxy that is asked for its figures', () => {
  const emulator = usePubSubEmulator();
  const redis = useRedisServer();

  test('exports the metrics of the table, all of them', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const event = itemEvent();
    await rig.publish(event);
    await untilDecided(rig, [event]);
    const text = await textOf(rig.proxies[0]!.http);
    expect(exportedBy(text)).toEqual(tableOf(document, 'Proxy'));
  });

  test('tells what all replicas together owe, from the first fault until it is paid, also by the one that paid nothing', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, money: {} },
      settings: { cache: { kind: 'redis', url: redis().url } },
      role: 'items',
    });
    await rig.model('arms').setFaults({ down: true });
    for (let published = 0; published < 5; published++) await rig.publish(itemEvent());
    await untilSettled(rig, { intake: 'items', result: 'deferred' }, 5);
    const backlog = await rig.startProxy('backlog');
    const figure = async (proxy: { http: string }, name: string, model?: string) =>
      sumOf(parseMetrics(await textOf(proxy.http)), name, { scope: 'fleet', ...(model && { model }) });
    await eventually(
      async () => [await figure(backlog, 'eddy_backlog_owed', 'arms'), await figure(backlog, 'eddy_backlog_entries')],
      (figures) => expect(figures).toEqual([5, 5]),
    );
    expect(await figure(backlog, 'eddy_backlog_owed', 'money')).toBe(0);
    await eventually(
      async () => sumOf(parseMetrics(await textOf(backlog.http)), 'eddy_backlog_oldest_seconds', { model: 'arms' }),
      (seconds) => expect(seconds).toBeGreaterThan(0),
    );
    await rig.model('arms').setFaults({});
    await eventually(
      async () => Promise.all(rig.proxies.map((proxy) => figure(proxy, 'eddy_backlog_owed', 'arms'))),
      (owed) => expect(owed).toEqual([0, 0]),
    );
    expect(await figure(backlog, 'eddy_backlog_drain_seconds', 'arms')).toBe(0);
    expect(await rig.metric('eddy_owed_settled_total', { model: 'arms', result: 'paid' })).toBe(5);
    expect(await rig.metric('eddy_backlog_oldest_seconds', { model: 'arms' })).toBe(0);
  });

  test.each(['combined', 'per-model'])(
    'keeps its books through an incident of all ways in, and a Redis that forgets meanwhile, in the mode %s',
    async (mode) => {
      await using client = new AsyncDisposableStack();
      const store = client.adopt(new Redis(redis().url), (it) => it.disconnect());
      await store.flushall();
      await using rig = await startRig({
        emulator: emulator(),
        models: { arms: {}, money: {} },
        settings: { cache: { kind: 'redis', url: redis().url }, backlog: { mode, budget: '6s' } },
        role: 'items',
      });
      const models = ['arms', 'money'];
      const [items] = rig.proxies;
      using api = connectModeration(items!.grpc);
      for (const model of models) await rig.model(model).setFaults({ down: true });
      for (let published = 0; published < 5; published++) await rig.publish(itemEvent());
      await rig.publish(Buffer.from('no JSON'));
      await api.moderate(itemEvent());
      await api.moderate(itemEvent(), { metadata: { 'eddy-backlog': 'enqueue' } });
      await untilSettled(rig, { intake: 'items', result: 'deferred' }, 5);
      const backlog = await rig.startProxy('backlog');
      const owed = () =>
        Promise.all(
          [items!, backlog].flatMap((proxy) =>
            models.map(async (model) =>
              sumOf(parseMetrics(await textOf(proxy.http)), 'eddy_backlog_owed', { model, scope: 'fleet' }),
            ),
          ),
        );
      await eventually(owed, (found) => expect(found).toEqual([6, 6, 6, 6]));
      await untilSettled(rig, { intake: 'backlog', result: 'fruitless' }, 1);

      await store.flushall();
      const replicas = () => store.keys('{eddy:owed}:told:*');
      await eventually(replicas, (told) => expect(told).toHaveLength(2));
      expect(await owed()).toEqual([6, 6, 6, 6]);

      for (const model of models) await rig.model(model).setFaults({});
      await eventually(owed, (found) => expect(found).toEqual([0, 0, 0, 0]));
      const balance = async (intake: string) =>
        (await rig.metric('eddy_messages_received_total', { intake })) -
        (await rig.metric('eddy_messages_settled_total', { intake })) -
        (await rig.metric('eddy_messages_in_flight', { intake }));
      for (const intake of ['items', 'backlog', 'moderate']) expect(await balance(intake), intake).toBe(0);
      for (const [result, count] of Object.entries({ deferred: 1, unanswered: 1 })) {
        expect(await rig.metric('eddy_messages_settled_total', { intake: 'moderate', result }), result).toBe(count);
      }
      expect(await rig.metric('eddy_messages_settled_total', { intake: 'items', result: 'quarantined' })).toBe(1);
      for (const model of models) {
        expect(await rig.metric('eddy_owed_total', { model }), model).toBe(6);
        expect(await rig.metric('eddy_owed_settled_total', { model, result: 'paid' }), model).toBe(6);
      }
      expect(await rig.metric('eddy_backlog_entries')).toBe(0);
      const published = await rig.metric('eddy_publishes_total', { outlet: 'backlog', result: 'confirmed' });
      expect(await rig.metric('eddy_backlog_entries_published_total')).toBe(published);
    },
  );
});
