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
import { startModelHost } from './host.ts';
import { seededRandom } from './random.ts';
import { loadScorer, modelNames } from './scorers.ts';

interface ModelHostCommandOptions extends ServerCommandOptions {
  readonly maxBatch: number;
  readonly maxQueue: number;
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
    .option('--faults <port>', 'serve the fault switch for rehearsals on this port of 127.0.0.1', parsePort)
    .option('--seed <number>', 'make the rehearsed faults repeatable', parseSeed)
    .parse(args, { from: 'user' });
  const options = command.opts<ModelHostCommandOptions>();
  const model = command.args[0]!;

  return runServiceProcess('eddy-model', options, async (log) => {
    const scorer = await loadScorer(modelsFolder, model);
    const random = options.seed === undefined ? undefined : seededRandom(options.seed);
    const service = await startModelHost({
      scorer,
      host: options.host,
      port: options.port,
      maxBatch: options.maxBatch,
      maxQueue: options.maxQueue,
      maxConnectionAgeMs: options.maxConnectionAge,
      drainMs: options.drain,
      credentials: serverCredentials(tlsFiles(options)),
      faults: options.faults === undefined ? undefined : { port: options.faults, random },
      log,
    });
    return { service, fields: { faults: service.faultsAddress, model, version: scorer.version } };
  });
}
