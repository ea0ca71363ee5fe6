import { status } from '@grpc/grpc-js';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { AddressError } from '../../infra/grpc/address.ts';
import { connectReflection } from '../../infra/grpc/test-reflection.ts';
import { type ModelHostOptions, startModelHost } from './host.ts';
import { connectModel, inputs, slowScorer, titleScorer } from './test-model.ts';

const start = (options: Partial<ModelHostOptions> = {}) => startModelHost({ scorer: titleScorer, ...options });
const many = (count: number) => inputs(...Array(count).fill(0.5));

describe('a model host', () => {
  test('answers a batch in order, each input by itself, with the version of the model', async () => {
    await using host = await start();
    using model = connectModel(host.address);
    const { predictions, modelVersion } = await model.predict([
      ...inputs(0.25, 'throws'),
      { item: undefined, enrichment: undefined },
      ...inputs(0.75),
    ]);
    expect(modelVersion).toBe('title-1');
    expect(predictions.map(({ probability, error }) => probability ?? error?.code)).toEqual([
      0.25,
      status.INTERNAL,
      status.INVALID_ARGUMENT,
      0.75,
    ]);
  });

  test('answers a request without inputs with the version alone', async () => {
    await using host = await start();
    using model = connectModel(host.address);
    expect(await model.predict([])).toEqual({ predictions: [], modelVersion: 'title-1' });
  });

  test('refuses a batch above its limit and names both numbers', async () => {
    await using host = await start({ maxBatch: 4 });
    using model = connectModel(host.address);
    expect((await model.predict(many(4))).predictions).toHaveLength(4);
    await expect(model.predict(many(5))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'the batch has 5 inputs, and this model takes at most 4; split it',
    });
  });

  test('refuses at once what its queue has no room for, and answers what it has taken', async () => {
    await using host = await start({ scorer: slowScorer(20), maxBatch: 30, maxQueue: 30 });
    using model = connectModel(host.address);
    const settled: string[] = [];
    const taken = model.predict(many(30)).finally(() => settled.push('taken'));
    await vi.waitUntil(() => host.load().calls === 1, 5_000);
    const refused = model.predict(many(29)).finally(() => settled.push('refused'));
    await expect(refused).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect((await taken).predictions).toHaveLength(30);
    expect(settled).toEqual(['refused', 'taken']);
  });

  test('answers other calls while it scores', async () => {
    await using host = await start({ scorer: slowScorer(1), maxBatch: 400 });
    using model = connectModel(host.address);
    let scoring = true;
    const long = model.predict(many(400)).finally(() => {
      scoring = false;
    });
    await vi.waitUntil(() => host.load().calls === 1, 5_000);
    for (let call = 0; call < 10; call += 1) await model.predict([]);
    expect(scoring).toBe(true);
    await long;
  });

  test('does not score a call whose deadline passes while it is queued', async () => {
    const scorer = slowScorer(10);
    await using host = await start({ scorer });
    using model = connectModel(host.address);
    await model.predict([]);
    const first = model.predict(many(30));
    await expect(model.predict(many(20), { timeoutMs: 100 })).rejects.toMatchObject({
      code: status.DEADLINE_EXCEEDED,
    });
    await first;
    await model.predict(many(1));
    expect(scorer.scored()).toBe(31);
  });

  test('does not score a call that is cancelled while it is queued', async () => {
    const scorer = slowScorer(10);
    await using host = await start({ scorer });
    using model = connectModel(host.address);
    await model.predict([]);
    const first = model.predict(many(20));
    const caller = new AbortController();
    const second = model.predict(many(20), { signal: caller.signal });
    setTimeout(() => caller.abort(), 50);
    await expect(second).rejects.toMatchObject({ code: status.CANCELLED });
    await first;
    await model.predict(many(1));
    expect(scorer.scored()).toBe(21);
  });

  test('counts calls, inputs and the most calls at one time, refused ones as well', async () => {
    await using host = await start({ scorer: slowScorer(20), maxBatch: 4 });
    using model = connectModel(host.address);
    await Promise.all([model.predict(many(4)), model.predict(many(3)), model.predict(many(4))]);
    await model.predict(many(5)).catch(() => {});
    expect(host.load()).toEqual({ calls: 4, inputs: 16, peakConcurrency: 3 });
  });

  test('loses no call that it has accepted when it drains under load', async () => {
    const host = await start({ scorer: slowScorer(1) });
    using model = connectModel(host.address);
    await model.predict([]);
    let answered = 1;
    const refusals: unknown[] = [];
    const caller = async (): Promise<void> => {
      for (;;) {
        try {
          await model.predict(many(4));
          answered += 1;
        } catch (error) {
          refusals.push((error as { code: number }).code);
          return;
        }
      }
    };
    const callers = Array.from({ length: 16 }, caller);
    await vi.waitUntil(() => host.load().calls > 40, 5_000);
    await host[Symbol.asyncDispose]();
    await Promise.all(callers);
    expect(host.load().calls).toBe(answered);
    expect(refusals).toEqual(Array(16).fill(status.UNAVAILABLE));
  });

  test('says over HTTP that it is shutting down, and counts, for as long as calls in flight take to end', async () => {
    const host = await start({ scorer: slowScorer(20), metrics: { model: 'slow', port: 0 } });
    using model = connectModel(host.address);
    const ask = async (path: string) => (await fetch(`http://${host.metricsAddress}${path}`)).text();
    expect(await ask('/readyz')).toBe('ok\n');
    const asked = model.predict(many(30));
    await vi.waitUntil(() => host.load().calls === 1, 5_000);
    const closed = host[Symbol.asyncDispose]();
    expect(await ask('/readyz')).toBe('shutting down\n');
    expect(await ask('/metrics')).toContain('eddy_scorer_calls_in_flight{model="slow"} 1\n');
    expect((await asked).predictions).toHaveLength(30);
    await closed;
  });

  test('describes its contract by reflection', async () => {
    await using host = await start();
    using reflection = connectReflection(host.address);
    expect(await reflection.services()).toEqual(['moderation.v1.ModelService', 'grpc.health.v1.Health']);
    const { method } = await reflection.describe('moderation.v1.ModelService');
    const input = method['predict']?.input.field['inputs']?.message;
    expect(input?.field['item']?.message?.field['itemId']?.name).toBe('item_id');
    expect(input?.field['enrichment']?.message?.field['seller']?.message?.typeName).toBe('catalog.v1.SellerProfile');
  });

  test('takes an item of 9 MB', async () => {
    await using host = await start();
    using model = connectModel(host.address);
    const [input] = inputs(0.5);
    input!.item!.description = 'x'.repeat(9_000_000);
    expect((await model.predict([input!])).predictions).toEqual([expect.objectContaining({ probability: 0.5 })]);
  });

  test('says which address is in use', async () => {
    await using host = await start();
    const port = Number(host.address.split(':')[1]);
    await expect(start({ port })).rejects.toThrow(AddressError);
    await expect(start({ port })).rejects.toThrow(`Can't listen on ${host.address}: the port is in use`);
  });

  test('says that its queue must hold a batch', async () => {
    await expect(start({ maxBatch: 10, maxQueue: 9 })).rejects.toThrow(
      'The queue must hold at least one batch: it has room for 9 inputs, and a batch may have 10.',
    );
  });

  test('logs where a scorer throws, once for many, without its words, which may quote the item', async () => {
    const lines: string[] = [];
    await using host = await start({ log: pino({}, { write: (line) => void lines.push(line) }) });
    using model = connectModel(host.address);
    await model.predict(inputs('throws', 'throws', 'throws'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        event: 'scorer-failed',
        error: 'Error',
        at: expect.arrayContaining([expect.stringContaining('test-model.ts')]),
      }),
    ]);
    expect(lines.join()).not.toContain('a scorer at fault');
  });

  test('ends when it is disposed of twice', async () => {
    const host = await start();
    await Promise.all([host[Symbol.asyncDispose](), host[Symbol.asyncDispose]()]);
  });
});
