import { AlwaysOffSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { recordSpans } from '../../../infra/telemetry/test-spans.ts';
import { traceIdOf } from '../../../infra/telemetry/trace-context.ts';
import { backlogEntry } from '../../moderation/backlog-entry.ts';
import { entryMessage } from '../../outlets/messages.ts';
import { configOf } from '../../testing/config.ts';
import {
  backlogCaseOf,
  caseOf,
  eventJson,
  eventOf,
  historyOwing,
  messageOf,
  OCCURRED_AT,
} from '../../testing/events.ts';
import { createRig, refused } from '../../testing/spine-rig.ts';
import { createTracing } from './span-tracing.ts';
import { NO_TRACING } from './tracing.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SENDER = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${SENDER}-01`;
const UNSAMPLED = `00-${TRACE_ID}-${SENDER}-00`;

const config = configOf(
  { weapons: {}, money: { needs: ['seller'] } },
  { enrichment: { seller: { target: '127.0.0.1:1' } }, backlog: { maxAge: '1h' } },
);

function rigOf(sampler?: Parameters<typeof recordSpans>[0]) {
  const recorder = recordSpans(sampler);
  return { recorder, rig: createRig(config, createTracing(recorder.spans, config)) };
}

const pendingFor =
  (...models: string[]) =>
  (model: string) =>
    models.includes(model)
      ? ({ state: 'pending', error: 'UNAVAILABLE: refused by Teapot' } as const)
      : ({ state: 'scored', probability: 0.5, modelVersion: 'v1' } as const);

const listed = (attributes: Record<string, string> = { traceparent: TRACEPARENT }) =>
  messageOf(eventJson(), { attributes });

/** The message of an entry that owes weapons. */
function owing({ sinceMs = OCCURRED_AT.getTime(), attributes = {} as Record<string, string>, revision = 1 } = {}) {
  const history = historyOwing(['weapons'], { firstPublishedAtMs: sinceMs });
  const subject = backlogCaseOf(history, eventOf({ revision }));
  const entry = backlogEntry(subject, history.owed, [], new Map(), history.enrichment, sinceMs);
  return messageOf(entryMessage(entry).data, { id: 'entry-1', attributes });
}

describe('a pass', () => {
  test('goes on with the trace of its message, and says where it came from, what it was about, and how it ended', async () => {
    const { recorder, rig } = rigOf();
    await rig.spine.moderate('items', listed({ traceparent: TRACEPARENT, tracestate: 'vendor=1' }));
    expect(recorder.one('process item-events')).toMatchObject({
      kind: 'CONSUMER',
      traceId: TRACE_ID,
      parentId: SENDER,
      traceState: 'vendor=1',
      error: undefined,
      attributes: {
        'messaging.system': 'gcp_pubsub',
        'messaging.message.id': 'message-1',
        'messaging.destination.subscription.name': 'item-events-proxy',
        'eddy.intake': 'items',
        'eddy.event.id': 'event-1',
        'eddy.item.id': 'item-1',
        'eddy.item.revision': 1,
        'eddy.result': 'decided',
        'eddy.completeness': 'COMPLETE',
      },
    });
    expect(recorder.ended.every(({ traceId }) => traceId === TRACE_ID)).toBe(true);
    expect(recorder.one('enrich').attributes).toEqual({ 'eddy.sources': ['seller'] });
  });

  test('begins a trace where its message names none', async () => {
    const { recorder, rig } = rigOf();
    await rig.spine.moderate('items', listed({ traceparent: 'nonsense' }));
    const pass = recorder.one('process item-events');
    expect(pass.parentId).toBeUndefined();
    expect(traceIdOf(rig.to('decisions')[0]!.attributes['traceparent'])).toBe(pass.traceId);
  });

  test('hands its trace on with all that it publishes, each by a span of its own', async () => {
    const { recorder, rig } = rigOf();
    rig.world.answer = pendingFor('weapons');
    await rig.spine.moderate('items', listed());
    const pass = recorder.one('process item-events');
    expect(pass.attributes).toMatchObject({ 'eddy.result': 'deferred', 'eddy.owed': ['weapons'] });
    for (const [outlet, topic] of [
      ['decisions', 'moderation-decisions'],
      ['backlog', 'moderation-backlog'],
    ] as const) {
      const send = recorder.one(`send ${topic}`);
      expect(send).toMatchObject({ kind: 'PRODUCER', parentId: pass.spanId });
      expect(rig.to(outlet)[0]?.attributes['traceparent']).toBe(`00-${TRACE_ID}-${send.spanId}-01`);
    }
    expect(rig.entries()[0]?.traceparent).toBe(`00-${TRACE_ID}-${pass.spanId}-01`);
  });

  test('over the backlog goes on where the entry was sent, or with the trace that the entry names', async () => {
    const { recorder, rig } = rigOf();
    await rig.spine.moderate('backlog', owing({ attributes: { traceparent: `00-${TRACE_ID}-00000000000000aa-01` } }));
    await rig.spine.moderate('backlog', owing());
    const passes = recorder.ended.filter(({ name }) => name === 'process moderation-backlog');
    expect(passes.map(({ parentId }) => parentId)).toEqual(['00000000000000aa', SENDER]);
    expect(passes[0]?.attributes).toMatchObject({
      'eddy.intake': 'backlog',
      'eddy.passes': 2,
      'eddy.result': 'decided',
    });
  });

  test.each<
    [as: string, error: boolean, events: string[], run: (rig: ReturnType<typeof createRig>) => Promise<unknown>]
  >([
    [
      'quarantined',
      true,
      [],
      (rig) =>
        rig.spine.moderate('items', messageOf('{"title": "Teapot', { attributes: { traceparent: TRACEPARENT } })),
    ],
    [
      'superseded',
      false,
      ['superseded'],
      async (rig) => {
        await rig.revisions.observe(eventOf({ revision: 9 }), true);
        await rig.spine.moderate('items', listed());
      },
    ],
    [
      'abandoned',
      true,
      ['dead letter'],
      (rig) => rig.spine.moderate('backlog', owing({ sinceMs: OCCURRED_AT.getTime() - 7_200_000 })),
    ],
    [
      'waiting',
      false,
      [],
      (rig) => {
        rig.breakers.set('weapons', 'open');
        return rig.spine.moderate('backlog', owing());
      },
    ],
    [
      'fruitless',
      false,
      [],
      (rig) => {
        rig.world.answer = pendingFor('weapons');
        return rig.spine.moderate('backlog', owing());
      },
    ],
    [
      'returned',
      true,
      [],
      (rig) => {
        rig.world.confirmation = refused;
        return rig.spine.moderate('items', listed());
      },
    ],
  ])('that ends %s shows it', async (as, isError, events, run) => {
    const { recorder, rig } = rigOf();
    await run(rig);
    const pass = recorder.ended.find(({ name }) => name.startsWith('process '))!;
    expect(pass.attributes['eddy.result']).toBe(as);
    expect(pass.events).toEqual(events);
    expect(pass.error !== undefined).toBe(isError);
    expect(recorder.ended.every(({ traceId }) => traceId === TRACE_ID)).toBe(true);
  });

  test('whose publish is not confirmed names the error, and so does the span of the publish', async () => {
    const { recorder, rig } = rigOf();
    rig.world.confirmation = refused;
    await rig.spine.moderate('items', listed());
    expect(recorder.one('process item-events').attributes['error.type']).toBe('PublishError');
    expect(recorder.one('send moderation-decisions')).toMatchObject({ error: 'the broker has not confirmed' });
  });

  test('of a synchronous request is a server span in the trace of the caller', async () => {
    const { recorder, rig } = rigOf();
    await rig.spine.answer(caseOf(eventOf(), { intake: 'moderate' }), { enqueue: false, budgetMs: 1_000 });
    expect(recorder.one('moderation.v1.ModerationService/Moderate')).toMatchObject({
      kind: 'SERVER',
      traceId: TRACE_ID,
      parentId: SENDER,
      attributes: { 'rpc.system.name': 'grpc', 'eddy.intake': 'moderate', 'eddy.result': 'decided' },
    });
  });

  test('of a synchronous request that failed names the error', async () => {
    const { recorder, rig } = rigOf();
    rig.world.whileConsulting = () => Promise.reject(new TypeError('ours'));
    const request = caseOf(eventOf(), { intake: 'moderate' });
    await expect(rig.spine.answer(request, { enqueue: false, budgetMs: 1_000 })).rejects.toThrow('ours');
    expect(recorder.one('moderation.v1.ModerationService/Moderate').attributes).toMatchObject({
      'eddy.result': 'returned',
      'error.type': 'TypeError',
    });
  });

  test('has a span for every model, with how it came out, and never what a model or a source said', async () => {
    const { recorder, rig } = rigOf();
    rig.world.answer = pendingFor('weapons');
    rig.world.seller = () => Promise.reject(new Error('no profile of seller-1'));
    await rig.spine.moderate('items', listed());
    expect(recorder.one('consult weapons')).toMatchObject({
      error: 'UNAVAILABLE',
      attributes: { 'eddy.model': 'weapons', 'eddy.outcome': 'pending', 'error.type': 'UNAVAILABLE' },
    });
    expect(recorder.one('consult money')).toMatchObject({
      error: 'ENRICHMENT',
      attributes: { 'eddy.outcome': 'pending', 'eddy.origin': 'none' },
    });
    expect(recorder.one('enrich')).toMatchObject({
      error: 'a source has failed',
      attributes: { 'eddy.sources.failed': ['seller'] },
    });
    expect(recorder.text()).not.toMatch(/Teapot|litre|kitchen|seller-1|1250|images\.example/);
  });
});

describe('an item that is not sampled', () => {
  test.each([
    ['by its publisher', undefined, UNSAMPLED],
    ['by the proxy', new ParentBasedSampler({ root: new AlwaysOffSampler() }), ''],
  ])('leaves no span, but hands on that it is not: %s', async (_by, sampler, traceparent) => {
    const { recorder, rig } = rigOf(sampler);
    rig.world.answer = pendingFor('weapons');
    await rig.spine.moderate('items', listed(traceparent ? { traceparent } : {}));
    expect(recorder.ended).toEqual([]);
    const [decision] = rig.to('decisions');
    const [entry] = rig.to('backlog');
    expect(decision?.attributes['traceparent']).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
    expect(entry?.attributes['traceparent']).toBe(decision?.attributes['traceparent']);
    expect(rig.entries()[0]?.traceparent).toBe(decision?.attributes['traceparent']);
    expect(rig.consultations[0]?.asking).toBeUndefined();
  });
});

describe('tracing that is off', () => {
  test('hands on the trace of a message as it came', async () => {
    expect(createTracing(undefined, config)).toBe(NO_TRACING);
    const rig = createRig(config, NO_TRACING);
    rig.world.answer = pendingFor('weapons');
    await rig.spine.moderate('items', listed());
    await rig.spine.moderate('items', messageOf('{', { attributes: { traceparent: TRACEPARENT } }));
    for (const outlet of ['decisions', 'backlog', 'quarantine'] as const) {
      expect(rig.to(outlet)[0]?.attributes['traceparent'], outlet).toBe(TRACEPARENT);
    }
  });
});
