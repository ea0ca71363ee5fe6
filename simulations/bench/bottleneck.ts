import { type MachineUse, SIDES, type Side } from './cpu-use.ts';

/** From this share of what it could use at the most, a side is held to be at its limit; scheduling takes the rest. */
const AT_LIMIT = 0.8;

/** What holds a run up: a side at its limit, the cores that all share, or neither. */
export type Bottleneck = Side | 'cores' | 'none';

/** The side whose thread can't do more; else the machine, where its cores are in use; else nobody, who all wait. */
export function bottleneckOf(use: MachineUse): Bottleneck {
  const nearest = nearestOf(use);
  if (use.sides[nearest].load >= AT_LIMIT) return nearest;
  return use.busyCores / use.cores >= AT_LIMIT ? 'cores' : 'none';
}

/** How it reads in a table; with the side that is nearest to its limit in any case. */
export function describeBottleneck(use: MachineUse, contestant: string): string {
  const found = bottleneckOf(use);
  const nearest = nearestOf(use);
  const side = `${nearest === 'contestant' ? contestant : nearest} at ${(use.sides[nearest].load * 100).toFixed(0)} %`;
  if (found === 'cores') return `the ${use.cores} cores; nearest ${side}`;
  return found === 'none' ? `none; nearest ${side}` : side;
}

function nearestOf({ sides }: MachineUse): Side {
  return SIDES.reduce((a, b) => (sides[b].load > sides[a].load ? b : a));
}
