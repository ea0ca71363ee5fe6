import { configurationOf } from './configuration.ts';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import type { Ground } from './ground.ts';
import { type Items, newTexts } from './items.ts';
import type { Turns } from './report.ts';
import type { Pace } from './traffic.ts';
import type { TurnPlan } from './turn.ts';
import { type Telling, takeTurns } from './turns.ts';

/** How much of what a turn has. */
export interface Size {
  readonly models: number;
  readonly warmUp: number;
  readonly items: number;
  readonly pace: Pace;
}

/** What is out of the ordinary in a turn. */
export interface Changes {
  /** How many of the models are down. */
  readonly down?: number;
  /** By default, texts that no cache knows. */
  readonly texts?: Items;
}

/** A turn's plan: new texts and all models up, where nothing else is said. */
export function planOf(
  contestant: Contestant,
  listings: Ground['listings'],
  { models, warmUp, items, pace }: Size,
  { down = 0, texts = newTexts(listings) }: Changes = {},
): TurnPlan {
  return { contestant, configuration: configurationOf(models, down), items: texts, warmUp, count: items, pace };
}

/** Runs the contestants in turns on one ground: each with a process of its own, no item twice. */
export async function compare(
  ground: Ground,
  contestants: readonly Contestant[],
  size: Size & { readonly turns: number },
  telling: Telling,
  changes: Changes = {},
): Promise<Turns> {
  const plans = contestants.map((contestant) => ({
    ...planOf(contestant, ground.listings, size, changes),
    name: `${contestant} (${CONTESTANTS[contestant].script})`,
  }));
  const taken = await takeTurns(ground, plans, size.turns, telling);
  return new Map(contestants.map((contestant, index) => [contestant, taken[index]!]));
}
