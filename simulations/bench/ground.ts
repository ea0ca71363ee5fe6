import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { BrokerWish } from '../../infra/local/choices.ts';
import { withoutServers } from '../../infra/local/own-servers.ts';
import { readListings } from '../../infra/local/source.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import type { ValidEvent } from '../../proxy/moderation/event.ts';
import type { Reporter } from '../reporter.ts';
import { openTraffic, type Traffic } from './traffic.ts';

/** What all contestants run on: one broker, Redis, catalogue and set of models, and the traffic. */
export interface Ground extends AsyncDisposable {
  readonly broker: BrokerWish;
  readonly stack: Stack;
  /** The address of the Pub/Sub, for who goes there without Google's client. */
  readonly pubsubHost: string;
  readonly traffic: Traffic;
  /** Undefined where there is no redis-server. */
  readonly redis: Redis | undefined;
  readonly listings: readonly ValidEvent[];
  /** Writes a configuration to a file, and answers its path. */
  configure(text: string): Promise<string>;
  /** The first of so many numbers of items that nobody has had. */
  numbers(count: number): number;
  /** Empties Redis and the proxy's subscriptions of what a turn has left. */
  clear(): Promise<void>;
}

export interface GroundOptions {
  readonly broker: BrokerWish;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

const LISTINGS = join(import.meta.dirname, '../../test/data/items.jsonl');
const SUBSCRIPTIONS = ['item-events-proxy', 'moderation-backlog-proxy'];
/** As Google's Pub/Sub does by default: what is nacked is not brought back within a turn again and again. */
const BACKOFF = { ackDeadlineSeconds: 60, backoffSeconds: { minimum: 10, maximum: 600 } };

/** @throws Error when the stack can't be started: Google's emulator is not installed, say */
export async function openGround({ broker, env, signal, reporter }: GroundOptions): Promise<Ground> {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'eddy-bench-'));
  starting.defer(() => rm(folder, { recursive: true }));
  const listings = await readListings(LISTINGS);
  const stack = starting.use(
    await startStack({
      replicas: 0,
      config: '',
      env: withoutServers(env),
      broker,
      subscriptions: { items: BACKOFF, backlog: BACKOFF },
      signal,
      tell: (line) => reporter.progress(line),
      onProxyLog: () => {},
    }),
  );
  const traffic = starting.use(await openTraffic(stack.pubsub, 'moderation-decisions'));
  const url = stack.environment['REDIS_URL'];
  const redis = url ? new Redis(url) : undefined;
  starting.defer(() => redis?.disconnect());

  let files = 0;
  let next = 0;
  const running = starting.move();
  return {
    broker,
    stack,
    pubsubHost: process.env['PUBSUB_EMULATOR_HOST']!, // Where the stack names it to Google's client.
    traffic,
    redis,
    listings,
    async configure(text) {
      const file = join(folder, `eddy-${files++}.yaml`);
      await writeFile(file, text);
      return file;
    },
    numbers(count) {
      next += count;
      return next - count;
    },
    async clear() {
      await redis?.flushall();
      await Promise.all(SUBSCRIPTIONS.map((name) => stack.pubsub.subscription(name).seek(new Date())));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
