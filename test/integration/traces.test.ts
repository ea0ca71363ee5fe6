import { join } from 'node:path';
import type { Message } from '@google-cloud/pubsub';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collect } from '../../infra/local/collector.ts';
import { publishAll } from '../../infra/local/publishing.ts';
import { ITEM_EVENTS } from '../../infra/local/pubsub-setup.ts';
import type { ProxyLog } from '../../infra/local/replica.ts';
import { readListings, type SourceMessage } from '../../infra/local/source.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { openTelemetry } from '../../infra/telemetry/open-telemetry.ts';
import type { Spans } from '../../infra/telemetry/spans.ts';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { type CollectedSpan, startTraceCollector, type TraceCollector } from './trace-collector.ts';

const repository = join(import.meta.dirname, '../..');
const TEXT = 'Kettle that nobody must read of in a trace';
const SELLER = 'seller-that-stays-unnamed';
const PREDICT = 'moderation.v1.ModelService/Predict';
const WAIT = { timeout: 40_000, interval: 50 };

interface TracedStack {
  readonly stack: Stack;
  /** What the proxy has published, in the order of arrival. */
  readonly decisions: readonly Message[];
  readonly quarantined: readonly Message[];
  readonly log: readonly ProxyLog[];
  readonly lines: readonly string[];
  publish(...messages: readonly SourceMessage[]): Promise<void>;
  /** Ends the stack, and thereby sends what is left of the spans. */
  stop(): Promise<void>;
}

async function startTraced(
  env: Readonly<Record<string, string>>,
  { nodeArgs = [], spans }: { nodeArgs?: readonly string[]; spans?: Spans | undefined } = {},
): Promise<TracedStack> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const whole = new AsyncDisposableStack();
  onTestFinished(() => whole.disposeAsync());
  const log: ProxyLog[] = [];
  const lines: string[] = [];
  const stack = whole.use(
    await startStack({
      replicas: 1,
      config: join(repository, 'infra/local/eddy.yaml'),
      env: {},
      broker: 'embedded',
      cache: 'own-memory',
      signal: new AbortController().signal,
      tell: () => {},
      onProxyLog: (line) => log.push(line),
      nodeArgs,
      onLine: (_part, line) => lines.push(line),
    }),
  );
  const fail = (error: Error) => expect.unreachable(error.message);
  const heard = async (topic: string) => {
    const messages: Message[] = [];
    whole.use(await collect(stack.pubsub, topic, (message) => messages.push(message), fail));
    return messages;
  };
  const [decisions, quarantined] = await Promise.all([heard('moderation-decisions'), heard('moderation-quarantine')]);
  return {
    stack,
    decisions,
    quarantined,
    log,
    lines,
    async publish(...messages) {
      await publishAll(asyncly(messages), {
        pubsub: stack.pubsub,
        topic: ITEM_EVENTS,
        rate: 100,
        signal: new AbortController().signal,
        onPublished: () => {},
        spans,
      });
    },
    stop: () => whole.disposeAsync(),
  };
}

async function* asyncly<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** A listing with a text of its own. */
async function listing(id: string): Promise<SourceMessage> {
  const [{ item, ...event }] = (await readListings(join(repository, 'test/data/items.jsonl'))) as [ItemEvent];
  const fresh = {
    ...event,
    eventId: `event-${id}`,
    item: { ...item!, itemId: `item-${id}`, sellerId: SELLER, title: TEXT, description: `${TEXT} ${id}` },
  };
  return { data: Buffer.from(JSON.stringify(ItemEvent.toJSON(fresh))), attributes: {} };
}

const complete = ({ decisions }: TracedStack, id: string) =>
  decisions.find(
    ({ attributes }) => attributes['item-id'] === `item-${id}` && attributes['completeness'] === 'COMPLETE',
  );

