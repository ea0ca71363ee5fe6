import { createServer } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openTelemetry } from './open-telemetry.ts';
import { NO_TELEMETRY, SHUTDOWN_MS } from './spans.ts';

afterEach(() => void vi.unstubAllEnvs());

function open(env: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { lines, opening: openTelemetry({ service: 'eddy-test', env: process.env, log }) };
}

const timed = async (work: () => PromiseLike<unknown>) => {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
};

describe('telemetry', () => {
  test('is nothing at all unless it is asked for', async () => {
    const { opening, lines } = open({});
    expect(await opening).toBe(NO_TELEMETRY);
    expect(lines).toEqual([]);
  });

  test('says when it is on, and what is wrong with its settings', async () => {
    const { opening, lines } = open({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '-3',
      OTEL_TRACES_SAMPLER: 'sometimes',
    });
    await using telemetry = await opening;
    expect(telemetry.spans).toBeDefined();
    const warnings = lines.filter(({ level }) => level === 40).map(({ msg }) => String(msg));
    expect(warnings).toContainEqual(expect.stringMatching(/^OTEL_TRACES_SAMPLER: /));
    expect(warnings).toContainEqual(expect.stringContaining('OTEL_EXPORTER_OTLP_TIMEOUT is invalid'));
    expect(lines.at(-1)).toMatchObject({ level: 30, event: 'tracing', exporters: ['otlp'] });
  });

  test('samples as the environment says', async () => {
    const { opening } = open({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'parentbased_always_off' });
    await using telemetry = await opening;
    const span = telemetry.spans!.start('root', { kind: SpanKind.INTERNAL });
    expect(span.isRecording()).toBe(false);
    expect(telemetry.spans!.headersOf(span).traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
    const parent = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=1' };
    const child = telemetry.spans!.start('child', { kind: SpanKind.INTERNAL, parent });
    expect(child.isRecording()).toBe(true);
    expect(telemetry.spans!.headersOf(child)).toEqual({
      traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-01$/),
      tracestate: 'a=1',
    });
    child.end();
  });

  test('gives up a collector that takes the connection and never answers, in its time', async () => {
    await using server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const sockets = new Set<{ destroy(): void }>();
    server.on('connection', (socket) => sockets.add(socket));
    const { opening } = open({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      // Settings that would send nothing for ever, were they taken.
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '0',
      OTEL_BSP_MAX_QUEUE_SIZE: '0',
    });
    const telemetry = await opening;
    for (let i = 0; i < 5_000; i++) telemetry.spans!.start('a span', { kind: SpanKind.INTERNAL }).end();
    expect(await timed(() => telemetry[Symbol.asyncDispose]())).toBeLessThan(SHUTDOWN_MS + 1_500);
    for (const socket of sockets) socket.destroy();
  });
});
