import type { RunRecord } from './record.ts';
import type { RunRequest } from './run-incident.ts';
import { specOf } from './strategy.ts';
import { runInThreads, type ThreadsOptions } from './threads.ts';

export interface RunAllOptions
  extends Pick<ThreadsOptions<RunRequest, RunRecord>, 'workers' | 'signal' | 'onProgress'> {
  /** Told of each run that has ended, in the order in which they end. */
  readonly onRecord?: (record: RunRecord) => void;
  /** What a thread runs, where that is not `worker.ts`. */
  readonly script?: URL;
}

const SCRIPT = new URL('worker.ts', import.meta.url);

/**
 * Runs incidents in virtual time, side by side in threads, and answers their records in the order of the requests.
 *
 * @throws Error when a run fails
 */
export function runAll(
  requests: readonly RunRequest[],
  { onRecord, script = SCRIPT, ...options }: RunAllOptions,
): Promise<RunRecord[]> {
  const nameOf = ({ incident, strategy, replicas }: RunRequest) =>
    `${incident.name} under ${specOf(strategy, replicas)}`;
  return runInThreads(requests, { ...options, script, nameOf, onResult: onRecord });
}
