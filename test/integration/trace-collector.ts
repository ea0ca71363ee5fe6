import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** A span as a test looks at it. */
export interface CollectedSpan {
  readonly service: string;
  /** Attributes of the process. */
  readonly resource: Readonly<Record<string, unknown>>;
  readonly name: string;
  /** `CONSUMER`, `CLIENT` and so on. */
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  /** The ids of the spans that it is linked with. */
  readonly links: readonly string[];
  readonly isError: boolean;
}

/** A collector of traces by OTLP over HTTP, as small as can be. */
export interface TraceCollector extends AsyncDisposable {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT takes. */
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** Every byte that came. */
  readonly bytes: () => Buffer;
}

interface WireValue {
  readonly arrayValue?: { readonly values: readonly WireValue[] };
  readonly [kind: string]: unknown;
}

interface WireSpan {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly name: string;
  readonly kind: string;
  readonly attributes: readonly WireAttribute[];
  readonly events: readonly { readonly name: string }[];
  readonly links: readonly { readonly spanId: Buffer }[];
  readonly status: { readonly code: string } | null;
}

interface WireAttribute {
  readonly key: string;
  readonly value: WireValue;
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const decode = decoder();
  const bodies: Buffer[] = [];
  const spans: CollectedSpan[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    bodies.push(body);
    spans.push(...spansOf(decode(body)));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bytes: () => Buffer.concat(bodies),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function decoder(): (body: Buffer) => WireRequest {
  const file = join(import.meta.dirname, 'otlp-trace.proto');
  const definitions = loadSync(file, { enums: String, defaults: true, oneofs: true, longs: Number });
  const service = definitions['opentelemetry.proto.collector.trace.v1.TraceService'] as unknown as {
    readonly Export: MethodDefinition<WireRequest, unknown>;
  };
  return service.Export.requestDeserialize;
}

function* spansOf({ resourceSpans }: WireRequest): Generator<CollectedSpan> {
  for (const { resource, scopeSpans } of resourceSpans) {
    const process = recordOf(resource.attributes);
    for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
      yield {
        service: String(process['service.name']),
        resource: process,
        name: span.name,
        kind: span.kind.replace('SPAN_KIND_', ''),
        traceId: span.traceId.toString('hex'),
        spanId: span.spanId.toString('hex'),
        parentId: span.parentSpanId.toString('hex'),
        attributes: recordOf(span.attributes),
        events: span.events.map(({ name }) => name),
        links: span.links.map(({ spanId }) => spanId.toString('hex')),
        isError: span.status?.code === 'STATUS_CODE_ERROR',
      };
    }
  }
}

function recordOf(attributes: readonly WireAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

/** With the option `oneofs` a value says itself which of its kinds it is. */
function plainValue(value: WireValue): unknown {
  return value.arrayValue && value['value'] === 'arrayValue'
    ? value.arrayValue.values.map(plainValue)
    : value[String(value['value'])];
}
