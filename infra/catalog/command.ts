import { Command } from 'commander';
import { addServerOptions, parseDuration, type ServerCommandOptions, tlsFiles } from '../grpc/command-options.ts';
import { serverCredentials } from '../grpc/credentials.ts';
import { runServiceProcess } from '../grpc/service-process.ts';
import { startCatalog } from './catalog.ts';
import { readProfiles } from './profiles.ts';
import { syntheticProfile } from './synthetic-profiles.ts';

interface CatalogCommandOptions extends ServerCommandOptions {
  readonly profiles?: string;
  /** Milliseconds. */
  readonly latency?: number;
}

/**
 * The command line of the catalogue.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function runCatalog(args: readonly string[]): Promise<number> {
  const command = addServerOptions(new Command('infra/catalog/main.ts'))
    .description('Serves the profiles of sellers over gRPC, with health and reflection.')
    .option('--profiles <file>', 'one profile per line, as JSON; without it profiles are invented from the ids')
    .option('--latency <duration>', 'how long every answer takes (default: no longer than needed)', parseDuration)
    .parse(args, { from: 'user' });
  const options = command.opts<CatalogCommandOptions>();

  return runServiceProcess('eddy-catalog', options, async (log) => {
    const service = await startCatalog({
      profiles: options.profiles === undefined ? syntheticProfile : await readProfiles(options.profiles),
      host: options.host,
      port: options.port,
      latencyMs: options.latency,
      maxConnectionAgeMs: options.maxConnectionAge,
      drainMs: options.drain,
      credentials: serverCredentials(tlsFiles(options)),
      log,
    });
    return { service, fields: { profiles: options.profiles ?? 'synthetic' } };
  });
}
