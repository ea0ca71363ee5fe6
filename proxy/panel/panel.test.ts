import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { memoryStore, noStore } from '../store/memory.ts';
import type { SharedStore } from '../store/store.ts';
import { configOf } from '../testing/config.ts';
import { itemOf } from '../testing/events.ts';
import { type FakeModelClient, fakeModelClient } from '../testing/fake-model-client.ts';
import { turn } from '../testing/seat.ts';
import { createPanel, type PanelConsultation, withoutFailedSources } from './panel.ts';
import { createPredictionCache } from './prediction-cache.ts';
import { createSubject } from './subject.ts';

/** A panel of two models that read the title, and one that needs the seller. */
function seated(store: SharedStore = memoryStore({ maxEntries: 100, ttlMs: 60_000 })) {
  const clients = new Map<string, FakeModelClient>();
  const looked: string[] = [];
  const nothing = () => {};
  const panel = createPanel({
    config: configOf({
      weapons: { target: 'weapons:1' },
      money: { target: 'money:1' },
      counterfeit: { target: 'counterfeit:1', needs: ['seller'] },
    }),
    connect(target) {
      const client = fakeModelClient();
      clients.set(target.replace(':1', ''), client);
      return client;
    },
    cache: createPredictionCache(store),
    now: () => performance.now(),
    observer: {
      sent: nothing,
      called: nothing,
      coalesced: nothing,
      breakerChanged: nothing,
      cacheHit: (model) => looked.push(`${model} hit`),
      cacheMissed: (model) => looked.push(`${model} missed`),
      cacheBypassed: (model) => looked.push(`${model} bypassed`),
    },
  });
  return {
    panel,
    looked,
    client: (model: string) => clients.get(model)!,
    calls: () => [...clients.values()].reduce((sum, { calls }) => sum + calls.length, 0),
    consult: (title: string, changes: Partial<PanelConsultation> = {}) =>
      panel.consult({
        subject: createSubject(itemOf({ title }), { seller: undefined }),
        ask: ['weapons', 'money'],
        lane: 'live',
        expiresAtMs: performance.now() + 5_000,
        ...changes,
      }),
    async learnVersions() {
      const learnt = panel.refreshVersions();
      for (const { calls } of clients.values()) calls.at(-1)!.answer();
      await learnt;
    },
    [Symbol.dispose]: () => panel.close(),
  };
}

const scored = (probability: number) => ({ state: 'scored', probability, modelVersion: 'v1' });

