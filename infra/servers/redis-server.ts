import { Redis } from 'ioredis';
import pLimit from 'p-limit';
import type { ChildProcess, Exit } from './child-process.ts';
import { StartError, startChildProcess } from './child-process.ts';
import { findExecutable } from './executable.ts';
import { freePort } from './free-port.ts';
import { makeScratchFolder } from './scratch-folder.ts';

/** A Redis of our own on 127.0.0.1 that keeps nothing on disk. Disposing of it stops it, frozen or not. */
export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:PORT`, the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Stops the process from running: it accepts connections (the kernel does) and never answers. */
  freeze(): void;
  /** Ends a freeze: what was sent meanwhile is answered now. */
  thaw(): void;
  /** Kills the process at once; its connections break and new ones are refused. */
  kill(): Promise<Exit>;
  /** Starts it again, empty, on the same port; a process that still runs is stopped before. When disposed of: nothing. */
  restart(): Promise<void>;
}

export interface RedisServerOptions {
  /** By default a free one. */
  port?: number;
  /** As Redis reads it: `64mb`. What was used least lately is dropped beyond it. By default without a limit. */
  maxmemory?: string;
  /** Aborting while it starts stops it and rejects with the signal's reason. */
  signal?: AbortSignal;
}

export const redisServerInstallation = 'Debian: apt-get install redis-server; macOS: brew install redis';

/** The path of `redis-server` where the PATH has one. */
export function findRedisServer(): Promise<string | undefined> {
  return findExecutable('redis-server');
}

/** @throws StartError when redis-server is not installed or does not start, because the port is in use for example. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const command = await findRedisServer();
  if (!command) {
    throw new StartError(`redis-server is not on the PATH (${redisServerInstallation})`);
  }
  await using starting = new AsyncDisposableStack();
  const { path } = starting.use(await makeScratchFolder('eddy-redis'));
  const port = options.port ?? (await freePort());
  const start = () => startProcess(command, path, port, options);
  return running(await start(), port, starting.move(), start);
}

function running(
  first: ChildProcess,
  port: number,
  folder: AsyncDisposable,
  start: () => Promise<ChildProcess>,
): RedisServer {
  let child = first;
  let isDisposed = false;
  // Two processes can't have one port; and disposing must find what a restart that is under way has started.
  const oneAtATime = pLimit(1);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      return child.exited;
    },
    restart: () =>
      oneAtATime(async () => {
        if (isDisposed) return;
        await child.stop();
        if (!isDisposed) child = await start();
      }),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      await oneAtATime(() => child.stop());
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function startProcess(
  command: string,
  folder: string,
  port: number,
  { maxmemory, signal }: RedisServerOptions,
): Promise<ChildProcess> {
  const args = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no', '--dir', folder];
  if (maxmemory !== undefined) {
    args.push('--maxmemory', maxmemory, '--maxmemory-policy', 'allkeys-lru');
  }
  const { child } = await startChildProcess({
    name: `redis-server on port ${port}`,
    command,
    args,
    // The line, not a PING alone, tells: on a port in use somebody else would answer the PING.
    ready: (line) => (line.includes('Ready to accept connections') ? true : undefined),
    readyTimeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  });
  try {
    await ping(port);
    return child;
  } catch (cause) {
    await child.stop();
    throw new StartError(`redis-server on port ${port} does not answer a PING`, { cause });
  }
}

async function ping(port: number): Promise<void> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
  });
  // The same failure is what the calls below reject with.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
