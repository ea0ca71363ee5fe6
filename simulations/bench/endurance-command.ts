import type { Command } from 'commander';
import { parseCount } from '../../infra/grpc/command-options.ts';
import type { BrokerWish } from '../../infra/local/choices.ts';
import type { Contestant } from './contestants.ts';
import { endure, flatnessOf, type Stretch } from './endurance.ts';
import { openGround } from './ground.ts';
import { brokerOption, NAMES, parseContestants, parseModels } from './options.ts';
import { MIB, orNone, plainTable } from './plain-table.ts';
import { isFlat, isSmall } from './promises.ts';
import type { Run } from './run.ts';
import { SATURATION } from './traffic.ts';

interface EnduranceCommandOptions {
  readonly contestants: readonly Contestant[];
  readonly broker: BrokerWish;
  readonly models: number;
  readonly items: number;
  readonly every: number;
  readonly outstanding: number;
}

const EXPLANATION = `
Items go through one process as fast as it decides them; every so many, when all are decided, its memory is
looked at: what Linux has given it (VmRSS), and what of it V8's heap has in use (nodejs_heap_size_used_bytes).
It grows if the straight line through the second half says so. With fewer items and a small --every, the
CPU per item shows how long a contestant needs to warm up.`;

export function addEnduranceCommand(program: Command, run: Run): void {
  const broker = brokerOption('embedded').choices(['embedded', 'emulator']);
  program
    .command('endurance')
    .description('memory of one proxy over a million items at saturation')
    .option('--contestants <names>', `some of ${NAMES.join(', ')}, with commas`, parseContestants, ['eddy'])
    .addOption(broker)
    .option('--models <n>', 'models that each item is asked of', parseModels, 5)
    .option('--items <n>', 'items in all', parseCount, 1_000_000)
    .option('--every <n>', 'items between two looks at the process', parseCount, 50_000)
    .option('--outstanding <n>', 'items without a decision at the most', parseCount, 1_000)
    .addHelpText('after', EXPLANATION)
    .action((options: EnduranceCommandOptions) =>
      run(async (signal, reporter) => {
        const { contestants, models, items, every, outstanding } = options;
        await using ground = await openGround({ broker: options.broker, env: process.env, signal, reporter });
        let code = 0;
        for (const contestant of contestants) {
          const pace = { rate: SATURATION, outstanding };
          const size = { contestant, models, items, every, pace };
          const stretches = await endure(ground, size, { signal, reporter });
          for (const line of stretchLines(contestant, stretches)) reporter.say(line);
          reporter.say('');
          // Of the others nothing is promised, and of a few looks nothing can be said.
          if (contestant !== 'eddy' || stretches.length < 4) continue;
          const flatness = flatnessOf(stretches);
          for (const { line, holds } of [isSmall(flatness), isFlat(flatness, items)]) {
            reporter.say(line);
            if (!holds) code = 1;
          }
        }
        return code;
      }),
    );
}

/** A row for each stretch. */
export function stretchLines(contestant: Contestant, stretches: readonly Stretch[]): string[] {
  const head = [`${contestant}, items`, 'CPU µs/item', 'items/s', 'p99 ms', 'memory MiB', 'peak MiB', 'heap MiB'];
  const mib = (bytes: number) => (bytes / MIB).toFixed(0);
  return plainTable(
    head,
    stretches.map(({ items, itemMicros, itemsPerSecond, p99Ms, residentBytes, peakBytes, heapBytes }) => [
      items.toLocaleString('en'),
      itemMicros.toFixed(0),
      itemsPerSecond.toFixed(0),
      p99Ms.toFixed(0),
      mib(residentBytes),
      mib(peakBytes),
      orNone(heapBytes, mib),
    ]),
  );
}
