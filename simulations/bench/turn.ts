import type { Redis } from 'ioredis';
import { quantileSorted } from 'simple-statistics';
import { MODELS } from '../../infra/local/stack.ts';
import { type NodeService, type NodeServiceOptions, startNodeService } from '../../infra/servers/node-service.ts';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import { type MachineUse, watchCpu } from './cpu-use.ts';
import type { Ground } from './ground.ts';
import type { Items } from './items.ts';
import { figuresOf } from './process-figures.ts';
import type { Pace } from './traffic.ts';

/** What is done in a turn. */
export interface TurnPlan {
  readonly contestant: Contestant;
  /** The configuration that it reads, as text. */
  readonly configuration: string;
  readonly items: Items;
  /** Items that come before those that count. */
  readonly warmUp: number;
  /** Items that count. */
  readonly count: number;
  readonly pace: Pace;
  /** Of those that come before, where it is another one. */
  readonly warmUpPace?: Pace;
}

/** What one contestant needed for a number of items, each divided by that number where it says so. */
export interface Turn {
  readonly itemMicros: number;
  readonly itemsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly peakBytes: number;
  readonly callsPerItem: number;
  /** NaN where the cache is not in Redis. */
  readonly redisCommandsPerItem: number;
  readonly use: MachineUse;
}

/**
 * Starts a contestant, warms it up, sends it items, and takes what they cost it.
 *
 * @throws Error when it can't be started, ends by itself, or items are not decided
 */
export async function takeTurn(ground: Ground, plan: TurnPlan, signal: AbortSignal): Promise<Turn> {
  await ground.clear();
  await using program = await startContestant(ground, plan, signal);
  // Awaited here: it ends when this function does.
  return await Promise.race([measureTurn(ground, plan, program.pid, signal), untimelyEnd(plan.contestant, program)]);
}

/** Starts a contestant as a process of its own on the ground. */
export async function startContestant(
  ground: Ground,
  plan: Pick<TurnPlan, 'contestant' | 'configuration'>,
  signal: AbortSignal,
): Promise<NodeService> {
  return startNodeService(await serviceOf(ground, plan, signal));
}

/** How a contestant is started on the ground. */
export async function serviceOf(
  ground: Ground,
  { contestant, configuration }: Pick<TurnPlan, 'contestant' | 'configuration'>,
  signal: AbortSignal,
): Promise<NodeServiceOptions> {
  const { script, nodeArgs, env } = CONTESTANTS[contestant];
  const args = ['--config', await ground.configure(configuration)];
  return { name: contestant, script, nodeArgs, args, env: { ...env, ...ground.stack.environment }, signal };
}

/** Rejects when the program ends: nobody has asked it to while a turn lasts. */
export async function untimelyEnd(name: string, { exited, lastOutput }: NodeService): Promise<never> {
  const { code, signal } = await exited;
  throw new Error(`${name} has ended by itself (${signal ?? `exit code ${code}`}); its last output:\n${lastOutput()}`);
}

async function measureTurn(ground: Ground, plan: TurnPlan, pid: number, signal: AbortSignal): Promise<Turn> {
  const { items, count, pace } = plan;
  await warmUp(ground, plan, signal);
  const stopWatch = await watchCpu(ground.stack, pid, (side) => side === 'Pub/Sub' && ground.broker === 'emulator');
  const before = await countsOf(ground, pid);
  const { seconds, delaysMs } = await ground.traffic.pass(numbered(ground, count, items.item), pace, signal);
  const after = await countsOf(ground, pid);
  const use = await stopWatch();
  const perItem = (name: 'cpuSeconds' | 'calls' | 'redisCommands') => (after[name] - before[name]) / count;
  return {
    itemMicros: perItem('cpuSeconds') * 1e6,
    itemsPerSecond: count / seconds,
    p50Ms: quantileSorted(delaysMs, 0.5),
    p99Ms: quantileSorted(delaysMs, 0.99),
    peakBytes: after.peakBytes,
    callsPerItem: perItem('calls'),
    redisCommandsPerItem: perItem('redisCommands'),
    use,
  };
}

/** Sends what is to be decided before what counts: what primes the cache, then items like those that count. */
export async function warmUp(
  ground: Ground,
  { items, warmUp: count, pace, warmUpPace = pace }: Pick<TurnPlan, 'items' | 'warmUp' | 'pace' | 'warmUpPace'>,
  signal: AbortSignal,
): Promise<void> {
  await ground.traffic.pass(numbered(ground, items.primers, items.primer), warmUpPace, signal);
  await ground.traffic.pass(numbered(ground, count, items.item), warmUpPace, signal);
}

/** The messages of as many numbers that nobody has had. */
export async function* numbered<Message>(
  ground: Pick<Ground, 'numbers'>,
  count: number,
  message: (number: number, index: number) => Message,
): AsyncGenerator<Message> {
  const from = ground.numbers(count);
  for (let index = 0; index < count; index++) yield message(from + index, index);
}

async function countsOf({ stack, redis }: Ground, pid: number) {
  const [figures, loads, redisCommands] = await Promise.all([
    figuresOf(pid),
    Promise.all(MODELS.map((model) => stack.load(model))),
    redis ? commandsOf(redis) : Number.NaN,
  ]);
  return { ...figures, calls: loads.reduce((sum, { calls }) => sum + calls, 0), redisCommands };
}

async function commandsOf(redis: Redis): Promise<number> {
  const stats = await redis.info('stats');
  return Number(/^total_commands_processed:(\d+)/m.exec(stats)?.[1]);
}
