/** Where spans go. */
export type Exporter = 'otlp' | 'console';

/** What the standard environment variables ask for, and what is wrong with them. */
export interface TracingWish {
  /** None: tracing is off. */
  readonly exporters: readonly Exporter[];
  /** Settings of the queue of spans that can't be heeded: the SDK's own value holds instead. */
  readonly batch: BatchSettings;
  /** One sentence each. */
  readonly warnings: readonly string[];
}

export type BatchSettings = { -readonly [Setting in keyof typeof BATCH]?: number };

const KNOWN: ReadonlySet<string> = new Set<Exporter>(['otlp', 'console']);

/**
 * The SDK takes any number: with batches of none it would make them without end, and hang. Names and defaults:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#batch-span-processor
 */
const BATCH = {
  maxExportBatchSize: { variable: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', fallback: 512, most: 65_536 },
  maxQueueSize: { variable: 'OTEL_BSP_MAX_QUEUE_SIZE', fallback: 2_048, most: 1_048_576 },
  scheduledDelayMillis: { variable: 'OTEL_BSP_SCHEDULE_DELAY', fallback: 5_000, most: 3_600_000 },
  exportTimeoutMillis: { variable: 'OTEL_BSP_EXPORT_TIMEOUT', fallback: 30_000, most: 3_600_000 },
} as const;

const SAMPLERS: ReadonlySet<string> = new Set([
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
]);

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'] as const;
const PROTOCOL = 'http/protobuf';

/**
 * Reads what decides whether there is tracing; everything else the SDK reads by itself. Off unless an endpoint or an
 * exporter is named. What is wrong never keeps a program from its work: where spans would go nowhere, tracing stays off.
 */
export function tracingWish(env: NodeJS.ProcessEnv): TracingWish {
  const warnings: string[] = [];
  const read = (variable: string) => env[variable]?.trim() || undefined;
  const exporters = isDisabled() ? [] : usable(namedExporters());
  if (exporters.length === 0) return { exporters, batch: {}, warnings };
  checkSampler();
  return { exporters, batch: batchSettings(), warnings };

  function isDisabled(): boolean {
    const value = read('OTEL_SDK_DISABLED')?.toLowerCase();
    if (value !== undefined && value !== 'true' && value !== 'false') {
      warnings.push(`OTEL_SDK_DISABLED: expected true or false, got "${value}"; taken as false`);
    }
    return value === 'true';
  }

  function namedExporters(): Exporter[] {
    const names = read('OTEL_TRACES_EXPORTER')?.toLowerCase().split(',');
    if (!names) return ENDPOINTS.some(read) ? ['otlp'] : [];
    const wished = new Set(names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'none'));
    return [...wished].filter((name): name is Exporter => {
      if (KNOWN.has(name)) return true;
      warnings.push(`OTEL_TRACES_EXPORTER: expected otlp, console or none, got "${name}"; it is left out`);
      return false;
    });
  }

  function usable(wished: readonly Exporter[]): Exporter[] {
    return wished.filter((name) => name !== 'otlp' || (isProtocolSpoken() && isEndpointValid()));
  }

  function isProtocolSpoken(): boolean {
    const variable = PROTOCOLS.find(read);
    const protocol = variable && read(variable)!;
    if (!protocol || protocol === PROTOCOL) return true;
    warnings.push(`${variable}: only ${PROTOCOL} is spoken, got "${protocol}"; no spans are sent`);
    return false;
  }

  function isEndpointValid(): boolean {
    const variable = ENDPOINTS.find(read);
    if (!variable) return true;
    const url = URL.canParse(read(variable)!) ? new URL(read(variable)!) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return true;
    warnings.push(`${variable}: expected a URL such as http://127.0.0.1:4318; no spans are sent`);
    return false;
  }

  function checkSampler(): void {
    const sampler = read('OTEL_TRACES_SAMPLER');
    if (sampler !== undefined && !SAMPLERS.has(sampler)) {
      const names = [...SAMPLERS].join(', ');
      warnings.push(`OTEL_TRACES_SAMPLER: expected one of ${names}, got "${sampler}"; everything is sampled`);
    }
    const ratio = read('OTEL_TRACES_SAMPLER_ARG');
    if (!sampler?.endsWith('traceidratio') || (ratio !== undefined && Number(ratio) >= 0 && Number(ratio) <= 1)) return;
    warnings.push(`OTEL_TRACES_SAMPLER_ARG: expected 0 to 1, got "${ratio ?? ''}"; everything is sampled`);
  }

  function batchSettings(): BatchSettings {
    const settings: BatchSettings = {};
    for (const [name, { variable, fallback, most }] of Object.entries(BATCH)) {
      const value = read(variable);
      if (value === undefined || (Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= most))
        continue;
      warnings.push(`${variable}: expected an integer from 1 to ${most}, got "${value}"; taken as ${fallback}`);
      settings[name as keyof BatchSettings] = fallback;
    }
    return settings;
  }
}
