import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { RunRecord } from './record.ts';
import type { RunRequest } from './run-incident.ts';
import { specOf } from './strategy.ts';

export interface RunAllOptions {
  readonly workers: number;
  /** Aborting it ends the threads; the runs reject with the signal's reason. */
  readonly signal: AbortSignal;
  /** Told of each run that has ended, in the order in which they end. */
  readonly onRecord?: (record: RunRecord) => void;
  /** Told how much of all is over, 0 to 1, and how many runs are. */
  readonly onProgress?: (share: number, done: number) => void;
  /** What a thread runs, where that is not `worker.ts`. */
  readonly script?: URL;
}

const SCRIPT = new URL('worker.ts', import.meta.url);

type Told =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly record: RunRecord }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Runs incidents in virtual time, side by side in threads, and answers their records in the order of the requests.
 *
 * @throws Error when a run fails
 */
export async function runAll(requests: readonly RunRequest[], options: RunAllOptions): Promise<RunRecord[]> {
  const { workers, signal, onRecord, onProgress, script = SCRIPT } = options;
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const shares = requests.map(() => 0);
  let done = 0;
  const limit = pLimit(workers);
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);

  async function run(request: RunRequest, index: number): Promise<RunRecord> {
    stopped.throwIfAborted();
    const worker = idle.pop() ?? new Worker(script);
    all.add(worker);
    const record = await runIn(worker, request, stopped, (share) => {
      shares[index] = share;
      onProgress?.(shares.reduce((sum, one) => sum + one, 0) / requests.length, done);
    });
    idle.push(worker);
    shares[index] = 1;
    done++;
    onRecord?.(record);
    return record;
  }

  try {
    return await Promise.all(requests.map((request, index) => limit(run, request, index)));
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    await Promise.all([...all].map((worker) => worker.terminate()));
  }
}

function runIn(
  worker: Worker,
  request: RunRequest,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<RunRecord> {
  const { incident, strategy, replicas } = request;
  const failure = (message: string, cause?: unknown) =>
    new Error(`${incident.name} under ${specOf(strategy, replicas)}: ${message}`, { cause });
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onMessage = (told: Told) => {
      if (told.kind === 'progress') onShare(told.share);
      else if (told.kind === 'done') end(() => resolve(told.record));
      else end(() => reject(failure(told.message)));
    };
    const onError = (error: unknown) =>
      end(() => reject(failure(error instanceof Error ? error.message : String(error), error)));
    const onExit = (code: number) => end(() => reject(failure(`its thread has ended by itself (${code})`)));
    const onAbort = () => end(() => reject(signal.reason));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', onAbort);
    worker.postMessage(request);
  });
}
