import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutServers } from '../../../infra/local/own-servers.ts';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import type { ValidEvent } from '../../../proxy/moderation/event.ts';
import { concernedModels } from '../../../proxy/moderation/plan.ts';
import { createRandom } from '../../world/random.ts';
import { createListings } from '../listings.ts';
import { createRecorder, type Notes } from '../recorder.ts';
import { PROJECT } from './configuration.ts';
import { usualFaults } from './model-faults.ts';
import { createOpenEvents } from './open-events.ts';
import type { RealPlan } from './plan-real.ts';
import { publishLoad } from './publish-load.ts';
import type { Site } from './real-faults.ts';
import { startSampler } from './sampler.ts';
import { takeSteps } from './take-steps.ts';
import { witnessDecisions, witnessLog } from './witness.ts';

export interface RealRun {
  readonly notes: Notes;
  /** Milliseconds from the begin of the load until nothing was open, or was waited for, any more. */
  readonly durationMs: number;
}

/** How far a run is. */
export interface RealProgress {
  /** Milliseconds since the begin of the load; below 0 before it. */
  readonly atMs: number;
  readonly loadMs: number;
  /** Events that are published and not over. */
  readonly open: number;
}

export interface RealRunContext {
  /** Aborting it ends the run: everything is disposed of, and the run rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Told of every step of the start, and of what nobody asked for; for people. */
  readonly tell: (line: string) => void;
  /** Told once a second. */
  readonly onProgress: (progress: RealProgress) => void;
}

/** In which the first look at all counters is over. */
const LEAD_MS = 1_500;
const PROGRESS_MS = 1_000;
const POLL_MS = 100;

/**
 * Runs an incident on a local stack of its own: processes on this machine, with the clock that it has.
 *
 * @throws StartError when the stack can't start; Error when a part of it ends by itself, can't be repaired, or a publish
 *   is not confirmed
 */
export async function runReal(plan: RealPlan, context: RealRunContext): Promise<RealRun> {
  const { incident, configuration, models, rate, seed, loadMs, settleMs, steps } = plan;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {}); // Heard where something is waited for.

  const recorder = createRecorder();
  const open = createOpenEvents();
  const eventIdOf = new Map<string, string>();
  let startedAtMs = Number.POSITIVE_INFINITY;
  const since = (wallMs: number) => wallMs - startedAtMs;
  const now = () => since(Date.now());
  const witness = { since, recorder, open };

  await using whole = new AsyncDisposableStack();
  const stack = await startUnder(plan, context, whole, {
    onProxyLog: (log) => witnessLog(log, (itemId, revision) => eventIdOf.get(`${itemId}/${revision}`), witness),
    onUnexpectedExit: (part, exit) =>
      fail(new Error(`${part} has ended by itself (${exit.signal ?? `exit code ${exit.code}`})`)),
  });
  await Promise.all(models.map((model) => stack.faults(model).setFaults(usualFaults(incident.model.latency))));
  whole.use(await witnessDecisions(stack.pubsub, witness, fail));

  startedAtMs = Date.now() + LEAD_MS;
  const sampler = await startSampler({
    replicas: stack.replicas,
    models,
    load: stack.load,
    recorder,
    backlog: () => open.backlog(configuration.config.backlog.mode),
    now,
  });
  whole.use(sampler);
  const telling = setInterval(() => context.onProgress({ atMs: now(), loadMs, open: open.count }), PROGRESS_MS);
  whole.defer(() => clearInterval(telling));

  const random = createRandom(`lab ${seed}`);
  const site: Site = { stack, load: { factor: 1 }, mix: { ...incident.workload } };
  const publishing = publishLoad({
    pubsub: stack.pubsub,
    listings: createListings(site.mix, random.fork('listings')),
    arrivals: random.fork('arrivals'),
    rate,
    load: site.load,
    loadMs,
    now,
    signal,
    onPublish(event) {
      const concerned = concernedModels(event as ValidEvent, configuration.config.models);
      eventIdOf.set(`${event.item!.itemId}/${event.item!.revision}`, event.eventId);
      recorder.published(event.eventId, now(), concerned);
      open.published(event.eventId, concerned);
    },
  });
  const breaking = takeSteps(steps, { site, now, signal });
  // What goes on when this fails must not go on against a stack that is being disposed of.
  whole.defer(async () => {
    stop.abort();
    await Promise.allSettled([publishing, breaking]);
  });

  await Promise.race([Promise.all([publishing, breaking]), failed]);
  await Promise.race([untilSettled(), failed]);
  context.signal.throwIfAborted();
  const durationMs = now();
  await sampler[Symbol.asyncDispose]();
  return { notes: recorder.notes, durationMs };

  async function untilSettled(): Promise<void> {
    const isOver = () => now() >= loadMs && (open.count === 0 || now() >= loadMs + settleMs);
    while (!signal.aborted && !isOver()) await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** Starts the stack with what the plan makes of it. */
async function startUnder(
  { strategy, configuration, replicas, subscriptions, broker, seed, env }: RealPlan,
  { signal, tell }: RealRunContext,
  whole: AsyncDisposableStack,
  watch: Pick<Parameters<typeof startStack>[0], 'onProxyLog' | 'onUnexpectedExit'>,
): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'eddy-lab-'));
  whole.defer(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, 'eddy.yaml');
  await writeFile(config, configuration.text);
  return whole.use(
    await startStack({
      ...watch,
      replicas,
      config,
      // Its own servers only: what it breaks must belong to nobody else.
      env: { ...withoutServers(env), PUBSUB_PROJECT_ID: PROJECT },
      broker,
      seed,
      signal,
      tell,
      cache: configuration.cache,
      subscriptions,
      proxy: { script: 'simulations/lab/real/proxy.ts', env: { EDDY_LAB_STRATEGY: strategy.name } },
    }),
  );
}
