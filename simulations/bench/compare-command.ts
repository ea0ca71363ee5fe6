import type { Command } from 'commander';
import { compare } from './compare.ts';
import type { Contestant } from './contestants.ts';
import { openGround } from './ground.ts';
import { newTexts, repeatedTexts } from './items.ts';
import {
  type BrokerOption,
  brokerOption,
  brokersOf,
  NAMES,
  parseContestants,
  parseModels,
  parseWhole,
  type SizeOptions,
  sizeOptions,
} from './options.ts';
import { closingLine, disturbance, tableLines, useLines } from './report.ts';
import type { Run } from './run.ts';

interface CompareOptions extends SizeOptions {
  readonly contestants: readonly Contestant[];
  readonly broker: BrokerOption;
  readonly cached: boolean;
  readonly down: number;
}

const EXPLANATION = `
Contestants, each a process of its own that reads the same configuration:
  naive  a handler, one gRPC call per model and item, opossum and p-limit, GET and SET per model
  floor  the least that the libraries allow for the same outputs, without any of what makes it safe
  eddy   the proxy as it ships, telemetry included

CPU is what the process itself used (user and system) for the items after the warm-up. Delays are from
publish to decision with as many items outstanding as --outstanding says, so that they tell of queues;
with --rate 5 they tell of an idle system. Figures are medians over the turns (lowest–highest).

The bottleneck is whose thread is in use all the time, else the machine, where all of its cores are; the
driver is this program, which publishes the items and hears the decisions.`;

/** `compare`, which is what happens where nothing else is said. */
export function addCompareCommand(program: Command, run: Run): void {
  const command = program
    .command('compare', { isDefault: true })
    .description('the proxy beside what people would write, and beside the floor (the default)')
    .option('--contestants <names>', `some of ${NAMES.join(', ')}, with commas`, parseContestants, [...NAMES])
    .addOption(brokerOption('both'))
    .option('--models <n>', 'models that each item is asked of', parseModels, 5)
    .option('--cached', 'items whose predictions are all in Redis already', false)
    .option('--down <n>', 'how many of the models are down: eddy alone decides then', parseWhole(0, 100), 0)
    .addHelpText('after', EXPLANATION);
  for (const option of sizeOptions({ turns: 5, warmUp: 20_000, items: 6_000 })) command.addOption(option);
  command.action((options: CompareOptions) => {
    const { contestants, broker, cached, down, rate, outstanding } = options;
    const others = contestants.filter((contestant) => contestant !== 'eddy');
    if (down > options.models) command.error(`error: --down ${down}: there are ${options.models} models`);
    if (down > 0 && others.length > 0)
      command.error(`error: --down: ${others.join(' and ')} decide nothing then; add --contestants eddy`);
    return run(async (signal, reporter) => {
      for (const kind of await brokersOf(broker, reporter.say)) {
        await using ground = await openGround({ broker: kind, env: process.env, signal, reporter });
        const { models, turns, warmUp, items } = options;
        const size = { models, turns, warmUp, items, pace: { rate, outstanding } };
        const state = `${models} models${down > 0 ? `, ${down} of them down` : ''}${cached ? ', all cached' : ''}`;
        reporter.say(`${kind} Pub/Sub, ${state}; of each ${turns} turns of ${warmUp} + ${items} items\n`);
        const texts = cached ? repeatedTexts(ground.listings, 1) : newTexts(ground.listings);
        const taken = await compare(ground, contestants, size, { signal, reporter }, { down, texts });
        for (const line of [...tableLines(taken), '', ...useLines(taken)]) reporter.say(line);
        const disturbed = disturbance(taken);
        if (disturbed) reporter.say(`\n${disturbed}`);
        reporter.say(`\n${closingLine(taken)}\n`);
      }
      return 0;
    });
  });
}
