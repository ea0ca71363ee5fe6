import { describeBottleneck } from './bottleneck.ts';
import type { Contestant } from './contestants.ts';
import { bySide, type MachineUse, SIDES } from './cpu-use.ts';
import { MIB, medianOf, orNone, plainTable, withRange } from './plain-table.ts';
import type { Turn } from './turn.ts';

export type Turns = ReadonlyMap<Contestant, readonly Turn[]>;

/** The heads of {@link figuresOf}. */
export const TURN_HEAD = ['CPU µs/item', 'items/s', 'p50 ms', 'p99 ms', 'peak MiB', 'calls/item', 'Redis/item'];

/** A row for each contestant: medians over the turns, with the lowest and the highest. */
export function tableLines(turns: Turns): string[] {
  return plainTable(
    ['', ...TURN_HEAD],
    [...turns].map(([contestant, taken]) => [contestant, ...figuresOf(taken)]),
  );
}

/** What a table says of turns of the same kind, from the CPU per item on. */
export function figuresOf(taken: readonly Turn[]): string[] {
  const of = (read: (turn: Turn) => number, digits = 0) => withRange(taken.map(read), digits);
  const redis = medianOf(taken.map(({ redisCommandsPerItem }) => redisCommandsPerItem));
  return [
    of(({ itemMicros }) => itemMicros),
    of(({ itemsPerSecond }) => itemsPerSecond),
    of(({ p50Ms }) => p50Ms),
    of(({ p99Ms }) => p99Ms),
    of(({ peakBytes }) => peakBytes / MIB),
    of(({ callsPerItem }) => callsPerItem, 2),
    orNone(redis, () => of(({ redisCommandsPerItem }) => redisCommandsPerItem, 2)),
  ];
}

/** A row for each contestant: the cores that each side has used, and which of them was at its limit. */
export function useLines(turns: Turns): string[] {
  const rows = [...turns].map(([contestant, taken]) => {
    const use = typicalUse(taken.map((turn) => turn.use));
    return [
      contestant,
      ...SIDES.map((side) => use.sides[side].cores.toFixed(2)),
      othersIn(use).toFixed(2),
      `${use.busyCores.toFixed(2)} of ${use.cores}`,
      describeBottleneck(use, contestant),
    ];
  });
  return plainTable(['cores in use by', ...SIDES, 'others', 'machine', 'bottleneck'], rows);
}

/** Cores that others keep busy from which on a measurement is not to be trusted. */
const MOST_OTHERS = 0.1;

/** What to say where other programs have run beside the benchmark; nothing where none has. */
export function disturbance(turns: Turns): string | undefined {
  const cores = Math.max(...[...turns.values()].flat().map(({ use }) => othersIn(use)));
  if (cores <= MOST_OTHERS) return undefined;
  const much = `up to ${cores.toFixed(2)} cores`;
  return `Other programs of this machine, or others on its host, used ${much} meanwhile: rates and delays are worse for it, and CPU is dearer.`;
}

/** Cores that were in use by what is no side of the run. */
function othersIn({ sides, busyCores }: MachineUse): number {
  return Math.max(0, busyCores - SIDES.reduce((sum, side) => sum + sides[side].cores, 0));
}

/** The median of each figure. */
function typicalUse(uses: readonly MachineUse[]): MachineUse {
  const of = (read: (use: MachineUse) => number) => medianOf(uses.map(read));
  return {
    sides: bySide((side) => ({
      cores: of(({ sides }) => sides[side].cores),
      load: of(({ sides }) => sides[side].load),
    })),
    busyCores: of(({ busyCores }) => busyCores),
    cores: of(({ cores }) => cores),
  };
}

/** How many times as dear one contestant is as another, by the medians of CPU per item; undefined without either. */
export function quotient(turns: Turns, dearer: Contestant, cheaper: Contestant): number | undefined {
  const [part, whole] = [dearer, cheaper].map((contestant) => turns.get(contestant)?.map((turn) => turn.itemMicros));
  return part && whole ? medianOf(part) / medianOf(whole) : undefined;
}

/** `naive/eddy 8.1, eddy/floor 1.22`. Without what a contestant is missing for. */
export function closingLine(turns: Turns): string {
  const pairs = [
    ['naive', 'eddy', 1],
    ['eddy', 'floor', 2],
  ] as const;
  return pairs
    .flatMap(([dearer, cheaper, digits]) => {
      const found = quotient(turns, dearer, cheaper);
      return found === undefined ? [] : [`${dearer}/${cheaper} ${found.toFixed(digits)}`];
    })
    .join(', ');
}
