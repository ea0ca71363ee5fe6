import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { SliceSeen } from './slice.ts';
import type { SliceRequest } from './slice-request.ts';

export interface RunSlicesOptions {
  readonly workers: number;
  /** Aborting it ends the threads; the slices reject with its reason. */
  readonly signal: AbortSignal;
  /** Told how much of all is over, 0 to 1. */
  readonly onProgress: (share: number) => void;
}

type Told =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly seen: SliceSeen }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Runs slices side by side in threads, and answers what was seen in the order of the requests.
 *
 * @throws Error when one fails
 */
export async function runSlices(requests: readonly SliceRequest[], options: RunSlicesOptions): Promise<SliceSeen[]> {
  const { workers, signal, onProgress } = options;
  const shares = requests.map(() => 0);
  const limit = pLimit(workers);
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  try {
    return await Promise.all(
      requests.map((request, index) =>
        limit(async () => {
          stopped.throwIfAborted();
          const seen = await runInThread(request, stopped, (share) => {
            shares[index] = share;
            onProgress(shares.reduce((sum, one) => sum + one, 0) / shares.length);
          });
          shares[index] = 1;
          return seen;
        }),
      ),
    );
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

async function runInThread(
  request: SliceRequest,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<SliceSeen> {
  const worker = new Worker(new URL('slice-worker.ts', import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<SliceSeen>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  worker.on('message', (told: Told) => {
    if (told.kind === 'progress') onShare(told.share);
    else if (told.kind === 'done') resolve(told.seen);
    else
      reject(
        new Error(`the slice of ${request.rate} events/s (replicas: ${request.replicas}) failed: ${told.message}`),
      );
  });
  worker.on('error', reject);
  worker.postMessage(request);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
