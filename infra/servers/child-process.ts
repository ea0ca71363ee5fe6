import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findExecutable } from './executable.ts';

export type OutputStream = 'stdout' | 'stderr';
export type LineListener = (line: string, stream: OutputStream) => void;

export interface Exit {
  /** The exit code; null where a signal ended the process. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that has started and said that it is ready. Disposing of it stops it. */
export interface ChildProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it; never rejects. */
  readonly exited: Promise<Exit>;
  /** The last lines of its output, both streams, for an error that has to explain why it ended. */
  lastOutput(): string;
  /** Calls the listener for each line from now on, until the function that it answers is called. */
  onLine(listener: LineListener): () => void;
  /** Sends a signal; false where the process has already ended. */
  kill(signal: NodeJS.Signals): boolean;
  /**
   * SIGTERM and, when that has not ended it within `stopTimeoutMs`, SIGKILL; a process that is frozen (SIGSTOP) goes on
   * first, to heed it. Resolves when it has ended.
   */
  stop(): Promise<Exit>;
}

export interface ChildProcessOptions<Ready> {
  /** What errors call it. */
  name: string;
  /** An absolute path. */
  command: string;
  args: readonly string[];
  /** The whole environment; by default this process's. */
  env?: NodeJS.ProcessEnv;
  /** Recognises the line that says it is ready: what it answers for that line is handed on, undefined for others. */
  ready: (line: string, stream: OutputStream) => Ready | undefined;
  /** Recognises a line after which it will never be ready although it lives on. */
  fatal?: (line: string, stream: OutputStream) => boolean;
  /** Sees every line from the first one on. */
  onLine?: LineListener;
  /** By default 30,000. */
  readyTimeoutMs?: number;
  /** By default 5,000. */
  stopTimeoutMs?: number;
  /**
   * How the process learns that this one has died without stopping it. `kernel` (the default): the kernel kills it,
   * on Linux with util-linux; elsewhere nothing does. `stdin`: its standard input ends, and it heeds that.
   */
  parentDeath?: 'kernel' | 'stdin';
  /** Aborting while it starts stops it and rejects with the signal's reason; later it has no effect. */
  signal?: AbortSignal;
}

/** A process that could not be started, ended before it was ready, or was not ready in time. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const keptLines = 30;
const keptLineLength = 2_000;

/**
 * Starts a process and resolves when it says that it is ready; a process that fails to is stopped.
 * @throws StartError with the process's last output.
 */
export async function startChildProcess<Ready>(
  options: ChildProcessOptions<Ready>,
): Promise<{ child: ChildProcess; ready: Ready }> {
  const { name, command, args, parentDeath = 'kernel' } = options;
  const guard = parentDeath === 'kernel' ? await parentDeathGuard() : [];
  // Nothing is waited for between here and listening to the signal.
  options.signal?.throwIfAborted();
  const [file, ...rest] = [...guard, command, ...args] as [string, ...string[]];
  const spawned = spawn(file, rest, {
    env: options.env ?? process.env,
    stdio: [parentDeath === 'stdin' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    // Out of reach of the terminal's Ctrl-C: it is for this process to end them in the right order.
    detached: true,
  });
  if (spawned.pid === undefined) {
    const [cause] = await once(spawned, 'error');
    throw new StartError(`${name} can't be started: ${command}`, { cause });
  }
  const drained = new Promise((resolve) => spawned.once('close', resolve));
  const child = watch(spawned, spawned.pid, options);
  try {
    return { child, ready: await readiness(child, options) };
  } catch (error) {
    if (error instanceof StartError) {
      // What explains the failure may still be on its way.
      await Promise.race([drained, sleep(250)]);
    }
    await child.stop();
    if (error instanceof StartError) {
      throw new StartError(`${error.message}; its last output:\n${child.lastOutput() || '(none)'}`);
    }
    throw error;
  }
}

function watch(
  spawned: Spawned,
  pid: number,
  { onLine, stopTimeoutMs = 5_000 }: Pick<ChildProcessOptions<unknown>, 'onLine' | 'stopTimeoutMs'>,
): ChildProcess {
  killAtExit(spawned);
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  spawned.once('exit', (code, signal) => {
    running.delete(spawned);
    resolve({ code, signal });
  });
  // Nothing is written to it: it is there to end. Without a listener its breaking would end this process.
  spawned.stdin?.on('error', () => {});
  // A signal that can't be sent, because the process has just ended, is an event of this kind too.
  spawned.on('error', () => {});

  const output: string[] = [];
  const listeners = new Set<LineListener>(onLine ? [onLine] : []);
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface({ input: spawned[stream]! }).on('line', (line) => {
      output.push(line.slice(0, keptLineLength));
      if (output.length > keptLines) {
        output.shift();
      }
      for (const listener of [...listeners]) {
        listener(line, stream);
      }
    });
  }

  async function stop(): Promise<Exit> {
    const late = setTimeout(() => spawned.kill('SIGKILL'), stopTimeoutMs);
    spawned.kill('SIGTERM');
    spawned.kill('SIGCONT');
    const exit = await exited;
    clearTimeout(late);
    return exit;
  }
  return {
    pid,
    exited,
    lastOutput: () => output.join('\n'),
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kill: (signal) => spawned.kill(signal),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

async function readiness<Ready>(child: ChildProcess, options: ChildProcessOptions<Ready>): Promise<Ready> {
  const { name, signal, readyTimeoutMs = 30_000 } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Ready>();
  const stopListening = child.onLine((line, stream) => {
    const found = options.ready(line, stream);
    if (found !== undefined) {
      resolve(found);
    } else if (options.fatal?.(line, stream)) {
      reject(new StartError(`${name} can't start`));
    }
  });
  void child.exited.then(({ code, signal: by }) => {
    reject(new StartError(`${name} ended before it was ready (${by ?? `exit code ${code}`})`));
  });
  const late = setTimeout(() => {
    reject(new StartError(`${name} was not ready within ${readyTimeoutMs} ms`));
  }, readyTimeoutMs);
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', onAbort);
    stopListening();
  }
}

/** What to put before a command so that the kernel ends it together with its parent; nothing where that can't be. */
async function parentDeathGuard(): Promise<string[]> {
  const setpriv = process.platform === 'linux' ? await findExecutable('setpriv') : undefined;
  if (!setpriv) {
    return [];
  }
  const options = ['--pdeathsig', 'KILL', '--'];
  try {
    // Busybox has a setpriv without this option.
    await promisify(execFile)(setpriv, [...options, 'true'], { timeout: 2_000 });
    return [setpriv, ...options];
  } catch {
    return [];
  }
}

type Spawned = ReturnType<typeof spawn>;
const running = new Set<Spawned>();

/** Ends the process when this one exits without having stopped it, by an uncaught error for example. */
function killAtExit(spawned: Spawned): void {
  if (!process.listeners('exit').includes(killRunning)) {
    // Before what they have left behind is removed.
    process.prependListener('exit', killRunning);
  }
  running.add(spawned);
}

function killRunning(): void {
  for (const spawned of running) {
    spawned.kill('SIGKILL');
  }
}
