import { Command } from 'commander';
import { addCompareCommand } from './compare-command.ts';
import { addCurvesCommand } from './curves/command.ts';
import { addEnduranceCommand } from './endurance-command.ts';
import { addModelHostCommand } from './model-host/command.ts';
import { addProfileCommand } from './profile/command.ts';
import { addPromisesCommand } from './promises-command.ts';
import { type Run, runner } from './run.ts';

/**
 * The command line of the benchmark.
 *
 * @param args without the program's own name
 * @returns the exit code: 0; 1 when something could not be measured or a promise does not hold; 130 when it was stopped
 */
export async function runBench(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const run = runner((code) => {
    exitCode = code;
  });
  await addCommands(new Command('npm run bench --'), run).parseAsync(args, { from: 'user' });
  return exitCode;
}

/** Makes a command that of the benchmark, with all of its subcommands. */
export function addCommands(program: Command, run: Run): Command {
  program
    .description('Measures what the proxy costs per item.')
    .addHelpText('after', '\nEach command has its own --help. Ctrl-C ends all of it.');
  addCompareCommand(program, run);
  addPromisesCommand(program, run);
  addCurvesCommand(program, run);
  addEnduranceCommand(program, run);
  addProfileCommand(program, run);
  addModelHostCommand(program, run);
  return program;
}
