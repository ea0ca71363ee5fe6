import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { BrokerWish } from '../../infra/local/choices.ts';
import { STRATEGY_NAMES } from './strategies/strategies.ts';
import { parseSpec } from './strategy.ts';

export interface LabOptions {
  readonly incident: readonly string[];
  readonly strategy?: readonly string[];
  readonly replicas?: number;
  readonly rate?: number;
  readonly models?: number;
  /** Milliseconds. */
  readonly duration?: number;
  readonly seed: number;
  readonly config?: string;
  readonly real: boolean;
  readonly broker: BrokerWish;
  readonly whatIf: boolean;
  readonly prices?: string;
  readonly all: boolean;
  readonly list: boolean;
  readonly out: string;
  readonly pictures?: string;
  readonly workers: number;
}

const MILLISECONDS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** What need not be told as a default. */
const UNSAID = { incident: [] as readonly string[], real: false, whatIf: false, all: false, list: false };

/** @throws CommanderError for a bad command line, and after the help was told */
export function parseOptions(argv: readonly string[]): LabOptions {
  const command = new Command('npm run simulate --')
    .description(
      'Rehearses incidents: the pipeline under a load while something goes wrong, under several strategies side by side, with verdicts, tables and pictures.',
    )
    .option('--incident <names>', 'incidents, by name or by the path of a file of your own (.yaml)', list)
    .option(
      '--strategy <names>',
      `strategies, each with replicas if you like, such as memory-cache@3: ${STRATEGY_NAMES.join(', ')}, or all (default: those of which the incident expects something)`,
      strategies,
    )
    .option('--replicas <count>', 'proxies (default: as the incident says)', whole(1, 1_000))
    .option('--rate <events>', 'events per second (default: as the incident says)', number(0.1, 1_000_000))
    .option('--models <count>', 'models (default: as the incident says)', whole(1, 100))
    .option('--duration <time>', 'stretches the faults to so long in all, such as 90s, 10m, 1h', duration)
    .option('--seed <number>', 'makes a run repeatable', whole(0, 2 ** 31), 1)
    .option('--config <file>', "a configuration of your own instead of the lab's, to put it to the test")
    .addOption(
      new Option('--real', 'runs it on the local stack, in real time, and in virtual time beside it').conflicts([
        'whatIf',
        'all',
      ]),
    )
    .addOption(
      new Option('--broker <which>', "with --real, the Pub/Sub: embedded, or emulator for Google's")
        .choices(['embedded', 'emulator'])
        .default('embedded'),
    )
    .option('--what-if', 'answers by a fluid model what is too much to be run event by event')
    .option('--prices <file>', 'prices for --what-if instead of those of simulations/prices.yaml')
    .option('--all', 'all incidents that ship, and the published experiments')
    .option('--list', 'only tells which incidents and strategies there are')
    .option('--out <folder>', 'where the report and the series go', 'lab-report')
    .option(
      '--pictures <folder>',
      'also draws the load on a healthy model and the delay of new events, as SVG files for a document',
    )
    .option('--workers <count>', 'threads', whole(1, 64), availableParallelism())
    .exitOverride()
    .showHelpAfterError('(--help lists the options)')
    .addHelpText('after', HELP);
  command.parse(argv);
  const options = { ...UNSAID, ...command.opts<Omit<LabOptions, keyof typeof UNSAID> & Partial<typeof UNSAID>>() };
  if (!options.all && !options.list && options.incident.length === 0) {
    command.error(
      'error: name an incident, such as --incident model-down; --list tells which there are, --all runs them',
    );
  }
  if (options.all && options.incident.length > 0) command.error('error: --all and --incident exclude each other');
  if (options.prices !== undefined && !options.whatIf) command.error('error: --prices goes with --what-if');
  return options;
}

const HELP = `
Examples:
  npm run simulate -- --incident model-down --strategy nack,redis-cache,eddy
  npm run simulate -- --incident model-hanging --strategy memory-cache@1,memory-cache@3,memory-cache@10
  npm run simulate -- --incident my-incident.yaml --config my.yaml      exits with 1 when something does not hold
  npm run simulate -- --incident model-down --what-if --rate 20000 --replicas 200 --models 30 --duration 1h
simulations/incidents/README.md tells how to write an incident of your own.`;

/** Each once, in the order in which they come. */
function list(text: string, before: readonly string[] = []): string[] {
  const named = text.split(',').map((name) => name.trim());
  if (named.includes('')) throw new InvalidArgumentError('Expected names, with a comma between two.');
  return [...new Set([...before, ...named])];
}

function strategies(text: string, before: readonly string[] = []): string[] {
  const specs = text.trim() === 'all' ? STRATEGY_NAMES : list(text);
  for (const spec of specs) {
    const { strategy, replicas } = parseSpec(spec);
    if (!STRATEGY_NAMES.includes(strategy)) {
      throw new InvalidArgumentError(
        `There is no strategy "${strategy}"; there are: ${STRATEGY_NAMES.join(', ')}, or all.`,
      );
    }
    if (replicas !== undefined && !(Number.isSafeInteger(replicas) && replicas >= 1 && replicas <= 1_000)) {
      throw new InvalidArgumentError(`"${spec}": expected replicas from 1 to 1000 after the @.`);
    }
  }
  return [...new Set([...before, ...specs])];
}

function number(least: number, most: number, kind = 'number') {
  return (text: string) => {
    const value = Number(text);
    const isOfKind = kind === 'number' || Number.isSafeInteger(value);
    if (text.trim() === '' || !isOfKind || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`Expected a ${kind} from ${least} to ${most}.`);
    }
    return value;
  };
}

const whole = (least: number, most: number) => number(least, most, 'whole number');

function duration(text: string): number {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(s|m|h)$/.exec(text) ?? [];
  const ms = Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  if (!(ms >= 1_000 && ms <= 12 * MILLISECONDS.h)) {
    throw new InvalidArgumentError('Expected a duration from 1s to 12h, such as 90s, 10m or 1h.');
  }
  return Math.round(ms);
}
