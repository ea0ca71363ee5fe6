import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parseCount } from '../../infra/grpc/command-options.ts';
import { booksLine } from '../../infra/local/books.ts';
import { interruptSignal } from '../../infra/local/interrupt.ts';
import { parseOutputFile } from '../../infra/local/output-file.ts';
import { exitCodeOf } from './exit-code.ts';
import { notFlat, tableLines, tableOf } from './report.ts';
import { emptyResults, JUDGED, runSoakStack } from './run.ts';
import { csvOf } from './series.ts';
import { RULE, SHORTEST_RUN_MS, WARM_UP_SHARE } from './verdict.ts';

const repository = join(import.meta.dirname, '../..');

interface SoakCommandOptions {
  readonly minutes: number;
  readonly rate: number;
  readonly out?: string;
}

/**
 * The command line of the soak.
 *
 * @param args without the program's own name
 * @returns the exit code: 0; 1 when something grows, is lost, could not be measured, or the soak can't be run; 130 when
 *   it was stopped
 */
export async function runSoak(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const command = new Command('npm run soak --')
    .description(
      'Runs the local stack at a steady rate with a mild fault a minute, samples the memory, handles and CPU of its ' +
        'programs every 10 s, and says whether anything grows. Needs Linux: it reads /proc.',
    )
    .option('--minutes <n>', 'how long; of less than 10 nothing is said but the figures', parseMinutes, 30)
    .option('--rate <n>', 'events per second', parseCount, 50)
    .option('--out <file>', 'write all samples there as well: .csv or .json', parseOut)
    .addHelpText('after', `\nThe rule: ${RULE}\nCtrl-C ends all of it and prints what was measured.`)
    .parse(args, { from: 'user' });
  if (command.args.length > 0) command.error(`error: expected options only, not "${command.args[0]}"`);
  if (process.platform !== 'linux') command.error('error: expected Linux: the soak reads /proc');
  return soak(command.opts<SoakCommandOptions>(), env);
}

async function soak({ minutes, rate, out }: SoakCommandOptions, env: NodeJS.ProcessEnv): Promise<number> {
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const { samples, books } = emptyResults();
  let failure: Error | undefined;
  let ranForMs = 0;
  say(`${minutes} minutes, ${rate} events per second`);
  try {
    await runSoakStack({
      durationMs: minutes * 60_000,
      rate,
      config: join(repository, 'infra/local/eddy.yaml'),
      listings: join(repository, 'test/data/items.jsonl'),
      env,
      signal,
      samples,
      books,
      onLoadOver(ms) {
        ranForMs = ms;
      },
      tell: (line) => void process.stderr.write(`${line}\n`),
    });
  } catch (error) {
    if (!signal.aborted) failure = error instanceof Error ? error : new Error(String(error));
  }

  const all = samples.all;
  const fromMs = ranForMs * WARM_UP_SHARE;
  const { rows, verdict } = tableOf(all, fromMs);
  for (const line of tableLines(rows)) say(line);
  say(RULE);
  const totals = books.totals();
  say(booksLine(totals, signal.aborted));
  if (out) writeFileSync(out, out.endsWith('.csv') ? csvOf(all) : `${JSON.stringify({ totals, rows, series: all })}\n`);
  if (failure) process.stderr.write(`error: ${failure.message}\n`);
  const missing = ranForMs >= SHORTEST_RUN_MS ? notFlat(all, JUDGED, fromMs) : [];
  for (const line of missing) say(`not flat: ${line}`);
  const isMeasured = missing.length === 0 || verdict === 'growing';
  say(`after ${(ranForMs / 60_000).toFixed(1)} minutes: ${isMeasured ? verdict : 'not measured'}`);
  return exitCodeOf({ hasFailed: failure !== undefined, isStopped: signal.aborted, verdict, missing, totals });
}

function parseMinutes(text: string): number {
  const minutes = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(minutes >= 0.5 && minutes <= 1_440)) throw new InvalidArgumentError('Expected minutes, 0.5 to 1440.');
  return minutes;
}

function parseOut(text: string): string {
  if (!/\.(csv|json)$/.test(text)) throw new InvalidArgumentError('Expected a file that ends in .csv or .json.');
  return parseOutputFile(text);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
