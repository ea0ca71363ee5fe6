import { Command } from 'commander';
import { seededRandom } from '../../models/host/random.ts';
import {
  addServerOptions,
  parseCount,
  parseSeed,
  type ServerCommandOptions,
  tlsFiles,
} from '../grpc/command-options.ts';
import { serverCredentials } from '../grpc/credentials.ts';
import { runServiceProcess } from '../grpc/service-process.ts';
import { startPubSubServer } from './server/server.ts';

interface PubSubCommandOptions extends ServerCommandOptions {
  readonly misbehave: boolean;
  readonly seed?: number;
  readonly maxBytes?: number;
}

/**
 * The command line of the embedded Pub/Sub.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function runPubSub(args: readonly string[]): Promise<number> {
  const command = addServerOptions(new Command('infra/pubsub/main.ts'))
    .description('Serves Google Pub/Sub from memory, for development and tests. What it holds is gone when it ends.')
    .option('--misbehave', 'serve the misbehaviour switch for rehearsals', false)
    .option('--max-bytes <count>', 'how much to keep before publishing is refused (default: 1 GiB)', parseCount)
    .option('--seed <number>', 'make misbehaviour repeatable', parseSeed)
    .parse(args, { from: 'user' });
  const options = command.opts<PubSubCommandOptions>();

  return runServiceProcess('eddy-pubsub', options, async (log) => {
    const service = await startPubSubServer({
      host: options.host,
      port: options.port,
      misbehave: options.misbehave,
      random: options.seed === undefined ? undefined : seededRandom(options.seed),
      maxBytes: options.maxBytes,
      maxConnectionAgeMs: options.maxConnectionAge,
      drainMs: options.drain,
      credentials: serverCredentials(tlsFiles(options)),
      log,
    });
    const misbehaves = options.misbehave ? 'on request' : undefined;
    return { service, fields: { use: `PUBSUB_EMULATOR_HOST=${service.address}`, misbehaves } };
  });
}