describe('a consultation', () => {
  test('asks all models side by side and comes to one outcome for each', async () => {
    using it = seated();
    const outcomes = it.consult('Teapot');
    await turn();
    expect([it.client('weapons').calls.length, it.client('money').calls.length]).toEqual([1, 1]);
    it.client('money').calls[0]!.fail(status.UNAVAILABLE, 'away');
    it.client('weapons').calls[0]!.answer(0.9);
    expect(Object.fromEntries(await outcomes)).toEqual({
      weapons: scored(0.9),
      money: { state: 'pending', error: 'UNAVAILABLE: away' },
    });
    expect(it.client('counterfeit').calls).toEqual([]);
  });

  test('that asks nobody comes to nothing, at once and without a look-up', async () => {
    const store = memoryStore({ maxEntries: 1, ttlMs: 1_000 });
    const getMany = vi.spyOn(store, 'getMany');
    using it = seated(store);
    expect((await it.consult('Teapot', { ask: [] })).size).toBe(0);
    expect([it.calls(), getMany.mock.calls.length]).toEqual([0, 0]);
  });

  test('asks nobody again for what is in the cache, whatever the item, and makes one look-up for all', async () => {
    const store = memoryStore({ maxEntries: 100, ttlMs: 60_000 });
    using it = seated(store);
    await it.learnVersions();
    const first = it.consult('Teapot');
    await turn();
    it.client('weapons').calls.at(-1)!.answer(0.1);
    it.client('money').calls.at(-1)!.answer(0.2);
    await first;
    const calls = it.calls();
    const getMany = vi.spyOn(store, 'getMany');

    const again = await it.consult('Teapot');
    expect(Object.fromEntries(again)).toEqual({ weapons: scored(0.1), money: scored(0.2) });
    expect(it.calls()).toBe(calls);
    expect(getMany).toHaveBeenCalledOnce();
    expect(it.looked).toEqual(['weapons missed', 'money missed', 'weapons hit', 'money hit']);

    void it.consult('Kettle');
    await turn();
    expect(it.calls()).toBe(calls + 2);
  });

  test('asks only the models whose prediction is missing', async () => {
    using it = seated();
    await it.learnVersions();
    const first = it.consult('Teapot', { ask: ['weapons'] });
    await turn();
    it.client('weapons').calls.at(-1)!.answer(0.1);
    await first;
    const asked = it.client('weapons').calls.length;
    const both = it.consult('Teapot');
    await turn();
    it.client('money').calls.at(-1)!.answer(0.2);
    expect([...(await both).keys()]).toEqual(['weapons', 'money']);
    expect(it.client('weapons').calls).toHaveLength(asked);
  });

  test('asks again when the model has another version', async () => {
    using it = seated();
    await it.learnVersions();
    const first = it.consult('Teapot', { ask: ['weapons'] });
    await turn();
    it.client('weapons').calls.at(-1)!.answer(0.1);
    await first;
    it.client('weapons').modelVersion = 'v2';
    const other = it.consult('Kettle', { ask: ['weapons'] });
    await turn();
    it.client('weapons').calls.at(-1)!.answer(0.1);
    await other;
    const asked = it.client('weapons').calls.length;
    void it.consult('Teapot', { ask: ['weapons'] });
    await turn();
    expect(it.client('weapons').calls).toHaveLength(asked + 1);
  });

  test('keeps only scores: what was pending or failed is asked again', async () => {
    using it = seated();
    await it.learnVersions();
    const calls = it.client('weapons').calls;
    for (const code of [status.UNAVAILABLE, status.INVALID_ARGUMENT]) {
      const before = calls.length;
      const outcome = it.consult('Teapot', { ask: ['weapons'] });
      await turn();
      expect(calls).toHaveLength(before + 1);
      calls.at(-1)!.fail(code);
      await outcome;
    }
  });

  test.each([
    ['is off', noStore(), true],
    ['can not know the version of the model', undefined, false],
  ])('goes on without a cache that %s, and tells so', async (_why, store, isVersionKnown) => {
    using it = seated(store);
    if (isVersionKnown) await it.learnVersions();
    const outcomes = it.consult('Teapot');
    await turn();
    it.client('weapons').calls.at(-1)!.answer(0.1);
    it.client('money').calls.at(-1)!.answer(0.2);
    expect((await outcomes).size).toBe(2);
    expect(it.looked).toEqual(['weapons bypassed', 'money bypassed']);
  });

  test('ends when the time is up: who has not answered is pending, and a late answer is kept for the next time', async () => {
    using it = seated();
    await it.learnVersions();
    const startedAtMs = performance.now();
    const consulted = it.consult('Teapot', { expiresAtMs: startedAtMs + 400 });
    await turn();
    it.client('money').calls.at(-1)!.answer(0.2);
    const outcomes = await consulted;
    const expected = {
      money: scored(0.2),
      weapons: { state: 'pending', error: "DEADLINE_EXCEEDED: the item's budget is spent" },
    };
    expect(Object.fromEntries(outcomes)).toEqual(expected);
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(399);
    it.client('weapons').calls.at(-1)!.answer(0.6);
    await turn();
    expect(Object.fromEntries(outcomes)).toEqual(expected);
    expect(Object.fromEntries(await it.consult('Teapot'))).toEqual({ money: scored(0.2), weapons: scored(0.6) });
  });

  test('with a budget that is spent already asks nobody', async () => {
    using it = seated();
    const outcomes = await it.consult('Teapot', { expiresAtMs: performance.now() - 1 });
    expect([...outcomes.values()].map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(it.calls()).toBe(0);
  });

  test('never rejects, whatever a model does', async () => {
    using it = seated();
    const outcomes = it.consult('Teapot');
    await turn();
    it.client('weapons').calls[0]!.breakOff('a string');
    it.client('money').calls[0]!.answer();
    expect([...(await outcomes).values()].map(({ state }) => state)).toEqual(['pending', 'pending']);
  });
});

test('the version of a model that is away is left unknown, and the others are learnt', async () => {
  using it = seated();
  const learnt = it.panel.refreshVersions();
  it.client('weapons').calls[0]!.fail(status.UNAVAILABLE);
  it.client('money').calls[0]!.answer();
  it.client('counterfeit').calls[0]!.answer();
  await learnt;
  expect([...it.panel.members.values()].map(({ version }) => version)).toEqual([undefined, 'v1', 'v1']);
});

test('closing the panel closes every connection', () => {
  const it = seated();
  it.panel.close();
  for (const model of ['weapons', 'money', 'counterfeit']) expect(it.client(model).isClosed).toBe(true);
});

describe('a source that has failed', () => {
  const needsOf = (model: string) => (model === 'counterfeit' ? (['seller'] as const) : []);

  test('makes only the models pending that need it, and says why', () => {
    const { ask, pending } = withoutFailedSources(
      ['weapons', 'counterfeit', 'money'],
      needsOf,
      new Map([['seller', 'UNAVAILABLE: away']]),
    );
    expect(ask).toEqual(['weapons', 'money']);
    expect(Object.fromEntries(pending)).toEqual({
      counterfeit: { state: 'pending', error: 'ENRICHMENT: seller: UNAVAILABLE: away' },
    });
  });

  test('is nothing to models where none has failed', () => {
    const { ask, pending } = withoutFailedSources(['weapons', 'counterfeit'], needsOf, new Map());
    expect([ask, pending.size]).toEqual([['weapons', 'counterfeit'], 0]);
  });
});
