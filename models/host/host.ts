import type { ServerCredentials } from '@grpc/grpc-js';
import { type Logger, pino } from 'pino';
import { startGrpcServer } from '../../infra/grpc/server.ts';
import { serveUnary } from '../../infra/grpc/unary.ts';
import { startHttp } from '../../infra/http/endpoint.ts';
import type { Spans } from '../../infra/telemetry/spans.ts';
import { traceUnary } from '../../infra/telemetry/traced-unary.ts';
import {
  ModelServiceService,
  type PredictRequest,
  type PredictResponse,
} from '../../proto/generated/moderation/v1/model.ts';
import type { Scorer } from '../scorer.ts';
import { faultOf, reportAtMostEvery } from './error-report.ts';
import { FaultInjector } from './fault-injector.ts';
import { startFaultServer } from './fault-server.ts';
import { type Load, LoadMeter } from './load-meter.ts';
import { createModelMetrics } from './metrics.ts';
import { type Predict, predictBy } from './predict.ts';
import { type Random, seededRandom } from './random.ts';
import { ScoringQueue } from './scoring-queue.ts';

export interface ModelHostOptions {
  readonly scorer: Scorer;
  /** 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  /** 0, a free one, unless given. */
  readonly port?: number | undefined;
  /** The most inputs of one call. 128 unless given. */
  readonly maxBatch?: number | undefined;
  /** The most inputs that may wait, over all calls; at least `maxBatch`. 4096 unless given. */
  readonly maxQueue?: number | undefined;
  /** 5 minutes unless given. */
  readonly maxConnectionAgeMs?: number | undefined;
  /** How long calls in flight may take when the host is disposed of. 5 seconds unless given. */
  readonly drainMs?: number | undefined;
  /** Plain text unless given. */
  readonly credentials?: ServerCredentials | undefined;
  /** The fault switch, on 127.0.0.1; without it nothing listens for faults. */
  readonly faults?: { readonly port: number; readonly random?: Random | undefined } | undefined;
  /** The figures for Prometheus and the health over HTTP, on the model's host; without it nothing listens for either. */
  readonly metrics?: { readonly model: string; readonly port: number } | undefined;
  readonly log?: Logger | undefined;
  /** Undefined when tracing is off. */
  readonly spans?: Spans | undefined;
}

/** A model that is served. Disposing of it drains: see GrpcServer. */
export interface ModelHost extends AsyncDisposable {
  /** `host:port` of the model. */
  readonly address: string;
  /** `host:port` of the fault switch, where there is one. */
  readonly faultsAddress: string | undefined;
  /** `host:port` of the metrics, where there are any. */
  readonly metricsAddress: string | undefined;
  /** What the model has been asked so far, counted before any fault. */
  load(): Load;
}

/**
 * Serves a scorer as `moderation.v1.ModelService`, with health and reflection.
 *
 * @throws AddressError when an address can't be listened on; RangeError when the limits contradict each other.
 */
export async function startModelHost(options: ModelHostOptions): Promise<ModelHost> {
  const { scorer, host = '127.0.0.1', port = 0, maxBatch = 128, maxQueue = 4096, faults } = options;
  const { maxConnectionAgeMs, drainMs, credentials, log = pino({ level: 'silent' }) } = options;
  assertLimits(maxBatch, maxQueue);

  const onScorerError = reportAtMostEvery(1_000, (error, heldBack) => {
    log.error({ event: 'scorer-failed', ...faultOf(error), heldBack });
  });
  const queue = new ScoringQueue({ scorer, maxQueue, onScorerError });
  const injector = faults && new FaultInjector(faults.random ?? seededRandom(Date.now()));
  const meter = new LoadMeter();
  const load = (): Load => meter.read();

  const scoring = predictBy(queue, scorer.version, maxBatch);
  const metered = meter.metering(injector ? injector.injecting(scoring) : scoring);
  const metrics =
    options.metrics &&
    createModelMetrics({
      model: options.metrics.model,
      version: scorer.version,
      waiting: () => queue.waiting,
    });
  const predict: Predict = metrics ? metrics.metering(metered) : metered;

  let notReadyBecause: string | undefined = 'starting';
  let closing: Promise<void> | undefined;
  await using parts = new AsyncDisposableStack();
  // First, so that it is the last to go: it says so while calls in flight end.
  const http =
    metrics &&
    parts.use(
      await startHttp({
        host,
        port: options.metrics!.port,
        registry: metrics.registry,
        notReadyBecause: () => notReadyBecause,
      }),
    );

  const model = parts.use(
    await startGrpcServer({
      host,
      port,
      credentials,
      maxConnectionAgeMs,
      drainMs,
      services: [
        {
          name: 'moderation.v1.ModelService',
          protoFile: 'moderation/v1/model.proto',
          definition: ModelServiceService,
          implementation: { predict: tracePredict(serveUnary(predict, log), options) },
        },
      ],
    }),
  );
  if (injector) parts.defer(() => injector.release());
  const faultServer =
    faults && injector && parts.use(await startFaultServer({ port: faults.port, injector, model, load, log }));
  notReadyBecause = undefined;
  const running = parts.move();
  return {
    address: model.address,
    faultsAddress: faultServer?.address,
    metricsAddress: http?.address,
    load,
    [Symbol.asyncDispose]() {
      notReadyBecause = 'shutting down';
      closing ??= running.disposeAsync();
      return closing;
    },
  };
}

/** The span of a call covers all of it, rehearsed faults included. */
function tracePredict(
  handler: ReturnType<typeof serveUnary<PredictRequest, PredictResponse>>,
  options: ModelHostOptions,
) {
  return traceUnary(handler, {
    spans: options.spans,
    method: 'moderation.v1.ModelService/Predict',
    attributesOf: ({ inputs }) => ({
      'eddy.batch.size': inputs.length,
      'eddy.model.version': options.scorer.version,
    }),
  });
}

function assertLimits(maxBatch: number, maxQueue: number): void {
  if (!(maxBatch >= 1)) throw new RangeError(`The largest batch must be at least 1, but is ${maxBatch}.`);
  if (!(maxQueue >= maxBatch)) {
    throw new RangeError(
      `The queue must hold at least one batch: it has room for ${maxQueue} inputs, and a batch may have ${maxBatch}.`,
    );
  }
}
