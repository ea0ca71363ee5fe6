import { DiagLogLevel, diag } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, ConsoleSpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { BatchSettings, Exporter } from './environment.ts';
import { SHUTDOWN_MS, type Telemetry } from './spans.ts';
import { spansOf } from './tracer-spans.ts';

export interface SdkOptions {
  readonly service: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly exporters: readonly Exporter[];
  readonly batch: BatchSettings;
  readonly log: Logger;
}

/** How often it is told that spans could not be sent. */
const TELL_EVERY_MS = 60_000;

/**
 * Starts OpenTelemetry's SDK. It is registered nowhere: what it makes goes to who asks this one for spans, and no library
 * begins to trace by itself. Sampler, limits, queue, addresses and credentials are those of the environment variables.
 */
export function startSdk({ service, resource, exporters, batch, log }: SdkOptions): Telemetry {
  const tellFault = atMostEvery(TELL_EVERY_MS, (reason, untold) =>
    log.warn({ event: 'tracing', reason, untold }, 'spans are lost'),
  );
  let isStarting = true;
  const tell = (reason: string) => (isStarting ? log.warn({ event: 'tracing' }, reason) : tellFault(reason));
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  setGlobalErrorHandler((error) => tellFault(typeof error === 'string' ? error : String(error.message || error.name)));

  const own = resourceFromAttributes({ 'service.name': service, ...resource });
  const detected = detectResources({ detectors: [serviceInstanceIdDetector, envDetector] });
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(own).merge(detected),
    spanProcessors: exporters.map((exporter) => new BatchSpanProcessor(createExporter(exporter), { ...batch })),
  });
  isStarting = false;
  return {
    spans: spansOf(provider.getTracer('eddy')),
    async [Symbol.asyncDispose]() {
      let timer: NodeJS.Timeout | undefined;
      const timeUp = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, SHUTDOWN_MS);
      });
      const sent = provider.shutdown().catch((error: Error) => tellFault(error.message));
      await Promise.race([sent, timeUp]);
      clearTimeout(timer);
    },
  };
}

function createExporter(exporter: Exporter) {
  return exporter === 'otlp' ? new OTLPTraceExporter() : new ConsoleSpanExporter();
}

function ignore(): void {}

function atMostEvery(intervalMs: number, tell: (reason: string, untold: number) => void): (reason: string) => void {
  let nextAtMs = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (reason) => {
    if (performance.now() < nextAtMs) {
      untold++;
      return;
    }
    tell(reason, untold);
    untold = 0;
    nextAtMs = performance.now() + intervalMs;
  };
}
