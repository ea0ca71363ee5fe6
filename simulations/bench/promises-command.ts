import type { Command } from 'commander';
import { parseCount } from '../../infra/grpc/command-options.ts';
import type { BrokerWish } from '../../infra/local/choices.ts';
import { openGround } from './ground.ts';
import { type BrokerOption, brokerOption, brokersOf, type SizeOptions, sizeOptions } from './options.ts';
import type { Statement } from './promises.ts';
import { PROMISES, type PromiseOptions } from './promises-measured.ts';
import type { Run } from './run.ts';
import { SATURATION } from './traffic.ts';
import type { Telling } from './turns.ts';

interface PromisesOptions extends SizeOptions {
  readonly broker: BrokerOption;
  readonly idleItems: number;
  readonly enduranceItems: number;
}

const EXPLANATION = `
  naive/eddy ≥ 6, eddy/floor ≤ 1.4    five models, nothing cached, with each Pub/Sub
  each model more ≤ 25 µs             slope over 1 to 20 models
  cached ≤ 50 %                       all predictions in Redis, against none
  p50 at 5 items/s                    at most 5 ms more than naive
  one of five models down             not dearer than calm by more than a backlog message: publishing one as
                                      the proxy does, and being handed one and giving it back
  memory ≤ 250 MB, and flat           over a million items at saturation

All but the first with the embedded Pub/Sub. The exit code is 1 where one does not hold.`;

/** `promises`: what was promised of the cost, each as measured. */
export function addPromisesCommand(program: Command, run: Run): void {
  const command = program
    .command('promises')
    .description('measures all that is promised of the cost, and says what holds')
    .addOption(brokerOption('both'))
    .option('--idle-items <n>', 'items at 5 per second', parseCount, 100)
    .option('--endurance-items <n>', 'items over which memory is watched', parseCount, 1_000_000)
    .addHelpText('after', EXPLANATION);
  for (const option of sizeOptions({ turns: 5, warmUp: 20_000, items: 6_000 })) {
    if (option.long !== '--rate') command.addOption(option);
  }
  command.action((options: PromisesOptions) =>
    run(async (signal, reporter) => {
      const size: PromiseOptions = {
        ...options,
        models: 5,
        pace: { rate: SATURATION, outstanding: options.outstanding },
      };
      let holdsAll = true;
      const tell = ({ line, holds }: Statement) => {
        reporter.say(line);
        holdsAll &&= holds;
      };
      for (const kind of await brokersOf(options.broker, reporter.say))
        await measureWith(kind, size, { signal, reporter }, tell);
      return holdsAll ? 0 : 1;
    }),
  );
}

/** Each kind of Pub/Sub has its own promises; the embedded one has all. Each is told as soon as it is measured. */
async function measureWith(
  kind: BrokerWish,
  size: PromiseOptions,
  telling: Telling,
  tell: (statement: Statement) => void,
): Promise<void> {
  await using ground = await openGround({ broker: kind, env: process.env, ...telling });
  for (const { isOfEveryBroker, measure } of PROMISES) {
    if (isOfEveryBroker || kind === 'embedded') (await measure(ground, size, telling)).forEach(tell);
  }
}
