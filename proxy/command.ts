import { Command, Option } from 'commander';
import { createLog } from '../infra/grpc/log.ts';
import { untilStopRequested } from '../infra/grpc/stop-request.ts';
import { openTelemetry } from '../infra/telemetry/open-telemetry.ts';
import { configJsonSchema, readConfig } from './config.ts';
import { type ProxyMakers, type Role, startProxy } from './proxy.ts';

interface ProxyOptions {
  readonly config: string;
  readonly role: Role;
  readonly check: boolean;
  readonly printSchema: boolean;
  readonly exitWithParent: boolean;
}

/**
 * The command line of the proxy.
 *
 * @param args without the program's own name
 * @param makers what it is made of, where that is not what ships
 * @returns the exit code: 0 after a drain, 1 when the proxy can't start or go on, 2 for a configuration at fault
 */
export async function runProxy(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  makers: Partial<ProxyMakers> = {},
): Promise<number> {
  const options = new Command('proxy/main.ts')
    .description('Moderates item events: asks the models, publishes decisions, keeps what is owed in the backlog.')
    .option('--config <file>', 'the configuration (default: the environment variable EDDY_CONFIG)', env['EDDY_CONFIG'])
    .addOption(new Option('--role <role>', 'the intakes to open').choices(['all', 'items', 'backlog']).default('all'))
    .option('--check', 'only check the configuration', false)
    .option('--print-schema', 'only print the JSON Schema of the configuration', false)
    .option('--exit-with-parent', 'end when standard input ends', false)
    .parse(args, { from: 'user' })
    .opts<ProxyOptions>();
  if (options.printSchema) {
    process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    return 0;
  }
  const config = readOrExplain(options.config, env);
  if (!config) return 2;
  if (options.check) {
    process.stdout.write(`${options.config} is valid\n`);
    return 0;
  }

  const log = createLog('eddy-proxy', config.log.level);
  try {
    // Ends after the proxy: what the drain has settled is sent, too.
    await using telemetry = await openTelemetry({ service: 'eddy-proxy', env, log });
    await using proxy = await startProxy(config, options.role, log, makers, telemetry.spans);
    log.info({ event: 'listening', http: proxy.http, grpc: proxy.grpc, role: options.role });
    const reason = await Promise.race([untilStopRequested(options), proxy.failure]);
    log.info({ event: 'draining', reason });
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  log.info({ event: 'stopped' });
  return 0;
}

function readOrExplain(file: string | undefined, env: NodeJS.ProcessEnv) {
  if (!file) {
    process.stderr.write('error: name the configuration: --config infra/local/eddy.yaml, or EDDY_CONFIG\n');
    return undefined;
  }
  try {
    return readConfig(file, env);
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}
