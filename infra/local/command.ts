import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseCount, parseDuration, parsePort } from '../grpc/command-options.ts';
import { type Breakage, parseBreakage, waysToBreak } from './breakage.ts';
import type { BrokerWish } from './choices.ts';
import { parseOutputFile } from './output-file.ts';
import { runLocalStack } from './run.ts';
import { MODELS } from './stack.ts';

const repository = join(import.meta.dirname, '../..');

/** What the local stack is asked to do. */
export interface LocalOptions {
  /** Where events come from; without it, listings of the test data go round without end. */
  readonly items?: string;
  /** The listings that go round. */
  readonly listings: string;
  readonly once: boolean;
  /** How many events there are, where they are without end. */
  readonly count?: number;
  /** Events per second. */
  readonly rate: number;
  /** Proxy processes. */
  readonly replicas: number;
  /** The Pub/Sub that it must be. */
  readonly broker?: BrokerWish;
  readonly break: readonly Breakage[];
  /** Milliseconds from the first event to the breakage. */
  readonly after: number;
  /** Milliseconds that it lasts; without it, until the end. */
  readonly for?: number;
  /** Milliseconds in which something must be settled, once all is published. */
  readonly patience: number;
  readonly config: string;
  /** The port of the live console that is tried first; false for none. */
  readonly console: number | false;
  /** The file that tells a Prometheus what to scrape. */
  readonly targets?: string;
  /** The port of a Prometheus to start; 0 takes a free one. */
  readonly prometheus?: number;
}

const CONSOLE_PORT = 7_070;
const PROMETHEUS_PORT = 9_090;

/**
 * The command line of the local stack.
 *
 * @param args without the program's own name
 * @returns the exit code: 0, or 1 when the stack can't start, something was lost, or --once ends with something waiting
 */
export async function runLocal(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const ways = waysToBreak(MODELS, ['proxy']);
  const breakable = [...ways].map(([part, hows]) => `${part}=${hows.join('|')}`).join(', ');
  const command = new Command('npm start --')
    .description('Runs all of Eddy on this machine: Pub/Sub, Redis, the models, the catalogue, proxies, and events.')
    .option('--items <file>', 'send the events of this file, one a line, instead of listings without end', existingFile)
    .option('--once', 'stop when all that was sent is settled, and print the books', false)
    .option('--count <n>', 'send that many listings; needs --once', parseCount)
    .option('--rate <n>', 'events per second', parseCount, 50)
    .option('--replicas <n>', 'proxy processes', parseCount, 1)
    .addOption(
      new Option(
        '--broker <kind>',
        "this Pub/Sub; without it, what PUBSUB_EMULATOR_HOST names, else Google's emulator where it is installed",
      ).choices(['emulator', 'embedded'] satisfies BrokerWish[]),
    )
    .addOption(
      new Option('--break <part=how>', `break something; may be repeated: ${breakable}`)
        .argParser((text, earlier: readonly Breakage[]) => [...earlier, parseBreakage(text, ways)])
        .default([], 'nothing'),
    )
    .addOption(
      new Option('--after <duration>', 'when to break it, counted from the first event')
        .argParser(parseDuration)
        .default(3_000, '3s'),
    )
    .option('--for <duration>', 'for how long; without it, until the end', parseDuration)
    .addOption(
      new Option('--patience <duration>', 'with --once: end when nothing is settled for that long')
        .argParser(parseDuration)
        .default(60_000, '60s'),
    )
    .addOption(
      new Option('--config <file>', "the proxies' configuration")
        .argParser(existingFile)
        .default(join(repository, 'infra/local/eddy.yaml'), 'infra/local/eddy.yaml'),
    )
    .option(
      '--console <port>',
      `port of the live console, or the next that is free; 0 takes any (default: ${CONSOLE_PORT})`,
      parsePort,
    )
    .option('--no-console', 'no live console; the default with --once')
    .option(
      '--targets <file>',
      'write what Prometheus is to scrape to this file, for a Prometheus of your own',
      parseOutputFile,
    )
    .option(
      '--prometheus [port]',
      `start Prometheus, with the alerts of infra/prometheus; 0 takes any port (default: ${PROMETHEUS_PORT})`,
      parsePort,
    )
    .addHelpText(
      'after',
      '\nCtrl-C ends all of it. Examples:\n  npm start\n  npm start -- --break weapons=down --for 20s\n  npm start -- --items test/data/items.jsonl --once',
    )
    .parse(args, { from: 'user' });
  const options = command.opts<
    Omit<LocalOptions, 'listings' | 'console' | 'prometheus'> & {
      readonly console?: number | false;
      readonly prometheus?: number | true;
    }
  >();
  if (options.count !== undefined && (!options.once || options.items !== undefined)) {
    command.error('error: --count goes with --once, and not with --items');
  }
  const listings = join(repository, 'test/data/items.jsonl');
  const { console = options.once ? false : CONSOLE_PORT } = options;
  const { prometheus, ...rest } = options;
  const port = prometheus === true ? PROMETHEUS_PORT : prometheus;
  return runLocalStack({ ...rest, ...(port === undefined ? {} : { prometheus: port }), listings, console }, env);
}

function existingFile(path: string): string {
  if (!existsSync(path)) throw new InvalidArgumentError('There is no such file.');
  return path;
}
