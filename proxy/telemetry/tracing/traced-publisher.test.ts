import { SpanKind } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { recordSpans } from '../../../infra/telemetry/test-spans.ts';
import type { OutgoingMessage } from '../../outlets/messages.ts';
import { configOf } from '../../testing/config.ts';
import { tracePublishes } from './traced-publisher.ts';

const { topics } = configOf({ weapons: {} }).pubsub;

function publisherOf() {
  const { spans } = recordSpans();
  const published: OutgoingMessage[] = [];
  const pass = spans.start('pass', { kind: SpanKind.CONSUMER });
  const publisher = tracePublishes(spans, pass, topics, {
    inFlight: 7,
    publish: async (_outlet, message) => void published.push(message),
  });
  return { publisher, published };
}

const attributesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`attribute-${index}`, 'x']));

test('a message that has as many attributes as may be is published as it is', async () => {
  const { publisher, published } = publisherOf();
  const data = Buffer.from('x');
  await publisher.publish('quarantine', { data, attributes: attributesOf(100) });
  await publisher.publish('quarantine', { data, attributes: attributesOf(99) });
  await publisher.publish('quarantine', { data, attributes: { ...attributesOf(99), traceparent: 'nonsense' } });
  expect(published.map(({ attributes }) => Object.keys(attributes).length)).toEqual([100, 100, 100]);
  expect(published.map(({ attributes }) => attributes['traceparent'] ?? 'none')).toEqual([
    'none',
    expect.stringMatching(/^00-/),
    expect.stringMatching(/^00-/),
  ]);
  expect(publisher.inFlight).toBe(7);
});
