import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerWish } from '../../infra/local/choices.ts';
import { withoutServers } from '../../infra/local/own-servers.ts';
import { BACKOFF_SECONDS } from '../../infra/local/pubsub-setup.ts';
import { readListings } from '../../infra/local/source.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import type { Exit } from '../../infra/servers/child-process.ts';
import { readConfig } from '../../proxy/config.ts';
import { createRandom } from '../world/random.ts';
import type { Fault } from './faults.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { type FaultResult, runFault } from './run-fault.ts';
import { settleBoundMs } from './settle-bound.ts';
import { witness, witnessLog } from './witness.ts';
import { workload } from './workload.ts';

export interface CampaignOptions {
  readonly faults: readonly Fault[];
  readonly replicas: number;
  readonly rate: number;
  readonly seed: number;
  readonly config: string;
  /** The file of listings that events are made of. */
  readonly listings: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly observer: CampaignObserver;
}

/** Told how it goes, for people. */
export interface CampaignObserver {
  /** A stack has begun to start, or tells what it consists of. */
  stack(line: string): void;
  /** A step of a fault has begun; `outstanding` answers what is open of it at any time. */
  step(fault: Fault, step: string, outstanding: () => { events: number; open: number }): void;
  finished(result: FaultResult): void;
  /** Something that nobody asked for. */
  noticed(line: string): void;
}

/** What is known of a campaign: it fills while the campaign goes on, and is there when it throws. */
export interface Findings {
  readonly results: FaultResult[];
  readonly conflicts: string[];
}

/** A process that ends by itself is started again after this time, as an orchestrator would do. */
const SUPERVISOR_PAUSE_MS = 1_000;
const SUPERVISOR_TRIES = 10;

/**
 * Runs the faults one after the other, on one stack for each Pub/Sub. Its own servers only: what it breaks must belong to
 * nobody else, so that PUBSUB_EMULATOR_HOST and REDIS_URL are not heeded.
 *
 * @throws Error when a stack can't start, or a part can't be repaired
 */
export async function runCampaign(options: CampaignOptions, findings: Findings): Promise<void> {
  const env = withoutServers(options.env);
  for (const broker of ['emulator', 'embedded'] as const) {
    const faults = options.faults.filter((fault) => fault.broker === broker);
    if (faults.length === 0 || options.signal.aborted) continue;
    await runOn(broker, faults, { ...options, env }, findings);
  }
}

async function runOn(
  broker: BrokerWish,
  faults: readonly Fault[],
  options: CampaignOptions,
  { results, conflicts }: Findings,
): Promise<void> {
  const { replicas, rate, seed, config, listings, env, observer } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const ledger = createLedger();
  let isOver = false;
  await using whole = new AsyncDisposableStack();
  whole.defer(() => void conflicts.push(...ledger.conflicts({ isCutShort: !isOver })));
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  // Set before anything can end: nothing is supervised while the stack starts.
  let supervise: (part: string, exit: Exit) => void = () => {};
  const stack = whole.use(
    await startStack({
      replicas,
      config,
      env,
      broker,
      seed,
      signal,
      tell: observer.stack,
      onProxyLog: (log) => witnessLog(log, ledger),
      onUnexpectedExit: (part, exit) => supervise(part, exit),
    }),
  );
  whole.use(await witness(stack.pubsub, ledger, fail));
  // What goes on when this fails must not go on against a stack that is being disposed of.
  const running = new Set<Promise<unknown>>();
  whole.defer(async () => {
    end.abort();
    await Promise.allSettled(running);
  });
  let unasked = 0;
  supervise = (part, exit) => {
    if (signal.aborted) return;
    const ended = `${part} has ended by itself (${exit.signal ?? `exit code ${exit.code}`})`;
    observer.noticed(ended);
    if (!stack.parts.has(part)) return fail(new Error(ended));
    const starting = startAgain(stack, part, signal).then(() => unasked++, fail);
    running.add(starting);
  };

  const boundMs = settleBoundMs(readConfig(config, env), { maximumBackoffMs: BACKOFF_SECONDS.maximum * 1_000 });
  const random = createRandom(seed);
  const messages = workload(await readListings(listings), seed, broker);
  for (const [index, fault] of faults.entries()) {
    if (signal.aborted) break;
    const before = unasked;
    const run = runFault({
      fault,
      index,
      stack,
      ledger,
      messages,
      rate,
      boundMs,
      jitter: random.next(),
      signal,
      onStep: (step) => observer.step(fault, step, () => outstanding(ledger, index)),
    });
    running.add(run);
    const result = await Promise.race([run, failed]);
    running.delete(run);
    results.push({ ...result, restarts: result.restarts + unasked - before });
    observer.finished(results.at(-1)!);
  }
  isOver = !signal.aborted;
}

function outstanding(ledger: Ledger, index: number): { events: number; open: number } {
  const { events, open } = ledger.outcomeOf(index);
  return { events, open: open.length };
}

async function startAgain(stack: Stack, part: string, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries++) {
    await sleep(SUPERVISOR_PAUSE_MS, undefined, { signal });
    try {
      return await stack.parts.get(part)!.restart();
    } catch (error) {
      if (signal.aborted || tries === SUPERVISOR_TRIES) throw error;
    }
  }
}
