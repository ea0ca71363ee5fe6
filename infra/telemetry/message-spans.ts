import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Carrier, Spans } from './spans.ts';

/** What every span of a message says: https://opentelemetry.io/docs/specs/semconv/messaging/gcp-pubsub/ */
export function messagingAttributes(operation: 'send' | 'process', destination: string, bytes: number): Attributes {
  return {
    'messaging.system': 'gcp_pubsub',
    'messaging.operation.type': operation,
    'messaging.operation.name': operation,
    'messaging.destination.name': destination,
    'messaging.message.body.size': bytes,
  };
}

export interface SendBeginning {
  readonly topic: string;
  readonly bytes: number;
  readonly parent: Span | Carrier;
}

/** The span of one message's publish. Whoever receives the message goes on from it, by the headers of the span. */
export function startSend(spans: Spans, { topic, bytes, parent }: SendBeginning): Span {
  const attributes = messagingAttributes('send', topic, bytes);
  return spans.start(`send ${topic}`, { kind: SpanKind.PRODUCER, parent, attributes });
}

// https://cloud.google.com/pubsub/quotas#resource_limits
const MAX_ATTRIBUTES = 100;

type MessageAttributes = Readonly<Record<string, string>>;

/** The attributes of a message that belongs to the span; as they were, where Pub/Sub would not take any more. */
export function sentAttributes(spans: Spans, span: Span, attributes: MessageAttributes): Record<string, string> {
  const all = { ...attributes, ...spans.headersOf(span) };
  return Object.keys(all).length > MAX_ATTRIBUTES ? { ...attributes } : all;
}

/** The error's name alone: its message may say anything. */
export function failSend(span: Span, error: unknown): void {
  span.setAttribute('error.type', error instanceof Error ? error.name : 'OTHER');
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'the broker has not confirmed' });
}
