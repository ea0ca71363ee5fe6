import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Carrier, Spans } from './spans.ts';
import type { TraceHeaders } from './trace-context.ts';

const w3c = new W3CTraceContextPropagator();

/** Spans by a tracer of OpenTelemetry's. */
export function spansOf(tracer: Tracer): Spans {
  return {
    start(name, { kind, parent, attributes = {}, links = [], startedAtMs }) {
      const options = {
        kind,
        attributes,
        links: links.map((span) => ({ context: span.spanContext() })),
        ...(startedAtMs === undefined ? {} : { startTime: startedAtMs }),
      };
      return tracer.startSpan(name, options, contextOf(parent));
    },
    headersOf(span) {
      const carrier: { traceparent: string; tracestate?: string } = { traceparent: '' };
      w3c.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, defaultTextMapSetter);
      return carrier satisfies TraceHeaders;
    },
  };
}

function contextOf(parent: Span | Carrier | undefined): Context {
  if (!parent) return ROOT_CONTEXT;
  if (isSpan(parent)) return trace.setSpan(ROOT_CONTEXT, parent);
  return w3c.extract(ROOT_CONTEXT, parent, defaultTextMapGetter);
}

function isSpan(parent: Span | Carrier): parent is Span {
  return typeof parent['spanContext'] === 'function';
}
