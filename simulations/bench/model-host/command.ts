import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { parseCount, parseDuration } from '../../../infra/grpc/command-options.ts';
import { readListings } from '../../../infra/local/source.ts';
import { MODELS } from '../../../infra/local/stack.ts';
import { loadScorer } from '../../../models/host/scorers.ts';
import type { ValidEvent } from '../../../proxy/moderation/event.ts';
import { makeOutFolder } from '../../lab/out-folder.ts';
import type { Reporter } from '../../reporter.ts';
import { parseNames, parseWhole } from '../options.ts';
import { costsOf } from '../profile/costs.ts';
import { profileLines } from '../profile/report.ts';
import type { Run } from '../run.ts';
import { startRecordedHost } from './host-process.ts';
import { inputsFor } from './inputs.ts';
import { measure } from './measure.ts';
import { tableLines } from './report.ts';
import { recordTurn } from './turn.ts';

const repository = join(import.meta.dirname, '../../..');
/** What a host takes in a call, and holds over all calls, unless it is told otherwise. */
const MAX_BATCH = 128;
const MAX_QUEUE = 4_096;

interface ModelHostOptions {
  readonly model: readonly string[];
  readonly batch: readonly number[];
  readonly calls: number;
  readonly turns: number;
  /** Milliseconds. */
  readonly for: number;
  /** Milliseconds. */
  readonly warmUp: number;
  readonly profile: boolean;
  readonly top: number;
  readonly out: string;
}

const EXPLANATION = `
A host is a process of its own, started anew in every round, and this program asks it with inputs that are
encoded already, so many calls at a time. inputs/CPU s is what one core does: inputs by the CPU that the
process has used (user and system, all threads). inputs/s is what came of it here, and "CPU in use" how many
cores the host had meanwhile: much less than 1 says that it waited, for this program or for a free core.
The row "alone" is the scorer in a process without a host. Figures are medians over the turns (lowest–highest).`;

/** `model-host`. */
export function addModelHostCommand(program: Command, run: Run): void {
  program
    .command('model-host')
    .description("what serving a model costs its host per input, by the size of the proxy's batches")
    .addOption(
      new Option('--model <names>', `some of ${MODELS.join(', ')}, with commas`)
        .argParser((text) => parseNames(text, MODELS))
        .default(MODELS, 'all of them'),
    )
    .option('--batch <sizes>', `inputs in a call, some numbers up to ${MAX_BATCH}`, parseBatches, [1, 8, 32, MAX_BATCH])
    .option('--calls <n>', 'calls under way at a time', parseWhole(1, MAX_QUEUE / MAX_BATCH), 8)
    .option('--turns <n>', 'turns of each', parseCount, 5)
    .addOption(
      new Option('--for <duration>', 'how long a turn is measured').argParser(parseDuration).default(2_000, '2s'),
    )
    .addOption(
      new Option('--warm-up <duration>', 'how long it goes on before').argParser(parseDuration).default(2_000, '2s'),
    )
    .option('--profile', 'record one turn of each instead, and print what it spent its CPU on', false)
    .option('--top <n>', 'rows of a table of the profile at the most', parseCount, 15)
    .option('--out <folder>', 'where profiles are written', 'bench-report')
    .addHelpText('after', EXPLANATION)
    .action((options: ModelHostOptions) =>
      run(async (signal, reporter) => {
        const listings = await readListings(join(repository, 'test/data/items.jsonl'));
        await (options.profile ? profileHosts : measureHosts)(options, listings, signal, reporter);
        return 0;
      }),
    );
}

async function measureHosts(
  options: ModelHostOptions,
  listings: readonly ValidEvent[],
  signal: AbortSignal,
  reporter: Reporter,
): Promise<void> {
  const { model: models, batch: batches, calls, turns, for: forMs, warmUp: warmUpMs } = options;
  reporter.say(`${calls} calls at a time; of each ${turns} turns of ${(warmUpMs + forMs) / 1_000} s\n`);
  const measured = await measure({ models, batches, calls, turns, warmUpMs, forMs, listings, signal, reporter });
  for (const line of tableLines(measured)) reporter.say(line);
}

async function profileHosts(
  options: ModelHostOptions,
  listings: readonly ValidEvent[],
  signal: AbortSignal,
  reporter: Reporter,
): Promise<void> {
  const { calls, for: forMs, warmUp: warmUpMs, top, out } = options;
  await using _made = await makeOutFolder(out, '--out');
  for (const model of options.model) {
    const inputs = inputsFor(await loadScorer(join(repository, 'models'), model), listings).encoded;
    for (const batch of options.batch) {
      await using host = await startRecordedHost({ model, signal });
      const turn = { client: host.client, inputs, batch, calls, warmUpMs, forMs, signal };
      const { profile: json, threads, inputs: items, seconds } = await recordTurn(turn, host.record);
      const file = join(out, `${model}-${batch}.cpuprofile`);
      await writeFile(file, json);
      reporter.say(`${model}, batches of ${batch}: ${items} inputs\n`);
      for (const line of profileLines(costsOf(json, repository), { threads, items, seconds, top })) reporter.say(line);
      reporter.say(`\nprofile: ${file}\n`);
    }
  }
}

function parseBatches(text: string): number[] {
  return text.split(',').map((one) => parseWhole(1, MAX_BATCH)(one.trim()));
}
