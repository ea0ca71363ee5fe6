import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseCount, parseDuration, parseSeed } from '../../infra/grpc/command-options.ts';
import { parseBreakage, waysToBreak } from '../../infra/local/breakage.ts';
import type { BrokerWish } from '../../infra/local/choices.ts';
import { interruptSignal } from '../../infra/local/interrupt.ts';
import { parseOutputFile } from '../../infra/local/output-file.ts';
import { MODELS, proxyNames } from '../../infra/local/stack.ts';
import { findPubSubEmulator, pubSubEmulatorInstallation } from '../../infra/servers/pubsub-emulator.ts';
import { findRedisServer, redisServerInstallation } from '../../infra/servers/redis-server.ts';
import { type Findings, runCampaign } from './campaign.ts';
import { type Fault, PlanError, planFaults } from './faults.ts';
import { reportTo } from './report.ts';
import { closingLine, totalsOf } from './table.ts';

const repository = join(import.meta.dirname, '../..');

interface ChaosOptions {
  readonly faults?: string;
  readonly broker?: BrokerWish;
  readonly rate: number;
  readonly seed: number;
  readonly replicas: number;
  /** Milliseconds. */
  readonly for?: number;
  readonly json?: string;
  readonly list: boolean;
}

/**
 * The command line of the chaos campaign.
 *
 * @param args without the program's own name
 * @returns the exit code: 0; 1 when something is lost, does not settle, contradicts itself, or can't be run, or a fault
 *   had no effect; 130 when it was stopped before anything of that was found
 */
export async function runChaos(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const command = new Command('npm run chaos --')
    .description(
      'Starts the local stack, sends events at a steady rate and breaks one part after the other: processes are killed ' +
        '(SIGKILL) and started again, or frozen (SIGSTOP) and thawed; the embedded Pub/Sub misbehaves. After each fault ' +
        'all that was sent must settle; the books are balanced from what was published and what came out.',
    )
    .option('--faults <list>', 'only these, such as weapons=kill,redis=freeze; --list names all')
    .option('--rate <n>', 'events per second', parseCount, 100)
    .option('--seed <n>', 'of the events, and of the moments at which faults strike', parseSeed, 1)
    .addOption(
      new Option(
        '--broker <kind>',
        "run all on this Pub/Sub; without it, Pub/Sub's own faults run on the embedded one",
      ).choices(['emulator', 'embedded']),
    )
    .option('--replicas <n>', 'proxy processes', parseCount, 2)
    .option('--for <duration>', 'how long each fault lasts; without it, each has its own time', parseDuration)
    .option('--json <file>', 'write the results there as well', parseOutputFile)
    .option('--list', 'only list the faults, and how long each lasts', false)
    .addHelpText(
      'after',
      '\nThe table has a line for each fault. "longest" is the longest from an event to its first decision, "settled in" ' +
        'the time\nfrom the repair to the end of the last event. Ctrl-C ends all of it and prints what was measured.',
    )
    .parse(args, { from: 'user' });
  if (command.args.length > 0) command.error(`error: expected options only, not "${command.args[0]}"`);
  const options = command.opts<ChaosOptions>();
  const hasEmulator = (await findPubSubEmulator()) !== undefined;

  const faults = planOrExplain(command, options, hasEmulator ? 'emulator' : 'embedded');
  if (options.list) {
    for (const { name, broker, forMs } of faults) say(`${name.padEnd(28)}${broker.padEnd(10)}${forMs / 1_000} s`);
    return 0;
  }
  await requireServers(command, faults, hasEmulator);
  return campaign(options, faults, env);
}

function planOrExplain(command: Command, options: ChaosOptions, usual: BrokerWish): Fault[] {
  const proxies = proxyNames(options.replicas);
  const ways = waysToBreak(MODELS, proxies);
  try {
    const wanted = options.faults?.split(',').map((text) => parseBreakage(text.trim(), ways));
    return planFaults({ models: MODELS, proxies, wanted, broker: options.broker, forMs: options.for, usual });
  } catch (error) {
    if (!(error instanceof InvalidArgumentError) && !(error instanceof PlanError)) throw error;
    return command.error(`error: option '--faults <list>': ${error.message}`);
  }
}

async function requireServers(command: Command, faults: readonly Fault[], hasEmulator: boolean): Promise<void> {
  if (faults.some(({ broker }) => broker === 'emulator') && !hasEmulator) {
    command.error(`error: Google's emulator is not installed: ${pubSubEmulatorInstallation}; or use --broker embedded`);
  }
  if (faults.some(({ part }) => part === 'redis') && !(await findRedisServer())) {
    command.error(`error: redis-server is not on the PATH (${redisServerInstallation}); or name other --faults`);
  }
}

async function campaign(options: ChaosOptions, faults: readonly Fault[], env: NodeJS.ProcessEnv): Promise<number> {
  const { rate, seed, replicas, json } = options;
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const findings: Findings = { results: [], conflicts: [] };
  let failure: Error | undefined;
  say(`seed ${seed}, ${rate} events per second, ${faults.length} faults`);
  try {
    using report = reportTo({ count: faults.length, out: say, progress: (line) => process.stderr.write(`${line}\n`) });
    await runCampaign(
      {
        faults,
        replicas,
        rate,
        seed,
        config: join(repository, 'infra/local/eddy.yaml'),
        listings: join(repository, 'test/data/items.jsonl'),
        env,
        signal,
        observer: report.observer,
      },
      findings,
    );
  } catch (error) {
    if (!signal.aborted) failure = error instanceof Error ? error : new Error(String(error));
  }

  const { results, conflicts } = findings;
  const totals = totalsOf(results);
  for (const conflict of conflicts.slice(0, TOLD_CONFLICTS)) say(`conflict: ${conflict}`);
  if (totals.presumed > 0) {
    say(
      `${totals.presumed} of the superseded are presumed so: a proxy was killed, and a newer revision was decided on`,
    );
  }
  if (failure) process.stderr.write(`error: ${failure.message}\n`);
  say(closingLine(totals, conflicts.length));
  if (json) writeFileSync(json, `${JSON.stringify({ seed, rate, replicas, totals, conflicts, results }, null, 2)}\n`);
  if (failure || totals.lost > 0 || totals.withoutEffect > 0 || conflicts.length > 0) return 1;
  return signal.aborted ? 130 : 0;
}

const TOLD_CONFLICTS = 20;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
