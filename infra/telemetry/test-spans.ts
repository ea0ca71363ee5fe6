import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Spans } from './spans.ts';
import { spansOf } from './tracer-spans.ts';

/** A span that has ended, as a test looks at it. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly traceState: string | undefined;
  readonly attributes: ReadableSpan['attributes'];
  readonly events: readonly string[];
  /** The ids of the spans that it is linked with. */
  readonly links: readonly string[];
  /** The status, where that is an error. */
  readonly error: string | undefined;
}

export interface SpanRecorder {
  readonly spans: Spans;
  /** In the order in which they ended. */
  readonly ended: readonly RecordedSpan[];
  /** The only one of that name that has ended. */
  one(name: string): RecordedSpan;
  /** All that was recorded, as text. */
  text(): string;
}

/** Spans that stay in memory; all of them are sampled, as far as their parents are, unless a sampler says otherwise. */
export function recordSpans(sampler?: Sampler): SpanRecorder {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler ? { sampler } : {}),
  });
  const ended = () => exporter.getFinishedSpans().map(recorded);
  return {
    spans: spansOf(provider.getTracer('test')),
    get ended() {
      return ended();
    },
    one(name) {
      const found = ended().filter((span) => span.name === name);
      if (found.length === 1) return found[0]!;
      throw new Error(`expected one span ${name}, there are ${found.length} among ${ended().map((span) => span.name)}`);
    },
    text: () => JSON.stringify(ended()),
  };
}

function recorded(span: ReadableSpan): RecordedSpan {
  const { traceId, spanId, traceState } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind],
    traceId,
    spanId,
    parentId: span.parentSpanContext?.spanId,
    traceState: traceState?.serialize(),
    attributes: span.attributes,
    events: span.events.map(({ name }) => name),
    links: span.links.map(({ context }) => context.spanId),
    error: span.status.code === SpanStatusCode.ERROR ? (span.status.message ?? '') : undefined,
  };
}
