import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { createPredictionCache } from '../../../proxy/panel/prediction-cache.ts';
import { createSubject } from '../../../proxy/panel/subject.ts';
import { memoryStore, noStore } from '../../../proxy/store/memory.ts';
import type { SharedStore } from '../../../proxy/store/store.ts';
import { configOf } from '../../../proxy/testing/config.ts';
import { itemOf } from '../../../proxy/testing/events.ts';
import {
  type FakeModelClient,
  fakeModelClient,
  fault,
  PERMANENT_CODES,
  TRANSIENT_CODES,
} from '../../../proxy/testing/fake-model-client.ts';
import { SILENT } from '../../world/silent-events.ts';
import { createPlainPanel } from './plain-panel.ts';

/** A panel of two models that read the title, at a clock that stands still. */
function seated(store: SharedStore = memoryStore({ maxEntries: 100, ttlMs: 60_000 })) {
  const clients = new Map<string, FakeModelClient>();
  const looked: string[] = [];
  const panel = createPlainPanel({
    config: configOf({ weapons: { target: 'weapons:1', timeout: '300ms' }, money: { target: 'money:1' } }),
    connect(target) {
      const client = fakeModelClient();
      clients.set(target.replace(':1', ''), client);
      return client;
    },
    cache: createPredictionCache(store),
    now: () => 1_000,
    observer: {
      ...SILENT,
      cacheHit: (model) => looked.push(`${model} hit`),
      cacheMissed: (model) => looked.push(`${model} missed`),
      cacheBypassed: (model) => looked.push(`${model} bypassed`),
    },
  });
  const client = (model: string) => clients.get(model)!;
  return {
    panel,
    looked,
    client,
    consult: (title: string, ask: readonly string[] = ['weapons'], expiresAtMs = 6_000) =>
      panel.consult({
        subject: createSubject(itemOf({ title }), { seller: undefined }),
        ask,
        lane: 'live',
        expiresAtMs,
      }),
    /** The call that a consultation has made of a model, once it is there. */
    async call(model: string, nth = 0) {
      await expect.poll(() => client(model).calls.length).toBeGreaterThan(nth);
      return client(model).calls[nth]!;
    },
    async learnVersions() {
      const learnt = panel.refreshVersions();
      for (const { calls } of clients.values()) calls.at(-1)?.answer();
      await learnt;
      for (const { calls } of clients.values()) calls.length = 0;
    },
  };
}

const scored = (probability: number, modelVersion = 'v1') => ({ state: 'scored', probability, modelVersion });

describe('a consultation', () => {
  test('makes one call of one input for each model, side by side', async () => {
    const it = seated();
    const outcomes = it.consult('Teapot', ['weapons', 'money']);
    const [weapons, money] = [await it.call('weapons'), await it.call('money')];
    expect([weapons.texts.length, money.texts.length]).toEqual([1, 1]);
    expect(weapons.texts[0]).toContain('Teapot');
    money.fail(status.UNAVAILABLE, 'away');
    weapons.answer(0.9);
    expect(Object.fromEntries(await outcomes)).toEqual({
      weapons: scored(0.9),
      money: { state: 'pending', error: 'UNAVAILABLE: away' },
    });
  });

  test('waits for nobody else: many at a time make as many calls, also of the same item', async () => {
    const it = seated();
    const all = Array.from({ length: 100 }, () => it.consult('Teapot'));
    await it.call('weapons', 99);
    for (const one of it.client('weapons').calls) one.succeed();
    expect(await Promise.all(all)).toHaveLength(100);
  });

  test('goes on asking a model that has failed a hundred times: there is no breaker', async () => {
    const it = seated(noStore());
    for (let nth = 0; nth < 100; nth++) {
      const outcomes = it.consult(`Teapot ${nth}`);
      while (it.client('weapons').calls.length === nth) await Promise.resolve();
      it.client('weapons').calls[nth]!.fail(status.UNAVAILABLE);
      await outcomes;
    }
    expect(it.client('weapons').calls).toHaveLength(100);
  });

  test("gives a call the model's time, or what the item has left", async () => {
    const it = seated();
    void it.consult('Teapot', ['weapons'], 6_000);
    void it.consult('Kettle', ['weapons'], 1_100);
    expect([(await it.call('weapons', 0)).timeoutMs, (await it.call('weapons', 1)).timeoutMs]).toEqual([300, 100]);
  });

  test('asks nobody when the time is up', async () => {
    const it = seated();
    expect((await it.consult('Teapot', ['weapons'], 1_000)).get('weapons')).toEqual({
      state: 'pending',
      error: "DEADLINE_EXCEEDED: the item's budget is spent",
    });
    expect(it.client('weapons').calls).toEqual([]);
  });
});

