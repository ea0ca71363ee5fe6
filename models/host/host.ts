import type { ServerCredentials } from '@grpc/grpc-js';
import { type Logger, pino } from 'pino';
import { startGrpcServer } from '../../infra/grpc/server.ts';
import { serveUnary } from '../../infra/grpc/unary.ts';
import { ModelServiceService } from '../../proto/generated/moderation/v1/model.ts';
import type { Scorer } from '../scorer.ts';
import { reportAtMostEvery } from './error-report.ts';
import { FaultInjector } from './fault-injector.ts';
import { startFaultServer } from './fault-server.ts';
import { type Load, LoadMeter } from './load-meter.ts';
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
  readonly log?: Logger | undefined;
}

/** A model that is served. Disposing of it drains: see GrpcServer. */
export interface ModelHost extends AsyncDisposable {
  /** `host:port` of the model. */
  readonly address: string;
  /** `host:port` of the fault switch, where there is one. */
  readonly faultsAddress: string | undefined;
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

  const onScorerError = reportAtMostEvery(1_000, (err, heldBack) => {
    log.error({ event: 'scorer-failed', err, heldBack });
  });
  const queue = new ScoringQueue({ scorer, maxQueue, onScorerError });
  const injector = faults && new FaultInjector(faults.random ?? seededRandom(Date.now()));
  const meter = new LoadMeter();
  const load = (): Load => meter.read();

  const scoring = predictBy(queue, scorer.version, maxBatch);
  const predict: Predict = meter.metering(injector ? injector.injecting(scoring) : scoring);

  await using parts = new AsyncDisposableStack();
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
          implementation: { predict: serveUnary(predict, log) },
        },
      ],
    }),
  );
  if (injector) parts.defer(() => injector.release());
  const faultServer =
    faults && injector && parts.use(await startFaultServer({ port: faults.port, injector, model, load, log }));

  const running = parts.move();
  let closing: Promise<void> | undefined;
  return {
    address: model.address,
    faultsAddress: faultServer?.address,
    load,
    [Symbol.asyncDispose]() {
      closing ??= running.disposeAsync();
      return closing;
    },
  };
}

function assertLimits(maxBatch: number, maxQueue: number): void {
  if (!(maxBatch >= 1)) throw new RangeError(`The largest batch must be at least 1, but is ${maxBatch}.`);
  if (!(maxQueue >= maxBatch)) {
    throw new RangeError(
      `The queue must hold at least one batch: it has room for ${maxQueue} inputs, and a batch may have ${maxBatch}.`,
    );
  }
}