/** The spans of a trace by which it can be walked. */
function treeOf(all: readonly CollectedSpan[], traceId: string) {
  const spans = all.filter((span) => span.traceId === traceId);
  const childrenOf = (parent: CollectedSpan | undefined) =>
    spans.filter(({ parentId }) => parentId === (parent?.spanId ?? ''));
  const only = (found: readonly CollectedSpan[], name: string): CollectedSpan => {
    const named = found.filter((span) => span.name === name);
    expect(named, `${name} among ${found.map((span) => span.name)}`).toHaveLength(1);
    return named[0]!;
  };
  return {
    spans,
    childrenOf,
    root: (name: string) => only(childrenOf(undefined), name),
    child: (parent: CollectedSpan, name: string) => only(childrenOf(parent), name),
  };
}

const OTLP = (collector: Pick<TraceCollector, 'endpoint'>) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  OTEL_BSP_SCHEDULE_DELAY: '100',
});

test('one trace holds an item from its publishing through a model that was down to its complete decision', {
  timeout: 90_000,
}, async () => {
  await using collector = await startTraceCollector();
  for (const [name, value] of Object.entries(OTLP(collector))) vi.stubEnv(name, value);
  const log = pino({ level: 'silent' });
  const telemetry = await openTelemetry({ service: 'eddy-source', env: process.env, log });
  const rig = await startTraced(OTLP(collector), { spans: telemetry.spans });
  await rig.stack.break({ part: 'weapons', how: 'down' });
  await rig.publish(await listing('1'), { data: Buffer.from(`{"title": ${TEXT}}`), attributes: {} });
  await vi.waitFor(() => expect(rig.decisions.length).toBeGreaterThan(0), WAIT);
  // A pass over the backlog that comes to nothing is a part of the trace, too.
  await vi.waitFor(
    () => expect(collector.spans.some(({ attributes }) => attributes['eddy.result'] === 'fruitless')).toBe(true),
    WAIT,
  );
  await rig.stack.repair({ part: 'weapons', how: 'down' });
  await vi.waitFor(() => expect(complete(rig, '1')).toBeDefined(), WAIT);
  await vi.waitFor(() => expect(rig.quarantined).toHaveLength(1), WAIT);
  const last = complete(rig, '1')!;
  await rig.stop();
  await telemetry[Symbol.asyncDispose]();

  const [, traceId] = last.attributes['traceparent']!.split('-') as [string, string];
  const { spans, root, child, childrenOf } = treeOf(collector.spans, traceId);
  const published = root('send item-events');
  expect(published).toMatchObject({ service: 'eddy-source', kind: 'PRODUCER' });
  const ids = new Set(spans.map(({ spanId }) => spanId));
  for (const { name, parentId } of spans) if (parentId) expect(ids, name).toContain(parentId);

  const first = child(published, 'process item-events');
  expect(first).toMatchObject({ service: 'eddy-proxy', kind: 'CONSUMER', isError: false });
  expect(first.attributes).toMatchObject({
    'messaging.system': 'gcp_pubsub',
    'messaging.destination.subscription.name': 'item-events-proxy',
    'eddy.intake': 'items',
    'eddy.event.id': 'event-1',
    'eddy.item.id': 'item-1',
    'eddy.result': 'deferred',
    'eddy.completeness': 'PARTIAL',
  });
  expect(first.attributes['messaging.message.id']).toBe(published.attributes['messaging.message.id']);
  expect(first.attributes['eddy.owed']).toContain('weapons');
  child(first, 'enrich');
  child(first, 'send moderation-decisions');

  /** The way of one question: proxy, call, the model's own process. */
  const served = (pass: CollectedSpan, model: string) => {
    const consult = child(pass, `consult ${model}`);
    const call = child(consult, PREDICT);
    expect(consult).toMatchObject({
      links: [call.spanId],
      attributes: { 'eddy.outcome': 'scored', 'eddy.origin': 'model' },
    });
    expect(call).toMatchObject({ kind: 'CLIENT', attributes: { 'rpc.system.name': 'grpc', 'eddy.batch.size': 1 } });
    const server = child(call, PREDICT);
    expect(server).toMatchObject({ service: 'eddy-model', kind: 'SERVER', resource: { 'eddy.model': model } });
    expect(server.attributes['rpc.response.status_code']).toBe('OK');
  };
  const owed = first.attributes['eddy.owed'] as readonly string[];
  for (const model of ['money', 'counterfeit']) if (!owed.includes(model)) served(first, model);
  const refused = child(first, 'consult weapons');
  expect(refused).toMatchObject({
    isError: true,
    attributes: { 'eddy.outcome': 'pending', 'error.type': 'UNAVAILABLE' },
  });
  const refusedCall = child(refused, PREDICT);
  expect(refusedCall.attributes['rpc.response.status_code']).toBe('UNAVAILABLE');
  expect(childrenOf(refusedCall)).toEqual([]);

  const entry = child(first, 'send moderation-backlog');
  const passes = childrenOf(entry);
  expect(new Set(passes.map(({ name }) => name))).toEqual(new Set(['process moderation-backlog']));
  const paid = spans.filter(({ attributes }) => attributes['eddy.completeness'] === 'COMPLETE');
  expect(paid).toHaveLength(1);
  expect(paid[0]).toMatchObject({
    kind: 'CONSUMER',
    attributes: { 'eddy.intake': 'backlog', 'eddy.result': 'decided' },
  });
  served(paid[0]!, 'weapons');
  expect(last.attributes['traceparent']).toBe(
    `00-${traceId}-${child(paid[0]!, 'send moderation-decisions').spanId}-01`,
  );

  const thrownOut = collector.spans.find(({ attributes }) => attributes['eddy.result'] === 'quarantined')!;
  expect(thrownOut).toMatchObject({ name: 'process item-events', isError: true });
  expect(rig.quarantined[0]!.attributes['traceparent']).toContain(thrownOut.traceId);
  expect(rig.log.find(({ event }) => event === 'quarantined')).toMatchObject({ traceId: thrownOut.traceId });

  for (const secret of [TEXT, SELLER]) {
    expect(collector.bytes().includes(secret), 'the collector has seen a text of an item').toBe(false);
    expect(rig.lines.join('\n')).not.toContain(secret);
  }
});

