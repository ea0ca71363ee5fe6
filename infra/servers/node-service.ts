import { resolve } from 'node:path';
import type { ChildProcess, LineListener } from './child-process.ts';
import { startChildProcess } from './child-process.ts';

/** The JSON line by which a service of this repository says that it serves, with its addresses. */
export interface ListeningLine {
  event: 'listening';
  [field: string]: unknown;
}

/** One of this repository's own programs as a child process. Disposing of it lets it drain, then ends it. */
export interface NodeService extends ChildProcess {
  readonly ready: ListeningLine;
}

export interface NodeServiceOptions {
  /** The program, from the repository's root: `proxy/main.ts`. */
  script: string;
  args?: readonly string[];
  /** Options of Node itself: `--expose-gc`. */
  nodeArgs?: readonly string[];
  /** What it gets in addition to this process's environment; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** What errors call it. */
  name: string;
  /** Sees every line of its output from the first one on: JSON lines on stdout, words on stderr. */
  onLine?: LineListener;
  /** By default 20,000. */
  readyTimeoutMs?: number;
  /** How long it may drain after SIGTERM. By default 20,000. */
  stopTimeoutMs?: number;
  /** Aborting while it starts stops it and rejects with the signal's reason. */
  signal?: AbortSignal;
}

const repository = resolve(import.meta.dirname, '../..');

/**
 * Runs a program with `--exit-with-parent` and resolves with its line `{"event":"listening",…}`. Its standard input
 * ends when this process dies, however it dies: a program that heeds the flag ends then.
 * @throws StartError with the program's last output when it ends before that line or does not print it in time.
 */
export async function startNodeService(options: NodeServiceOptions): Promise<NodeService> {
  const {
    script,
    args = [],
    nodeArgs = [],
    env = {},
    readyTimeoutMs = 20_000,
    stopTimeoutMs = 20_000,
    ...rest
  } = options;
  const { child, ready } = await startChildProcess<ListeningLine>({
    ...rest,
    command: process.execPath,
    args: [...nodeArgs, resolve(repository, script), ...args, '--exit-with-parent'],
    env: { ...process.env, ...env },
    ready: (line, stream) => (stream === 'stdout' ? listeningLine(line) : undefined),
    readyTimeoutMs,
    stopTimeoutMs,
    parentDeath: 'stdin',
  });
  return { ...child, ready };
}

function listeningLine(line: string): ListeningLine | undefined {
  if (!line.startsWith('{')) {
    return undefined;
  }
  try {
    const parsed: { event?: unknown } = JSON.parse(line);
    return parsed.event === 'listening' ? (parsed as ListeningLine) : undefined;
  } catch {
    // Not every line of a program is one of its log.
    return undefined;
  }
}
