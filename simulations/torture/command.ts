import { availableParallelism } from 'node:os';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
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

/** Answers the exit code: 0 when every promise held (or every mutant was caught), 1 when not, 2 for a bad command line. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const options = parse(argv);
    if (!options) return 0;
    const { seeds, first, workers } = options;
    if (options.seed !== undefined) return await replay(options.seed, options.follow, say);
    const progress = startProgress();
    if (options.mutants) {
      const chosen = MUTANTS.filter(({ name }) => options.mutants === true || name === options.mutants);
      return await runMutants(chosen, { seeds, first, workers, signal: stop.signal, say, progress });
    }
    return await runCampaign({ seeds, first, workers, signal: stop.signal, say, progress });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function parse(argv: readonly string[]): Options | undefined {
  const command = new Command('npm run torture --')
    .description(
      'Runs the production pipeline in virtual time through configurations, workloads and faults that are drawn from seeds, and checks that every promise holds.',
    )
    .option('--seeds <count>', 'how many seeds to run; with --mutants, at most how many for each', positive, 500)
    .option('--first <seed>', 'the first of them', positive, 1)
    .option('--seed <seed>', 'run this one alone, and tell what is in it and what comes of it', positive)
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

/** A line that says how far it is: rewritten in place on a terminal, else now and then. */
function startProgress(): (line: string) => void {
  const everyMs = process.stderr.isTTY ? 200 : 15_000;
  let toldAtMs = Date.now();
  return (line) => {
    if (Date.now() - toldAtMs < everyMs) return;
    toldAtMs = Date.now();
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
}
