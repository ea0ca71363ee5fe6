import { credentials, Metadata, status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { recordSpans } from '../../infra/telemetry/test-spans.ts';
import { ModelServiceClient, type PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import { connectFaults } from './fault-client.ts';
import { startModelHost } from './host.ts';
import { inputs, titleScorer } from './test-model.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const PREDICT = 'moderation.v1.ModelService/Predict';

function call(address: string, batch: PredictInput[], headers: Readonly<Record<string, string>>, timeoutMs = 10_000) {
  const client = new ModelServiceClient(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise<number>((resolve) => {
    client.predict({ inputs: batch }, metadata, { deadline: Date.now() + timeoutMs }, (error) => {
      client.close();
      resolve(error ? error.code : status.OK);
    });
  });
}

const traceparent = (flags: string) => `00-${TRACE_ID}-${CALLER}-${flags}`;

describe('a call to a model host', () => {
  test('that brings a trace has a span in it, and nothing of the items', async () => {
    const recorder = recordSpans();
    await using host = await startModelHost({ scorer: titleScorer, spans: recorder.spans });
    const headers = { traceparent: traceparent('01'), tracestate: 'vendor=1' };
    expect(await call(host.address, inputs('0.25', 'throws'), headers)).toBe(status.OK);
    expect(recorder.one(PREDICT)).toMatchObject({
      kind: 'SERVER',
      traceId: TRACE_ID,
      parentId: CALLER,
      traceState: 'vendor=1',
      error: undefined,
      attributes: {
        'rpc.system.name': 'grpc',
        'rpc.method': PREDICT,
        'rpc.response.status_code': 'OK',
        'eddy.batch.size': 2,
        'eddy.model.version': 'title-1',
      },
    });
    expect(recorder.text()).not.toMatch(/0\.25|throws/);
  });

  test.each([
    ['no trace', {}],
    ['a trace that is not sampled', { traceparent: traceparent('00') }],
    ['what is no trace context', { traceparent: 'nonsense' }],
  ])('that brings %s is answered and leaves no span', async (_what, headers) => {
    const recorder = recordSpans();
    await using host = await startModelHost({ scorer: titleScorer, spans: recorder.spans });
    expect(await call(host.address, inputs('0.25'), headers)).toBe(status.OK);
    expect(recorder.ended).toEqual([]);
  });

  test('that is refused, or not answered in time, says so in its span', async () => {
    const recorder = recordSpans();
    await using host = await startModelHost({
      scorer: titleScorer,
      spans: recorder.spans,
      faults: { port: 0 },
      maxBatch: 1,
    });
    await call(host.address, inputs('0.25', '0.5'), { traceparent: traceparent('01') });
    expect(recorder.one(PREDICT).attributes['rpc.response.status_code']).toBe('INVALID_ARGUMENT');
    expect(recorder.one(PREDICT).error).toBeUndefined();

    using faults = connectFaults(host.faultsAddress!);
    await faults.setFaults({ hang: true });
    expect(await call(host.address, inputs('0.25'), { traceparent: traceparent('01') }, 100)).toBe(
      status.DEADLINE_EXCEEDED,
    );
    await vi.waitFor(() => expect(recorder.ended).toHaveLength(2));
    expect(['CANCELLED', 'DEADLINE_EXCEEDED']).toContain(recorder.ended[1]!.attributes['rpc.response.status_code']);
  });
});
