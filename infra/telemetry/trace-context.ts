/** W3C trace context as message attributes and request metadata carry it: https://www.w3.org/TR/trace-context/ */
export interface TraceHeaders {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** The names under which it travels, in messages and calls alike. */
export const TRACEPARENT = 'traceparent';
export const TRACESTATE = 'tracestate';

// Of our own, although a library has it: log lines name the trace also where nothing of OpenTelemetry is loaded.
const VALID = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The id of the trace, or undefined where the text is no `traceparent`. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined || traceparent.length !== 55 ? undefined : VALID.exec(traceparent)?.[1];
}

/** What a message carries to belong to a trace: nothing where the text is no `traceparent`. */
export function traceAttributes(traceparent: string): { readonly traceparent?: string } {
  return traceIdOf(traceparent) ? { traceparent } : {};
}
