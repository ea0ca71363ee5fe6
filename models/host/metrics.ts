import { status } from '@grpc/grpc-js';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { RpcError } from '../../infra/grpc/unary.ts';
import { collectProcessMetrics } from '../../infra/telemetry/process-metrics.ts';
import type { Predict } from './predict.ts';

const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

/** The figures of a model; `infra/prometheus/metrics.md` is the table of them. */
export interface ModelMetrics {
  readonly registry: Registry;
  /** Counts every call, whatever becomes of it. */
  metering(predict: Predict): Predict;
}

export interface ModelMetricsOptions {
  readonly model: string;
  readonly version: string;
  /** Inputs that wait to be scored. */
  readonly waiting: () => number;
}

export function createModelMetrics({ model, version, waiting }: ModelMetricsOptions): ModelMetrics {
  const registry = new Registry();
  collectProcessMetrics(registry);
  const registers = [registry];
  const calls = new Counter({
    name: 'eddy_scorer_calls_total',
    help: 'Calls, as they were answered.',
    labelNames: ['model', 'code'],
    registers,
  });
  const inputs = new Counter({
    name: 'eddy_scorer_inputs_total',
    help: 'Inputs in these calls, counted as they come.',
    labelNames: ['model'],
    registers,
  });
  const batch = new Histogram({
    name: 'eddy_scorer_batch_size',
    help: 'Inputs in a call.',
    buckets: BATCH_SIZES,
    labelNames: ['model'],
    registers,
  });
  const seconds = new Histogram({
    name: 'eddy_scorer_call_duration_seconds',
    help: 'How long calls took, waiting included.',
    buckets: CALL_SECONDS,
    labelNames: ['model'],
    registers,
  });
  const inFlight = new Gauge({
    name: 'eddy_scorer_calls_in_flight',
    help: 'Calls being answered.',
    labelNames: ['model'],
    registers,
  });
  new Gauge({
    name: 'eddy_scorer_queue',
    help: 'Inputs that wait to be scored.',
    labelNames: ['model'],
    registers,
    collect() {
      this.set({ model }, waiting());
    },
  });
  new Gauge({
    name: 'eddy_scorer_info',
    help: 'The version that is served.',
    labelNames: ['model', 'version'],
    registers,
  }).set({ model, version }, 1);

  calls.inc({ model, code: 'OK' }, 0);
  inputs.inc({ model }, 0);
  batch.zero({ model });
  seconds.zero({ model });
  inFlight.set({ model }, 0);

  return {
    registry,
    metering: (predict) => async (request, call) => {
      const startedAtMs = performance.now();
      inFlight.inc({ model });
      inputs.inc({ model }, request.inputs.length);
      // A call without inputs asks for the version alone.
      if (request.inputs.length > 0) batch.observe({ model }, request.inputs.length);
      let code: number = status.OK;
      try {
        return await predict(request, call);
      } catch (error) {
        code = error instanceof RpcError ? error.code : status.INTERNAL;
        throw error;
      } finally {
        inFlight.dec({ model });
        calls.inc({ model, code: status[code] ?? 'UNKNOWN' });
        seconds.observe({ model }, (performance.now() - startedAtMs) / 1_000);
      }
    },
  };
}
