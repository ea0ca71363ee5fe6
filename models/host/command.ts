import { Command } from 'commander';
import {
  addServerOptions,
  parseCount,
  parsePort,
  parseSeed,
  type ServerCommandOptions,
  tlsFiles,
} from '../../infra/grpc/command-options.ts';
import { serverCredentials } from '../../infra/grpc/credentials.ts';
import { runServiceProcess } from '../../infra/grpc/service-process.ts';
import { openTelemetry } from '../../infra/telemetry/open-telemetry.ts';
import { startModelHost } from './host.ts';
import { seededRandom } from './random.ts';
import { loadScorer, modelNames } from './scorers.ts';

interface ModelHostCommandOptions extends ServerCommandOptions {
  readonly maxBatch: number;
  readonly maxQueue: number;
  readonly metrics?: number;
  readonly faults?: number;
  readonly seed?: number;
}

/**
 * The command line of a model host.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function runModelHost(args: readonly string[], modelsFolder: string): Promise<number> {
  const command = addServerOptions(new Command('models/main.ts'))
    .description('Serves one model over gRPC, with health and reflection.')
    .argument('<model>', `what to serve: ${modelNames(modelsFolder).join(', ')}`)
    .option('--max-batch <inputs>', 'the most inputs of one call', parseCount, 128)
    .option('--max-queue <inputs>', 'the most inputs that may wait', parseCount, 4096)
    .option('--metrics <port>', 'serve /metrics, /livez and /readyz on this port of the host', parsePort)
    .option('--faults <port>', 'serve the fault switch for rehearsals on this port of 127.0.0.1', parsePort)
    .option('--seed <number>', 'make the rehearsed faults repeatable', parseSeed)
    .parse(args, { from: 'user' });
  const options = command.opts<ModelHostCommandOptions>();
  const model = command.args[0]!;

  return runServiceProcess('eddy-model', options, async (log) => {
    const scorer = await loadScorer(modelsFolder, model);
    const random = options.seed === undefined ? undefined : seededRandom(options.seed);
    const telemetry = await openTelemetry({
      service: 'eddy-model',
      resource: { 'eddy.model': model },
      env: process.env,
      log,
    });
    const host = await startModelHost({
      scorer,
      host: options.host,
      port: options.port,
      maxBatch: options.maxBatch,
      maxQueue: options.maxQueue,
      maxConnectionAgeMs: options.maxConnectionAge,
      drainMs: options.drain,
      credentials: serverCredentials(tlsFiles(options)),
      metrics: options.metrics === undefined ? undefined : { model, port: options.metrics },
      faults: options.faults === undefined ? undefined : { port: options.faults, random },
      log,
      spans: telemetry.spans,
    });
    const service = new AsyncDisposableStack();
    service.use(telemetry);
    service.use(host);
    return {
      service: { address: host.address, [Symbol.asyncDispose]: () => service.disposeAsync() },
      fields: { faults: host.faultsAddress, metrics: host.metricsAddress, model, version: scorer.version },
    };
  });
}
