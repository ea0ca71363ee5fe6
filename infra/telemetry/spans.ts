import type { Attributes, Span, SpanKind } from '@opentelemetry/api';
import type { TraceHeaders } from './trace-context.ts';

export interface SpanBeginning {
  readonly kind: SpanKind;
  /** A span of this process, or what another one has sent; a new trace begins without. */
  readonly parent?: Span | Carrier | undefined;
  readonly attributes?: Attributes;
  readonly links?: readonly Span[];
  /** Milliseconds since the epoch; now unless given. */
  readonly startedAtMs?: number;
}

/** What a message or a call has brought: its attributes, or what of its metadata is text. Anything may stand there. */
export type Carrier = Readonly<Record<string, string | undefined>>;

/** Makes spans. Every parent is named: nothing is looked up from what happens to be running. */
export interface Spans {
  /** A span that is not sampled does not record, and costs next to nothing. Never throws. */
  start(name: string, beginning: SpanBeginning): Span;
  /** What goes along to where the span's children are, sampled or not. */
  headersOf(span: Span): TraceHeaders;
}

/** The tracing of a process. Disposing of it sends what is left, and takes no longer than {@link SHUTDOWN_MS}. */
export interface Telemetry extends AsyncDisposable {
  /** Undefined when tracing is off. */
  readonly spans: Spans | undefined;
}

/** A collector that is away must not keep a program from ending. */
export const SHUTDOWN_MS = 2_000;

export const NO_TELEMETRY: Telemetry = { spans: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
