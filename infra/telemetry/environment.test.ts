import { describe, expect, test } from 'vitest';
import { tracingWish } from './environment.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
const warningsOf = (env: NodeJS.ProcessEnv) => tracingWish(env).warnings.join('\n');

describe('tracing is', () => {
  test.each<[why: string, env: NodeJS.ProcessEnv]>([
    ['nothing is said', {}],
    ['what is said is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ', OTEL_TRACES_EXPORTER: '' }],
    ['no exporter is wished for', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
    ['the SDK is disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }],
    [
      'other things are set',
      { OTEL_SERVICE_NAME: 'eddy', OTEL_TRACES_SAMPLER: 'always_on', OTEL_METRICS_EXPORTER: 'otlp' },
    ],
  ])('off, without a word, when %s', (_why, env) => {
    expect(tracingWish(env)).toEqual({ exporters: [], batch: {}, warnings: [] });
  });

  test.each<[env: NodeJS.ProcessEnv, exporters: string[]]>([
    [ENDPOINT, ['otlp']],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/v1/traces' }, ['otlp']],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, ['otlp']],
    [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'console' }, ['console']],
    [{ OTEL_TRACES_EXPORTER: 'OTLP, console' }, ['otlp', 'console']],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_SDK_DISABLED: 'false' }, ['otlp']],
    [{ ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' }, ['otlp']],
  ])('on by %j', (env, exporters) => {
    expect(tracingWish(env)).toEqual({ exporters, batch: {}, warnings: [] });
  });
});

describe('what is wrong is told, and', () => {
  test.each<[env: NodeJS.ProcessEnv, warning: string]>([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER: expected otlp, console or none, got "zipkin"'],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf is spoken'],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: only'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as http://'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as http://'],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '::' }, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: expected a URL'],
  ])('where spans would go nowhere, tracing stays off: %j', (env, warning) => {
    const wish = tracingWish(env);
    expect(wish.exporters).toEqual([]);
    expect(wish.warnings).toEqual([expect.stringContaining(warning)]);
  });

  test.each<[env: NodeJS.ProcessEnv, warning: string]>([
    [{ OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED: expected true or false, got "yes"; taken as false'],
    [{ OTEL_TRACES_EXPORTER: 'otlp,jaeger' }, 'got "jaeger"; it is left out'],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER: expected one of always_on'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '5 %' }, 'expected 0 to 1, got "5 %"'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 'OTEL_TRACES_SAMPLER_ARG: expected 0 to 1, got ""'],
  ])('what can go on goes on: %j', (env, warning) => {
    expect(tracingWish({ ...ENDPOINT, ...env }).exporters).toEqual(['otlp']);
    expect(warningsOf({ ...ENDPOINT, ...env })).toContain(warning);
  });

  test.each(['0', '-1', '1.5', 'many', '1e9'])('a queue or batch of %s spans is not taken', (value) => {
    const { batch, warnings } = tracingWish({
      ...ENDPOINT,
      OTEL_BSP_MAX_QUEUE_SIZE: value,
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: value,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
    expect(batch).toEqual({ maxQueueSize: 2_048, maxExportBatchSize: 512 });
    expect(warnings).toHaveLength(2);
  });
});
