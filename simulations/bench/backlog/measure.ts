import { setTimeout as sleep } from 'node:timers/promises';
import { scrape, total } from '../../../infra/local/scrape.ts';
import type { NodeService } from '../../../infra/servers/node-service.ts';
import { configurationOf, modelNamesOf } from '../configuration.ts';
import type { Ground } from '../ground.ts';
import { newTexts } from '../items.ts';
import { figuresOf } from '../process-figures.ts';
import { SATURATION } from '../traffic.ts';
import { startContestant, untimelyEnd, warmUp } from '../turn.ts';
import type { Telling } from '../turns.ts';
import { fillBacklog } from './entries.ts';

export interface BacklogOptions {
  /** Entries that wait for a model that is down. */
  readonly waiting: number;
  readonly models: number;
  /** Items before, with which the proxy warms up and finds that the model is down. */
  readonly warmUp: number;
  /** How long it is watched when all are there, over all rounds. */
  readonly seconds: number;
}

/** What the proxy needs while so many entries wait; few are put there in several rounds, until there is enough to measure. */
export interface BacklogCost {
  readonly waiting: number;
  /** In all rounds, each from its first entry on. */
  readonly seconds: number;
  /** Times that one was handed to the proxy, which gave it back. */
  readonly deliveries: number;
  /** CPU beyond what it takes when nothing waits. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly peakBytes: number;
  readonly heapBytes: number;
}

const IDLE_SECONDS = 3;
/** Entries that come before those that are watched: code and memory have grown by then to what they come to. */
const WARM_UP_ENTRIES = 5_000;
const WARM_UP_SECONDS = 3;
/** Linux counts CPU in hundredths of a second: of fewer deliveries it does not tell much. */
const DELIVERIES = 10_000;
const ROUND_SECONDS = 1;
const WARM_UP_PACE = { rate: SATURATION, outstanding: 500 };

/** Microseconds of CPU for each time that an entry is handed out and given back. */
export function deliveryMicros({ cpuSeconds, deliveries }: Pick<BacklogCost, 'cpuSeconds' | 'deliveries'>): number {
  return (cpuSeconds * 1e6) / deliveries;
}

/**
 * Starts a proxy that one model is down for, puts entries on its backlog that owe that model's answer, and watches what
 * they cost it. Leaves nothing on the backlog.
 */
export async function measureBacklog(ground: Ground, options: BacklogOptions, telling: Telling): Promise<BacklogCost> {
  await ground.clear();
  const plan = { contestant: 'eddy', configuration: configurationOf(options.models, 1) } as const;
  await using program = await startContestant(ground, plan, telling.signal);
  const cost = await Promise.race([watch(ground, program, options, telling), untimelyEnd('eddy', program)]);
  await ground.clear();
  return cost;
}

async function watch(
  ground: Ground,
  program: NodeService,
  { waiting, models, warmUp: items, seconds }: BacklogOptions,
  { signal, reporter }: Telling,
): Promise<BacklogCost> {
  await warmUp(ground, { items: newTexts(ground.listings), warmUp: items, pace: WARM_UP_PACE }, signal);
  const names = modelNamesOf(models);
  const entry = { scored: names.slice(0, -1), owed: names.at(-1)! };
  await fillBacklog(ground, WARM_UP_ENTRIES, entry, { signal });
  await sleep(WARM_UP_SECONDS * 1_000, undefined, { signal });
  await ground.clear();
  await sleep(1_000, undefined, { signal }); // What is under way comes to its end.
  const idle = await look(program);
  await sleep(IDLE_SECONDS * 1_000, undefined, { signal });
  const before = await look(program);
  const idleCores = (before.cpuSeconds - idle.cpuSeconds) / secondsBetween(idle, before);
  const rounds = Math.ceil(DELIVERIES / waiting);
  const roundMs = Math.max(ROUND_SECONDS, seconds / rounds) * 1_000;
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await ground.clear();
    await fillBacklog(ground, waiting, entry, {
      signal,
      onProgress: (published) => reporter.progress(`${published} of ${waiting} entries are on the backlog`),
    });
    reporter.progress(`${waiting} entries wait, round ${round + 1} of ${rounds}`);
    await sleep(roundMs, undefined, { signal });
  }
  const after = await look(program);
  const elapsed = secondsBetween(before, after);
  return {
    waiting,
    seconds: elapsed,
    deliveries: after.deliveries - before.deliveries,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds - idleCores * elapsed,
    residentBytes: after.residentBytes,
    peakBytes: after.peakBytes,
    heapBytes: after.heapBytes,
  };
}

async function look({ pid, ready }: NodeService) {
  const samples = await scrape(String(ready['http']));
  if (!samples) throw new Error('eddy does not tell its metrics within a second');
  return {
    ...(await figuresOf(pid)),
    atMs: performance.now(),
    deliveries: total(samples, 'eddy_messages_received_total', 'intake="backlog"'),
    heapBytes: total(samples, 'nodejs_heap_size_used_bytes'),
  };
}

function secondsBetween(from: { readonly atMs: number }, to: { readonly atMs: number }): number {
  return (to.atMs - from.atMs) / 1_000;
}
