import type { Logger } from 'pino';
import { tracingWish } from './environment.ts';
import { NO_TELEMETRY, type Telemetry } from './spans.ts';

export interface TelemetryOptions {
  /** `service.name` of the spans, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES says another. */
  readonly service: string;
  /** What else is the same for all spans of the process. */
  readonly resource?: Readonly<Record<string, string>>;
  /** Decides whether there is tracing. The SDK reads the rest, how to sample and where to send, from the process's own. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
}

/**
 * Traces, where OpenTelemetry's environment variables ask for it; else nothing, and then nothing of its SDK is loaded.
 * What is wrong with the variables is told in the log.
 */
export async function openTelemetry({ service, resource = {}, env, log }: TelemetryOptions): Promise<Telemetry> {
  const { exporters, batch, warnings } = tracingWish(env);
  for (const warning of warnings) log.warn({ event: 'tracing' }, warning);
  if (exporters.length === 0) return NO_TELEMETRY;
  const { startSdk } = await import('./sdk.ts');
  const telemetry = startSdk({ service, resource, exporters, batch, log });
  log.info({ event: 'tracing', exporters });
  return telemetry;
}
