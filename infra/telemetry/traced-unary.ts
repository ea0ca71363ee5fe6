import { type handleUnaryCall, type Metadata, status } from '@grpc/grpc-js';
import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Carrier, Spans } from './spans.ts';
import { TRACEPARENT, TRACESTATE, traceIdOf } from './trace-context.ts';

export interface TracedUnaryOptions<Request> {
  /** Undefined when tracing is off: the handler is served as it is. */
  readonly spans: Spans | undefined;
  /** The full name of the method: `moderation.v1.ModelService/Predict`. */
  readonly method: string;
  readonly attributesOf: (request: Request) => Attributes;
}

/**
 * Serves a handler with a span for every call that brings a trace context. One that brings none begins no trace: what is
 * worth tracing is, at the caller's.
 */
export function traceUnary<Request, Response>(
  handler: handleUnaryCall<Request, Response>,
  { spans, method, attributesOf }: TracedUnaryOptions<Request>,
): handleUnaryCall<Request, Response> {
  if (!spans) return handler;
  return (call, callback) => {
    const parent = carrierOf(call.metadata);
    if (!traceIdOf(parent[TRACEPARENT])) return handler(call, callback);
    const span = spans.start(method, { kind: SpanKind.SERVER, parent, attributes: rpcAttributes(method) });
    if (!span.isRecording()) return handler(call, callback);
    span.setAttributes(attributesOf(call.request));
    const end = (code: number) => {
      span.setAttribute(RPC_STATUS, statusName(code));
      if (SERVER_FAULTS.has(code)) span.setStatus({ code: SpanStatusCode.ERROR, message: statusName(code) });
      span.end();
    };
    // A caller that has gone may never be answered.
    call.once('cancelled', () => {
      if (span.isRecording()) end(status.CANCELLED);
    });
    handler(call, (error, ...answer) => {
      if (span.isRecording()) end(error ? (error.code ?? status.UNKNOWN) : status.OK);
      callback(error, ...answer);
    });
  };
}

/** What of a call's metadata is its trace context. */
export function carrierOf(metadata: Metadata): Carrier {
  const [traceparent] = metadata.get(TRACEPARENT);
  const tracestate = metadata.get(TRACESTATE).join();
  return {
    [TRACEPARENT]: typeof traceparent === 'string' ? traceparent : undefined,
    [TRACESTATE]: tracestate === '' ? undefined : tracestate,
  };
}

/** https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ */
export function rpcAttributes(method: string): Attributes {
  return { 'rpc.system.name': 'grpc', 'rpc.method': method };
}

export const RPC_STATUS = 'rpc.response.status_code';

export function statusName(code: number): string {
  return status[code] ?? String(code);
}

/** The statuses that are the server's fault rather than the caller's, by the same conventions. */
const SERVER_FAULTS = new Set<number>([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);
