import { type BacklogCost, deliveryMicros, measureBacklog } from '../backlog/measure.ts';
import type { Ground } from '../ground.ts';
import { MIB, plainTable } from '../plain-table.ts';
import type { Telling } from '../turns.ts';
import type { Chart, ChartLine } from './chart.ts';

export const BACKLOG_VALUES = [1_000, 10_000, 100_000, 1_000_000] as const;
export const BACKLOG_RANGE = [1, 10_000_000] as const;

export interface BacklogCurveOptions {
  readonly values: readonly number[];
  readonly models: number;
  readonly warmUp: number;
  readonly seconds: number;
}

/** What so many entries cost a proxy that wait for a model which is down; each number with a proxy of its own. */
export async function measureBacklogCurve(
  ground: Ground,
  { values, ...options }: BacklogCurveOptions,
  telling: Telling,
): Promise<BacklogCost[]> {
  const costs: BacklogCost[] = [];
  for (const waiting of values) {
    telling.signal.throwIfAborted();
    costs.push(await measureBacklog(ground, { ...options, waiting }, telling));
  }
  return costs;
}

export function backlogTable(costs: readonly BacklogCost[]): string[] {
  const mib = (bytes: number) => (bytes / MIB).toFixed(0);
  return plainTable(
    [
      'entries that wait',
      'watched s',
      'handed out/s',
      'cores in use',
      'µs each time',
      'memory MiB',
      'peak MiB',
      'heap MiB',
    ],
    costs.map((cost) => [
      cost.waiting.toLocaleString('en'),
      cost.seconds.toFixed(0),
      (cost.deliveries / cost.seconds).toFixed(0),
      (cost.cpuSeconds / cost.seconds).toFixed(2),
      deliveryMicros(cost).toFixed(0),
      mib(cost.residentBytes),
      mib(cost.peakBytes),
      mib(cost.heapBytes),
    ]),
  );
}

/** How the largest number of entries compares with the smallest. */
export function backlogStatements(costs: readonly BacklogCost[]): string[] {
  const [first, last] = [costs[0], costs.at(-1)];
  if (!first || !last || first === last) return [];
  const times = (read: (cost: BacklogCost) => number) => (read(last) / read(first)).toFixed(2);
  const numbers = `${last.waiting.toLocaleString('en')} entries to ${first.waiting.toLocaleString('en')}`;
  return [
    `${numbers}: ${times(deliveryMicros)} times the CPU for each time that one is handed out`,
    `${numbers}: ${times((cost) => cost.residentBytes)} times the memory`,
  ];
}

export function backlogCharts(costs: readonly BacklogCost[], note: string): ReadonlyMap<string, Chart> {
  const x = { name: 'entries that wait in the broker', kind: 'logarithmic' } as const;
  const line = (label: string, read: (cost: BacklogCost) => number, dash?: readonly number[]): ChartLine => ({
    label,
    ink: dash ? 'delay' : 'load',
    ...(dash ? { dash } : {}),
    points: costs.map((cost) => {
      const value = read(cost);
      return { x: cost.waiting, median: value, lowest: value, highest: value };
    }),
  });
  return new Map<string, Chart>([
    [
      'backlog',
      {
        title: 'CPU each time that a waiting entry is handed out',
        note,
        x,
        y: { name: 'µs' },
        lines: [line('eddy', deliveryMicros)],
      },
    ],
    [
      'backlog-memory',
      {
        title: 'Memory of the proxy against waiting entries',
        note,
        x,
        y: { name: 'MiB' },
        lines: [
          line('memory', ({ residentBytes }) => residentBytes / MIB),
          line('heap', ({ heapBytes }) => heapBytes / MIB, [6, 4]),
        ],
      },
    ],
  ]);
}
