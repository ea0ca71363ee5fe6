import { runInThreads, type ThreadsOptions } from '../threads.ts';
import type { SliceSeen } from './slice.ts';
import type { SliceRequest } from './slice-request.ts';

export type RunSlicesOptions = Pick<ThreadsOptions<SliceRequest, SliceSeen>, 'workers' | 'signal' | 'onProgress'>;

const SCRIPT = new URL('slice-worker.ts', import.meta.url);

/**
 * Runs slices side by side in threads, and answers what was seen in the order of the requests.
 *
 * @throws Error when one fails
 */
export function runSlices(requests: readonly SliceRequest[], options: RunSlicesOptions): Promise<SliceSeen[]> {
  const nameOf = ({ rate, replicas }: SliceRequest) => `the slice of ${rate} events/s (replicas: ${replicas})`;
  return runInThreads(requests, { ...options, script: SCRIPT, nameOf });
}
