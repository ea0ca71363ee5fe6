import { type EmbeddedPubSub, startEmbeddedPubSub } from '../servers/embedded-pubsub.ts';
import { findPubSubEmulator, pubSubEmulatorInstallation, startPubSubEmulator } from '../servers/pubsub-emulator.ts';
import {
  findRedisServer,
  type RedisServer,
  redisServerInstallation,
  startRedisServer,
} from '../servers/redis-server.ts';
import { checkNamedEmulator } from './named-emulator.ts';

/** A server that the stack uses: one that was there, or one of its own. */
export interface ChosenBroker extends AsyncDisposable {
  /** What PUBSUB_EMULATOR_HOST takes. */
  readonly host: string;
  /** The embedded one, where that was chosen: it can be broken, and made to misbehave. */
  readonly embedded?: EmbeddedPubSub;
  /** What was chosen, and why. */
  readonly description: string;
}

export interface ChosenCache extends AsyncDisposable {
  readonly kind: 'redis' | 'memory';
  readonly url?: string;
  /** The server, where it is ours: it can be broken then. */
  readonly server?: RedisServer;
  readonly description: string;
}

/** Which Pub/Sub it must be: Google's emulator, or the embedded one. */
export type BrokerWish = 'emulator' | 'embedded';

/** What the proxies remember in: one Redis, one each beside every proxy, or nothing but themselves. */
export type CacheWish = 'shared' | 'beside-each' | 'own-memory';

export interface BrokerChoice {
  /** Which it must be; by default what there is. */
  readonly broker?: BrokerWish | undefined;
  /** Makes the misbehaviour of the embedded one repeatable. */
  readonly seed?: number | undefined;
}

/**
 * Pub/Sub: what PUBSUB_EMULATOR_HOST names, else Google's emulator where it is installed, else the embedded one; with a
 * wish only what is wished for.
 *
 * @throws Error when nothing answers at PUBSUB_EMULATOR_HOST, or the emulator is wished for and not installed
 */
export async function chooseBroker(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  { broker: wish, seed }: BrokerChoice = {},
): Promise<ChosenBroker> {
  const host = env['PUBSUB_EMULATOR_HOST'];
  if (host && !wish) {
    await checkNamedEmulator(env);
    return { host, description: `${host} (PUBSUB_EMULATOR_HOST)`, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (wish === 'embedded') return embedded(signal, seed, 'as wished for');
  if (wish !== 'emulator' && !(await findPubSubEmulator())) {
    return embedded(signal, seed, `Google's emulator is not installed: ${pubSubEmulatorInstallation}`);
  }
  const emulator = await startPubSubEmulator({ signal });
  const dispose = () => emulator[Symbol.asyncDispose]();
  return { host: emulator.host, description: `Google's emulator on ${emulator.host}`, [Symbol.asyncDispose]: dispose };
}

async function embedded(signal: AbortSignal, seed: number | undefined, reason: string): Promise<ChosenBroker> {
  const server = await startEmbeddedPubSub({ misbehave: true, signal, ...(seed === undefined ? {} : { seed }) });
  return {
    host: server.host,
    embedded: server,
    description: `embedded Pub/Sub on ${server.host} (${reason})`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/**
 * The caches of proxies, in the proxies' order; they take turns where there are fewer.
 *
 * @param wish by default `shared`; where each proxy is to have one, REDIS_URL is not heeded
 */
export function chooseCaches(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  { wish = 'shared', proxies }: { readonly wish?: CacheWish | undefined; readonly proxies: number },
): Promise<ChosenCache>[] {
  const { REDIS_URL: _url, ...withoutUrl } = env;
  if (wish === 'shared') return [chooseCache(env, signal)];
  if (wish === 'beside-each') return Array.from({ length: proxies }, () => chooseCache(withoutUrl, signal));
  const none = { kind: 'memory', description: "each proxy's memory, if any" } as const;
  return [Promise.resolve({ ...none, [Symbol.asyncDispose]: () => Promise.resolve() })];
}

/** The cache: what REDIS_URL names, else a redis-server of our own, else each proxy's memory. */
export async function chooseCache(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ChosenCache> {
  const nothing = () => Promise.resolve();
  const url = env['REDIS_URL'];
  if (url) {
    if (!/^rediss?:\/\//.test(url)) throw new Error('REDIS_URL: expected redis://HOST:PORT or rediss://HOST:PORT');
    const { host } = new URL(url); // Without the password.
    return { kind: 'redis', url, description: `Redis at ${host} (REDIS_URL)`, [Symbol.asyncDispose]: nothing };
  }
  if (!(await findRedisServer())) {
    const description = `each proxy's memory: no redis-server on the PATH (${redisServerInstallation})`;
    return { kind: 'memory', description, [Symbol.asyncDispose]: nothing };
  }
  const server = await startRedisServer({ maxmemory: '256mb', signal });
  return {
    kind: 'redis',
    url: server.url,
    server,
    description: `redis-server on 127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
