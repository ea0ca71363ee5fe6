import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parseCount } from '../../infra/grpc/command-options.ts';
import { interruptSignal } from '../../infra/local/interrupt.ts';
import { startReporter } from '../reporter.ts';
import { judge } from './figures.ts';
import { measure, SCRAPE_MS } from './measure.ts';
import { reportLines, summarise } from './report.ts';

const repository = join(import.meta.dirname, '../..');

/** The share of an item's CPU that telemetry may have. */
const MOST = 0.03;
/** What the record of a run may hold in memory. */
const MOST_ITEMS = 20_000;
/** What the proxy has the time for before it is ended, with as many items. */
const MOST_ROUNDS = 50;

interface CostOptions {
  readonly turns: number;
  readonly items: number;
  readonly warmUp: number;
  readonly rate: number;
  readonly rounds: number;
}

const EXPLANATION = `
Turns: the proxy with telemetry as shipped, scraped every ${SCRAPE_MS / 1_000} s, and with events that nobody hears,
in turns on one local stack; its CPU, divided by the items that were sent. Both have what prom-client
looks at by itself (process, event loop, garbage), the counting of commands to the shared store, and
the ledger that replicas share once a second.

Replay: a proxy notes every call of its telemetry. When it has drained it replays them against what
ships, and against nothing, and takes the difference of CPU. Commands to the shared store and a scrape
are done again by themselves. "timed in the run" is what the clock says of one in a few calls where
they were made, among all that the proxy does besides.

Judged is the replay, by its share of what an item costs in the turns as shipped. The turns with and
without are a check of it, with their spread: on a shared machine two turns of the same kind differ by
more than the share that is to be judged.`;

/**
 * The command line of the measurement.
 *
 * @param args without the program's own name
 * @returns the exit code: 0; 1 when telemetry costs more than its share, or could not be measured; 130 when it was stopped
 */
export async function runTelemetryCost(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const command = new Command('npm run telemetry-cost --')
    .description('Measures what counting, timing and logging cost the proxy per item.')
    .option('--turns <n>', 'turns with telemetry, and as many without', parseCount, 5)
    .option('--items <n>', `items in a turn that count, at most ${MOST_ITEMS}`, atMost(MOST_ITEMS), 4_000)
    .option('--warm-up <n>', 'items in a turn that come before them', parseCount, 2_000)
    .option('--rate <n>', 'items per second; what is more than the stack can do waits', parseCount, 1_000)
    .option('--rounds <n>', `times that the record is replayed, at most ${MOST_ROUNDS}`, atMost(MOST_ROUNDS), 15)
    .addHelpText('after', `${EXPLANATION}\n\nCtrl-C ends all of it.`)
    .parse(args, { from: 'user' });
  if (command.args.length > 0) command.error(`error: expected options only, not "${command.args[0]}"`);

  using interrupt = interruptSignal();
  const { signal } = interrupt;
  try {
    return await run(command.opts<CostOptions>(), env, signal);
  } catch (error) {
    if (signal.aborted) return 130;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function run(options: CostOptions, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const reporter = startReporter();
  const { turns, items, warmUp } = options;
  reporter.say(`turns: ${turns} with telemetry, ${turns} without, one recorded; in each ${warmUp} + ${items} items\n`);
  const measured = await measure({
    ...options,
    config: join(repository, 'infra/local/eddy.yaml'),
    listings: join(repository, 'test/data/items.jsonl'),
    env,
    signal,
    reporter,
  });
  const summary = summarise(measured);
  for (const line of reportLines(measured, summary)) reporter.say(line);
  if (measured.costs.isCut) throw new Error('the run had more calls than are recorded: run it with fewer items');
  const { passed, line } = judge(summary.costMicros, summary.shipped.median, MOST);
  reporter.say(`\n${line}`);
  return passed ? 0 : 1;
}

function atMost(most: number): (text: string) => number {
  return (text) => {
    const count = parseCount(text);
    if (count > most) throw new InvalidArgumentError(`Expected at most ${most}.`);
    return count;
  };
}
