import type { CampaignOptions } from './campaign.ts';
import type { Mutant } from './mutants.ts';
import { checkPlace } from './plant.ts';
import { runSeeds } from './seed-runner.ts';

/**
 * Plants each bug and runs seeds until one catches it; answers the exit code, 1 when one was not caught.
 *
 * @throws Error when the place of one is not in the code any more
 */
export async function runMutants(mutants: readonly Mutant[], options: CampaignOptions): Promise<number> {
  const { say, signal } = options;
  for (const mutant of mutants) checkPlace(mutant);
  const width = Math.max(...mutants.map(({ name }) => name.length));
  say(`${'planted bug'.padEnd(width)}  ${'seeds'.padStart(5)}  ${'events'.padStart(7)}  caught by`);
  let survivors = 0;
  for (const mutant of mutants) {
    const { seeds, events, caughtBy } = await hunt(mutant, options);
    if (signal.aborted) break;
    if (!caughtBy) survivors++;
    const figures = `${String(seeds).padStart(5)}  ${String(events).padStart(7)}`;
    say(`${mutant.name.padEnd(width)}  ${figures}  ${caughtBy ?? 'NOTHING'}`);
  }
  if (signal.aborted) return 130;
  say(`${mutants.length} mutants, ${mutants.length - survivors} caught, ${survivors} survived`);
  return survivors > 0 ? 1 : 0;
}

async function hunt(mutant: Mutant, { seeds, first, workers, signal, progress }: CampaignOptions) {
  let run = 0;
  let events = 0;
  const all = Array.from({ length: seeds }, (_, index) => first + index);
  for await (const one of runSeeds(all, { workers, signal, mutant })) {
    run++;
    // A bug that ends the thread, or a machine too busy to run it, shows nothing of the campaign.
    if (one.kind === 'failed') throw new Error(`"${mutant.name}", seed ${one.seed}: ${one.reason}`);
    events += one.result.totals.received;
    progress(`"${mutant.name}": ${run} seeds`);
    const violation = one.result.violations[0];
    if (violation) return { seeds: run, events, caughtBy: violation.invariant };
  }
  return { seeds: run, events, caughtBy: undefined };
}
