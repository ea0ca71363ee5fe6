import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { startReporter } from '../reporter.ts';
import { runCampaign } from './campaign.ts';
import { MUTANTS } from './mutants.ts';
import { runMutants } from './mutation.ts';
import { replay } from './replay.ts';

interface Options {
  readonly seeds: number;
  readonly first: number;
  readonly seed?: number;
  readonly follow?: string;
  readonly mutants?: boolean | string;
  readonly workers: number;
}

/**
 * Answers the exit code: 0 when every promise held (or every mutant was caught), 1 when not, 2 for a bad command line, 130
 * when it was interrupted.
 */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  // Whoever reads the output may have had enough of it.
  process.stdout.on('error', () => stop.abort());
  const { say, progress } = startReporter();
  try {
    const options = parse(argv);
    const { seeds, first, workers } = options;
    // One seed is over in a moment: it ends as any program does.
    if (options.seed !== undefined) return await replay(options.seed, options.follow, say);
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const campaign = { seeds, first, workers, signal: stop.signal, say, progress };
    if (!options.mutants) return await runCampaign(campaign);
    const chosen = MUTANTS.filter(({ name }) => options.mutants === true || name === options.mutants);
    return await runMutants(chosen, campaign);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function parse(argv: readonly string[]): Options {
  const command = new Command('npm run torture --')
    .description(
      'Runs the production pipeline in virtual time through configurations, workloads and faults that are drawn from seeds, and checks that every promise holds.',
    )
    .option('--seeds <count>', 'how many seeds to run; with --mutants, at most how many for each', positive, 500)
    .option('--first <seed>', 'the first of them', positive, 1)
    .addOption(
      new Option('--seed <seed>', 'run this one alone, and tell what is in it and what comes of it')
        .argParser(positive)
        .conflicts(['mutants', 'seeds', 'first', 'workers']),
    )
    .option('--follow <item>', 'with --seed: tell the way of this item, such as item-17')
    .option('--mutants [name]', 'plant known bugs, one at a time, and see each of them caught', mutant)
    .option('--workers <count>', 'threads', positive, availableParallelism())
    .exitOverride()
    .showHelpAfterError('(--help lists the options)');
  command.parse(argv);
  const options = command.opts<Options>();
  if (options.follow && options.seed === undefined) {
    command.error('error: --follow needs --seed');
  }
  return options;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

function mutant(name: string): string {
  if (MUTANTS.some((one) => one.name === name)) return name;
  throw new InvalidArgumentError(`There is no such mutant; there are: ${MUTANTS.map((one) => one.name).join(', ')}.`);
}
