import type { Reporter } from '../reporter.ts';
import type { Ground } from './ground.ts';
import { type Turn, type TurnPlan, takeTurn } from './turn.ts';

/** Who can stop a measurement, and who hears how far it is. */
export interface Telling {
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** A plan, and what it is called while it goes on. */
export interface NamedPlan extends TurnPlan {
  readonly name: string;
}

/**
 * Takes so many turns of each plan, in rounds.
 *
 * @returns of each plan its turns, in the plans' order
 */
export async function takeTurns(
  ground: Ground,
  plans: readonly NamedPlan[],
  turns: number,
  { signal, reporter }: Telling,
): Promise<readonly (readonly Turn[])[]> {
  const taken: Turn[][] = plans.map(() => []);
  for (let round = 0; round < turns; round++) {
    for (const index of orderOf(plans.length, round)) {
      signal.throwIfAborted();
      const plan = plans[index]!;
      reporter.progress(`${ground.broker} Pub/Sub, round ${round + 1} of ${turns}: ${plan.name}`);
      taken[index]!.push(await takeTurn(ground, plan, signal));
    }
  }
  return taken;
}

/** Who goes first in one round goes last in the next: what gets slower or faster meanwhile does so for all. */
export function orderOf(plans: number, round: number): readonly number[] {
  const order = [...Array(plans).keys()];
  return round % 2 === 0 ? order : order.reverse();
}
