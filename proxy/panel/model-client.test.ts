import { credentials, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { startGrpcServer } from '../../infra/grpc/server.ts';
import { recordSpans } from '../../infra/telemetry/test-spans.ts';
import { startModelHost } from '../../models/host/host.ts';
import type { Scorer } from '../../models/scorer.ts';
import { ModelServiceService, type PredictRequest } from '../../proto/generated/moderation/v1/model.ts';
import { itemOf } from '../testing/events.ts';
import { createModelClient } from './model-client.ts';
import { createSubject } from './subject.ts';

/** The probability is the title, read as a number. */
const titleScorer: Scorer = {
  version: 'title-1',
  score: ({ item }) => ({ probability: Number(item?.title) }),
};

function connect(address: string) {
  const client = createModelClient(address, credentials.createInsecure());
  return { ...client, [Symbol.dispose]: () => client.close() };
}

const seller = { sellerId: 's', accountAgeDays: 1, pastRemovals: 0, completedSales: 0, verified: false, rating: 0 };
const input = (title: string) => createSubject(itemOf({ title }), { seller }).input(['seller']);

/** A model that hands each request to the test, and never answers by itself. */
async function startSilentModel() {
  const requests: PredictRequest[] = [];
  const server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    drainMs: 0,
    services: [
      {
        name: 'moderation.v1.ModelService',
        protoFile: 'moderation/v1/model.proto',
        definition: ModelServiceService,
        implementation: { predict: (call: { request: PredictRequest }) => void requests.push(call.request) },
      },
    ],
  });
  return { address: server.address, requests, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe('the client of a model', () => {
  test('asks for inputs that are encoded already and gets a prediction for each, with the version', async () => {
    await using host = await startModelHost({ scorer: titleScorer });
    using client = connect(host.address);
    const { predictions, modelVersion } = await client.predict([input('0.25'), input('0.75')], 5_000);
    expect(predictions.map(({ probability }) => probability)).toEqual([0.25, 0.75]);
    expect(modelVersion).toBe('title-1');
  });

  test('learns the version by an empty call', async () => {
    await using host = await startModelHost({ scorer: titleScorer });
    using client = connect(host.address);
    expect(await client.predict([], 5_000)).toEqual({ predictions: [], modelVersion: 'title-1' });
  });

  test('hands over the inputs whole, and gives up at its deadline when there is no answer', async () => {
    await using model = await startSilentModel();
    using client = connect(model.address);
    const startedAtMs = performance.now();
    await expect(client.predict([input('a'), input('b')], 300)).rejects.toMatchObject({
      name: 'CallError',
      code: status.DEADLINE_EXCEEDED,
    });
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    expect(model.requests).toEqual([
      {
        inputs: ['a', 'b'].map((title) => ({ item: itemOf({ title }), enrichment: { seller } })),
      },
    ]);
  });

  test('takes a trace context along', async () => {
    const recorder = recordSpans();
    await using host = await startModelHost({ scorer: titleScorer, spans: recorder.spans });
    using client = connect(host.address);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await client.predict([input('0.25')], 5_000, { traceparent, tracestate: 'vendor=1' });
    await client.predict([input('0.25')], 5_000);
    expect(recorder.ended).toMatchObject([{ parentId: 'b7ad6b7169203331', traceState: 'vendor=1' }]);
  });

  test('names the status of a call that was refused', async () => {
    await using host = await startModelHost({ scorer: titleScorer, maxBatch: 1 });
    using client = connect(host.address);
    const refused = client.predict([input('0.1'), input('0.2')], 5_000);
    await expect(refused).rejects.toMatchObject({ name: 'CallError', code: status.INVALID_ARGUMENT });
    await expect(refused).rejects.toThrow(/^INVALID_ARGUMENT: /);
  });

  test('says UNAVAILABLE of an address where nobody listens, and does not wait for the deadline', async () => {
    const host = await startModelHost({ scorer: titleScorer });
    await host[Symbol.asyncDispose]();
    using client = connect(host.address);
    const startedAtMs = performance.now();
    await expect(client.predict([input('0.1')], 10_000)).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });

  test('works again when the model is back at the same address', async () => {
    const first = await startModelHost({ scorer: titleScorer });
    const port = Number(first.address.split(':').at(-1));
    using client = connect(first.address);
    await client.predict([], 5_000);
    await first[Symbol.asyncDispose]();
    await expect(client.predict([], 5_000)).rejects.toThrow();
    await using _second = await startModelHost({ scorer: { ...titleScorer, version: 'title-2' }, port });
    await expect
      .poll(() => client.predict([], 1_000).then(({ modelVersion }) => modelVersion, String), { timeout: 5_000 })
      .toBe('title-2');
  });
});
