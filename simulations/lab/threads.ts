import { parentPort, Worker } from 'node:worker_threads';
import pLimit from 'p-limit';

export interface ThreadsOptions<Request, Result> {
  /** What a thread runs: it serves requests by {@link serveRequests}. */
  readonly script: URL;
  readonly workers: number;
  /** Aborting it ends the threads; the runs reject with the signal's reason. */
  readonly signal: AbortSignal;
  /** What a request is called when it fails. */
  readonly nameOf: (request: Request) => string;
  /** Told of each result, in the order in which they come. */
  readonly onResult?: ((result: Result) => void) | undefined;
  /** Told how much of all is over, 0 to 1, and how many requests are. */
  readonly onProgress?: ((share: number, done: number) => void) | undefined;
}

type Told<Result> =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Runs requests side by side in threads, and answers their results in the order of the requests. In virtual time the timers
 * and clocks of a thread are those of one world at a time.
 *
 * @throws Error when one fails, with its name
 */
export async function runInThreads<Request, Result>(
  requests: readonly Request[],
  options: ThreadsOptions<Request, Result>,
): Promise<Result[]> {
  const { script, workers, signal, onResult, onProgress } = options;
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const shares = requests.map(() => 0);
  let done = 0;
  const limit = pLimit(workers);
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);

  async function run(request: Request, index: number): Promise<Result> {
    stopped.throwIfAborted();
    const worker = idle.pop() ?? new Worker(script);
    all.add(worker);
    const result = await runIn(worker, request, { ...options, signal: stopped }, (share) => {
      shares[index] = share;
      onProgress?.(shares.reduce((sum, one) => sum + one, 0) / requests.length, done);
    });
    idle.push(worker);
    shares[index] = 1;
    done++;
    onResult?.(result);
    return result;
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

function runIn<Request, Result>(
  worker: Worker,
  request: Request,
  { signal, nameOf }: ThreadsOptions<Request, Result>,
  onShare: (share: number) => void,
): Promise<Result> {
  const failure = (message: string, cause?: unknown) => new Error(`${nameOf(request)}: ${message}`, { cause });
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onMessage = (told: Told<Result>) => {
      if (told.kind === 'progress') onShare(told.share);
      else if (told.kind === 'done') end(() => resolve(told.result));
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

/** The other end, within a thread: runs each request that comes. */
export function serveRequests<Request, Result>(
  run: (request: Request, progress: (share: number) => void) => Promise<Result>,
): void {
  const tell = (told: Told<Result>) => parentPort!.postMessage(told);
  parentPort!.on('message', async (request: Request) => {
    try {
      tell({ kind: 'done', result: await run(request, (share) => tell({ kind: 'progress', share })) });
    } catch (error) {
      tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}
