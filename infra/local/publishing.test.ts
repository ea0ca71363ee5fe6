import { setTimeout as sleep } from 'node:timers/promises';
import type { PubSub } from '@google-cloud/pubsub';
import { expect, test } from 'vitest';
import { recordSpans } from '../telemetry/test-spans.ts';
import { publishAll } from './publishing.ts';
import type { SourceMessage } from './source.ts';

function fakePubSub(publish: (message: SourceMessage) => Promise<string>): PubSub {
  return { topic: () => ({ publishMessage: publish }) } as unknown as PubSub;
}

async function* messages(count: number): AsyncGenerator<SourceMessage> {
  for (let i = 0; i < count; i++) yield { data: Buffer.from(String(i)), attributes: {} };
}

const options = { topic: 'events', rate: 100_000, signal: new AbortController().signal };

test('all messages are published, and told by their ids', async () => {
  const told: string[] = [];
  const pubsub = fakePubSub(({ data }) => Promise.resolve(`id ${data}`));
  const count = await publishAll(messages(5), { ...options, pubsub, onPublished: (id) => told.push(id) });
  expect(count).toBe(5);
  expect(told).toEqual(['id 0', 'id 1', 'id 2', 'id 3', 'id 4']);
});

test('the rate is kept', async () => {
  const pubsub = fakePubSub(() => Promise.resolve('id'));
  const startedAtMs = performance.now();
  await publishAll(messages(31), { ...options, rate: 100, pubsub, onPublished: () => {} });
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(250);
});

test('a signal ends it, and what is in flight is waited for', async () => {
  const stop = new AbortController();
  let confirmed = 0;
  const pubsub = fakePubSub(async () => {
    await sleep(50);
    return 'id';
  });
  const publishing = publishAll(messages(1_000), {
    ...options,
    rate: 100,
    signal: stop.signal,
    pubsub,
    onPublished: () => confirmed++,
  });
  await sleep(100);
  stop.abort();
  const count = await publishing;
  expect(count).toBeLessThan(1_000);
  expect(confirmed).toBe(count);
});

test('a refused publish ends it with the reason', async () => {
  const pubsub = fakePubSub(() => Promise.reject(new Error('no such topic')));
  await expect(publishAll(messages(5), { ...options, pubsub, onPublished: () => {} })).rejects.toThrow('no such topic');
});

test('who insists gives up when told to', { timeout: 5_000 }, async () => {
  const giveUp = new AbortController();
  const pubsub = fakePubSub(() => Promise.reject(new Error('not now')));
  const insisting = { ...options, pubsub, insistForMs: 60_000, giveUp: giveUp.signal, onPublished: () => {} };
  const publishing = publishAll(messages(1), insisting);
  giveUp.abort();
  await expect(publishing).rejects.toThrow('not now');
});

test('who insists publishes again until it is confirmed, and tells the first time', async () => {
  let tries = 0;
  const pubsub = fakePubSub(() => (++tries < 3 ? Promise.reject(new Error('not now')) : Promise.resolve('id')));
  const startedAtMs = Date.now();
  const told: [id: string, delayMs: number, data: string][] = [];
  const count = await publishAll(messages(1), {
    ...options,
    pubsub,
    insistForMs: 10_000,
    onPublished: (id, atMs, { data }) => told.push([id, atMs - startedAtMs, String(data)]),
  });
  expect([count, tries]).toEqual([1, 3]);
  expect(told).toEqual([['id', expect.any(Number), '0']]);
  expect(told[0]![1]).toBeLessThan(200);
});

test('each message begins a trace where tracing is on, or goes on with its own', async () => {
  const recorder = recordSpans();
  const { spans } = recorder;
  const published: SourceMessage[] = [];
  const pubsub = fakePubSub((message) => Promise.resolve(`id-${published.push(message)}`));
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  async function* two(): AsyncGenerator<SourceMessage> {
    yield { data: Buffer.from('a'), attributes: { origin: 'shop' } };
    yield { data: Buffer.from('b'), attributes: { traceparent } };
  }
  await publishAll(two(), { ...options, pubsub, spans, onPublished: () => {} });
  const [first, second] = recorder.ended;
  expect(first).toMatchObject({ name: 'send events', kind: 'PRODUCER', parentId: undefined });
  expect(first?.attributes['messaging.message.id']).toBe('id-1');
  expect(second).toMatchObject({ traceId: traceparent.slice(3, 35), parentId: traceparent.slice(36, 52) });
  expect(published.map(({ attributes }) => attributes)).toEqual([
    { origin: 'shop', traceparent: `00-${first?.traceId}-${first?.spanId}-01` },
    { traceparent: `00-${second?.traceId}-${second?.spanId}-01` },
  ]);
});

test('a message that the broker refuses shows it in its span', async () => {
  const recorder = recordSpans();
  const { spans } = recorder;
  const pubsub = fakePubSub(() => Promise.reject(new Error('no such topic')));
  await expect(publishAll(messages(1), { ...options, pubsub, spans, onPublished: () => {} })).rejects.toThrow();
  expect(recorder.ended).toMatchObject([{ error: 'the broker has not confirmed' }]);
});