describe('the cache', () => {
  test('is looked into first, and spares the call', async () => {
    const it = seated();
    await it.learnVersions();
    const first = it.consult('Teapot');
    (await it.call('weapons')).answer(0.7);
    await first;
    expect((await it.consult('Teapot')).get('weapons')).toEqual(scored(0.7));
    expect(it.client('weapons').calls).toHaveLength(1);
    expect(it.looked).toEqual(['weapons missed', 'weapons hit']);
  });

  test('does not know another content, nor another version of the model', async () => {
    const it = seated();
    await it.learnVersions();
    const first = it.consult('Teapot');
    (await it.call('weapons')).answer(0.7);
    await first;
    it.client('weapons').modelVersion = 'v2';
    const second = it.consult('Kettle');
    (await it.call('weapons', 1)).answer(0.1);
    await second;
    const third = it.consult('Teapot');
    (await it.call('weapons', 2)).answer(0.2);
    expect((await third).get('weapons')).toEqual(scored(0.2, 'v2'));
  });

  test('keeps no faults', async () => {
    const it = seated();
    await it.learnVersions();
    const first = it.consult('Teapot');
    (await it.call('weapons')).answer(fault(status.INVALID_ARGUMENT));
    expect((await first).get('weapons')).toMatchObject({ state: 'failed' });
    const second = it.consult('Teapot');
    (await it.call('weapons', 1)).answer(0.5);
    expect((await second).get('weapons')).toEqual(scored(0.5));
  });

  test('is bypassed while the version of a model is unknown, or the store is away', async () => {
    const it = seated();
    const first = it.consult('Teapot');
    (await it.call('weapons')).answer(0.7);
    await first;
    expect(it.looked).toEqual(['weapons bypassed']);

    const away = seated({ ...noStore(), getMany: async () => undefined });
    await away.learnVersions();
    const second = away.consult('Teapot');
    (await away.call('weapons')).answer(0.7);
    await second;
    expect(away.looked).toEqual(['weapons bypassed']);
  });
});

describe('what a model answers', () => {
  async function outcomeOf(answer: (call: FakeModelClient['calls'][number]) => void) {
    const it = seated();
    const outcomes = it.consult('Teapot');
    answer(await it.call('weapons'));
    return (await outcomes).get('weapons');
  }

  test('is pending after a transient fault and failed after a permanent one, of the call or of the input', async () => {
    for (const code of TRANSIENT_CODES) {
      expect(await outcomeOf((call) => call.fail(code))).toMatchObject({ state: 'pending' });
      expect(await outcomeOf((call) => call.answer(fault(code)))).toMatchObject({ state: 'pending' });
    }
    for (const code of PERMANENT_CODES) {
      expect(await outcomeOf((call) => call.fail(code))).toMatchObject({ state: 'failed' });
      expect(await outcomeOf((call) => call.answer(fault(code)))).toMatchObject({ state: 'failed' });
    }
  });

  test('is owed where there are none or two predictions for one input', async () => {
    expect(await outcomeOf((call) => call.answer())).toEqual({
      state: 'pending',
      error: 'INTERNAL: expected 1 prediction, got 0',
    });
    expect(await outcomeOf((call) => call.answer(0.1, 0.2))).toMatchObject({ state: 'pending' });
  });

  test('is failed where it is no probability', async () => {
    for (const garbage of [Number.NaN, 1.5, -0.1]) {
      expect(await outcomeOf((call) => call.answer(garbage))).toMatchObject({ state: 'failed' });
    }
    expect(await outcomeOf((call) => call.answer({}))).toMatchObject({ state: 'failed' });
  });

  test('that is no fault of the call is a fault of ours, and rejects', async () => {
    const it = seated();
    const outcomes = it.consult('Teapot');
    (await it.call('weapons')).breakOff(new TypeError('ours'));
    await expect(outcomes).rejects.toThrow('ours');
  });
});

test('only versions that are not known yet are asked for, and a model that is away says none', async () => {
  const it = seated();
  const asked = it.panel.refreshVersions();
  it.client('weapons').calls[0]!.answer();
  it.client('money').calls[0]!.fail(status.UNAVAILABLE);
  await asked;
  const again = it.panel.refreshVersions();
  it.client('money').calls[1]!.answer();
  await again;
  expect(it.client('weapons').calls).toHaveLength(1);
  expect(it.client('money').calls.map(({ inputs }) => inputs)).toEqual([[], []]);
});

test('closing it closes the clients', () => {
  const it = seated();
  it.panel.close();
  expect([it.client('weapons').isClosed, it.client('money').isClosed]).toEqual([true, true]);
});
