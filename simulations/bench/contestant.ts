import { Command } from 'commander';
import { Registry } from 'prom-client';
import { untilStopRequested } from '../../infra/grpc/stop-request.ts';
import { startHttp } from '../../infra/http/endpoint.ts';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { readConfig } from '../../proxy/config.ts';
import type { Config } from '../../proxy/config-schema.ts';

/** Takes in item events and publishes decisions, until it is closed. */
type Start = (config: Config) => Promise<() => Promise<void>>;

/**
 * The life of a program that is compared with the proxy: it reads the same configuration, says in the same way that it
 * serves, and ends as the proxy does. Never returns.
 */
export async function runContestant(start: Start): Promise<never> {
  const { config: file, exitWithParent } = new Command()
    .requiredOption('--config <file>', 'the configuration of the proxy')
    .option('--exit-with-parent', 'end when standard input ends', false)
    .parse(process.argv.slice(2), { from: 'user' })
    .opts<{ config: string; exitWithParent: boolean }>();
  const config = readConfig(file, process.env);
  const close = await start(config);
  await using http = await startHttp({ ...config.http, registry: new Registry(), notReadyBecause: () => undefined });
  process.stdout.write(`${JSON.stringify({ level: 'info', event: 'listening', http: http.address, grpc: '' })}\n`);
  await untilStopRequested({ exitWithParent });
  await close();
  process.exit(0);
}

/** As whom a seller is judged whom the catalogue does not know. */
export function newSeller(sellerId: string): SellerProfile {
  return { sellerId, accountAgeDays: 0, pastRemovals: 0, completedSales: 0, verified: false, rating: 0 };
}