test('a collector that is away changes nothing: items are decided, and the end is quick', {
  timeout: 60_000,
}, async () => {
  const rig = await startTraced(OTLP({ endpoint: 'http://127.0.0.1:9' }));
  await rig.publish(await listing('1'), await listing('2'));
  await vi.waitFor(() => expect([complete(rig, '1'), complete(rig, '2')]).not.toContain(undefined), WAIT);
  // The root of its trace is the proxy's here, and is passed on all the same.
  expect(complete(rig, '1')!.attributes['traceparent']).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  const startedAtMs = performance.now();
  await rig.stop();
  // Proxy, models and the rest end one after the other; each has two seconds for its spans.
  expect(performance.now() - startedAtMs).toBeLessThan(12_000);
  expect(rig.log.filter(({ event, level }) => event === 'tracing' && level === 'warn').length).toBeLessThanOrEqual(1);
});

/** Run before a program's own modules: names on its standard error each module of OpenTelemetry's that it loads. */
const PROBE = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) {
    if (url.includes('opentelemetry')) process.stderr.write('loaded ' + url + '\\n');
    return next(url, context);
  } });
  process.stderr.write('loaded nothing yet\\n');
`)}`;

test('without the environment variables nothing of the SDK is loaded, and a trace that comes goes on', {
  timeout: 60_000,
}, async () => {
  const rig = await startTraced({}, { nodeArgs: ['--import', PROBE] });
  const { data } = await listing('1');
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await rig.publish({ data, attributes: { traceparent } });
  await vi.waitFor(() => expect(complete(rig, '1')).toBeDefined(), WAIT);
  expect(complete(rig, '1')!.attributes['traceparent']).toBe(traceparent);
  await rig.stop();
  const loaded = rig.lines.filter((line) => line.startsWith('loaded '));
  // The proxy, the catalogue and three models: each was looked at.
  expect(loaded.filter((line) => line === 'loaded nothing yet').length).toBeGreaterThanOrEqual(5);
  // What shows that the probe sees modules: Pub/Sub's client needs the interface.
  expect(loaded.some((line) => line.includes('@opentelemetry/api/'))).toBe(true);
  expect(loaded.filter((line) => /opentelemetry\/(?:sdk|exporter|otlp|resources)/.test(line))).toEqual([]);
});
