import { linearRegression, quantileSorted } from 'simple-statistics';
import { scrape, total } from '../../infra/local/scrape.ts';
import { planOf } from './compare.ts';
import type { Contestant } from './contestants.ts';
import type { Ground } from './ground.ts';
import { figuresOf } from './process-figures.ts';
import type { Pace } from './traffic.ts';
import { numbered, startContestant, untimelyEnd } from './turn.ts';
import type { Telling } from './turns.ts';

/** How a process stands after so many items, and what those since the last time took. */
export interface Stretch {
  /** In all, from its start. */
  readonly items: number;
  readonly itemMicros: number;
  readonly itemsPerSecond: number;
  readonly p99Ms: number;
  readonly residentBytes: number;
  /** The most until now. */
  readonly peakBytes: number;
  /** As its metrics say; NaN where it has none. */
  readonly heapBytes: number;
}

export interface EnduranceOptions {
  readonly contestant: Contestant;
  readonly models: number;
  readonly items: number;
  /** Items between two looks at it. */
  readonly every: number;
  readonly pace: Pace;
  /** Told of each stretch when it is over. */
  readonly onStretch?: (stretch: Stretch) => void;
}

/** Sends items to one process, as fast as it decides them, and looks at it every so many. */
export async function endure(
  ground: Ground,
  options: EnduranceOptions,
  { signal, reporter }: Telling,
): Promise<Stretch[]> {
  const { contestant, models, items, every, pace, onStretch } = options;
  const plan = planOf(contestant, ground.listings, { models, pace, warmUp: 0, items });
  await ground.clear();
  await using program = await startContestant(ground, plan, signal);
  const ended = untimelyEnd(contestant, program);
  ended.catch(() => {});
  const stretches: Stretch[] = [];
  let { cpuSeconds } = await figuresOf(program.pid);
  for (let sent = 0; sent < items; ) {
    reporter.progress(`${contestant}: ${sent} of ${items} items`);
    const count = Math.min(every, items - sent);
    const messages = numbered(ground, count, plan.items.item);
    const { seconds, delaysMs } = await Promise.race([ground.traffic.pass(messages, pace, signal), ended]);
    sent += count;
    const figures = await figuresOf(program.pid);
    const { residentBytes, peakBytes } = figures;
    const stretch: Stretch = {
      items: sent,
      itemMicros: ((figures.cpuSeconds - cpuSeconds) * 1e6) / count,
      itemsPerSecond: count / seconds,
      p99Ms: quantileSorted(delaysMs, 0.99),
      residentBytes,
      peakBytes,
      heapBytes: await heapOf(String(program.ready['http'])),
    };
    cpuSeconds = figures.cpuSeconds;
    stretches.push(stretch);
    onStretch?.(stretch);
  }
  return stretches;
}

async function heapOf(http: string): Promise<number> {
  const samples = await scrape(http);
  return total(samples ?? new Map(), 'nodejs_heap_size_used_bytes') || Number.NaN;
}

/** Whether memory stays what it is: by the second half of the items, when caches and heap have grown to their size. */
export interface Flatness {
  /** Bytes by which it grows in a million items, along the straight line that fits best. */
  readonly bytesPerMillion: number;
  /** What that is over the second half, as a share of what it has on average there. */
  readonly growth: number;
  readonly peakBytes: number;
}

/** @throws RangeError with fewer than four stretches, of which nothing can be said */
export function flatnessOf(stretches: readonly Pick<Stretch, 'items' | 'residentBytes' | 'peakBytes'>[]): Flatness {
  if (stretches.length < 4) throw new RangeError('memory: there are too few looks at it to say whether it grows');
  const half = stretches.slice(Math.floor(stretches.length / 2));
  const { m: slope } = linearRegression(half.map(({ items, residentBytes }) => [items, residentBytes]));
  const mean = half.reduce((sum, { residentBytes }) => sum + residentBytes, 0) / half.length;
  const span = half.at(-1)!.items - half[0]!.items;
  return {
    bytesPerMillion: slope * 1e6,
    growth: (slope * span) / mean,
    peakBytes: Math.max(...stretches.map(({ peakBytes }) => peakBytes)),
  };
}
