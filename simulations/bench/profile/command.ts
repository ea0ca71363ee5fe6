import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { parseCount } from '../../../infra/grpc/command-options.ts';
import type { BrokerWish } from '../../../infra/local/choices.ts';
import { makeOutFolder } from '../../lab/out-folder.ts';
import type { Reporter } from '../../reporter.ts';
import { planOf } from '../compare.ts';
import type { Contestant } from '../contestants.ts';
import { type Ground, openGround } from '../ground.ts';
import { newTexts, repeatedTexts } from '../items.ts';
import { NAMES, parseModels } from '../options.ts';
import type { Run } from '../run.ts';
import { SATURATION } from '../traffic.ts';
import { numbered, serviceOf, type TurnPlan, warmUp as warmUpBefore } from '../turn.ts';
import { costsOf } from './costs.ts';
import { type Recording, startRecorded } from './recorder.ts';
import { profileLines } from './report.ts';

const repository = join(import.meta.dirname, '../../..');

interface ProfileOptions {
  readonly contestant: Contestant;
  readonly broker: BrokerWish;
  readonly models: number;
  readonly cached: boolean;
  readonly items: number;
  readonly warmUp: number;
  readonly outstanding: number;
  readonly top: number;
  readonly out: string;
}

const EXPLANATION = `
The program runs as it ships, with Node's inspector beside it, and is recorded from the end of the warm-up to
the last decision. The profile says what share of the main thread each part had; µs/item is that share of the
CPU that Linux has counted for that thread. Recording itself costs some of it.

Threads: MainThread runs JavaScript, V8Worker collects garbage and compiles beside it.
"with native" adds Node's own and native code that a library or file has called, to write to a socket say.
The .cpuprofile file opens in the developer tools of Chromium (Performance) and in Visual Studio Code.`;

/** `profile`. */
export function addProfileCommand(program: Command, run: Run): void {
  program
    .command('profile')
    .description('where a program of the comparison spends its CPU, by library, file and function')
    .addOption(new Option('--contestant <name>', 'which one').choices(NAMES).default('eddy'))
    .addOption(new Option('--broker <kind>', 'the Pub/Sub').choices(['embedded', 'emulator']).default('embedded'))
    .option('--models <n>', 'models that each item is asked of', parseModels, 5)
    .option('--cached', 'items whose predictions are all in Redis already', false)
    .option('--items <n>', 'items that are recorded', parseCount, 10_000)
    .option('--warm-up <n>', 'items that come before them', parseCount, 6_000)
    .option('--outstanding <n>', 'items without a decision at the most', parseCount, 1_000)
    .option('--top <n>', 'rows of a table at the most', parseCount, 15)
    .option('--out <folder>', 'where the profile is written', 'bench-report')
    .addHelpText('after', EXPLANATION)
    .action((options: ProfileOptions) => run((signal, reporter) => profile(options, signal, reporter)));
}

async function profile(options: ProfileOptions, signal: AbortSignal, reporter: Reporter): Promise<number> {
  const { contestant, broker, models, cached, items, warmUp, outstanding, top, out } = options;
  await using _made = await makeOutFolder(out, '--out');
  await using ground = await openGround({ broker, env: process.env, signal, reporter });
  const state = `${models} models${cached ? ', all cached' : ''}`;
  reporter.say(`${contestant} on the ${broker} Pub/Sub, ${state}; ${warmUp} items, then ${items} recorded\n`);
  const texts = cached ? repeatedTexts(ground.listings, 1) : newTexts(ground.listings);
  const size = { models, warmUp, items, pace: { rate: SATURATION, outstanding } };
  const plan = planOf(contestant, ground.listings, size, { texts });
  const { profile: json, threads, seconds } = await recordTurn(ground, plan, signal);
  const file = join(out, `${contestant}.cpuprofile`);
  await writeFile(file, json);
  for (const line of profileLines(costsOf(json, repository), { threads, items, seconds, top })) reporter.say(line);
  reporter.say(`\nprofile: ${file}`);
  return 0;
}

interface RecordedTurn extends Recording {
  /** From the first item that counts to the last decision. */
  readonly seconds: number;
}

/**
 * Starts a contestant, warms it up, and records it while it takes in the items that count.
 *
 * @throws Error when it can't be started, ends by itself, or items are not decided
 */
async function recordTurn(ground: Ground, plan: TurnPlan, signal: AbortSignal): Promise<RecordedTurn> {
  const { items, count, pace } = plan;
  await using program = await startRecorded(await serviceOf(ground, plan, signal));
  await Promise.race([warmUpBefore(ground, plan, signal), program.ended]);
  let seconds = 0;
  const recording = await program.record(async () => {
    ({ seconds } = await ground.traffic.pass(numbered(ground, count, items.item), pace, signal));
  });
  return { ...recording, seconds };
}
