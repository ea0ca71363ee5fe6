import { Worker } from 'node:worker_threads';
import type { RunResult } from '../world/world.ts';
import type { Mutant } from './mutants.ts';

/** What came of a seed; of one that did not end by itself, why. */
export type SeedResult =
  | { readonly seed: number; readonly kind: 'ended'; readonly result: RunResult; readonly faults: readonly string[] }
  | { readonly seed: number; readonly kind: 'failed'; readonly reason: string };

export interface SeedRunnerOptions {
  readonly workers: number;
  readonly signal: AbortSignal;
  /** A bug that is planted into the code under test. */
  readonly mutant?: Mutant | undefined;
}

/** A world that takes longer than this in real time hangs, in milliseconds. */
const SEED_TIMEOUT_MS = 120_000;

/** Runs seeds in threads, one after another in each, and yields what comes of them in the order in which they end. */
export async function* runSeeds(seeds: Iterable<number>, options: SeedRunnerOptions): AsyncGenerator<SeedResult> {
  const queue = seeds[Symbol.iterator]();
  const running = new Map<number, Promise<{ slot: number; result: SeedResult }>>();
  const workers = new Map<number, SeedWorker>();
  const startNext = (slot: number) => {
    const { value: seed, done } = queue.next();
    if (done || options.signal.aborted) return void running.delete(slot);
    const worker = workers.get(slot) ?? startWorker(options);
    workers.set(slot, worker);
    running.set(
      slot,
      worker.run(seed).then((result) => ({ slot, result })),
    );
  };
  try {
    for (let slot = 0; slot < options.workers; slot++) startNext(slot);
    while (running.size > 0) {
      const { slot, result } = await Promise.race(running.values());
      if (options.signal.aborted) return;
      if (result.kind === 'failed') {
        await workers.get(slot)!.end();
        workers.delete(slot);
      }
      startNext(slot);
      yield result;
    }
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.end()));
  }
}

interface SeedWorker {
  /** Resolves in any case. */
  run(seed: number): Promise<SeedResult>;
  end(): Promise<unknown>;
}

function startWorker({ mutant, signal }: SeedRunnerOptions): SeedWorker {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { mutant } });
  let cancel: (() => void) | undefined;
  return {
    run: (seed) =>
      new Promise((resolve) => {
        const fail = (reason: string) => end({ seed, kind: 'failed', reason });
        const timer = setTimeout(() => fail(`did not end within ${SEED_TIMEOUT_MS / 1_000} s`), SEED_TIMEOUT_MS);
        const onMessage = (result: SeedResult) => end(result);
        const onError = (error: unknown) =>
          fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
        const onAbort = () => fail('stopped');
        const end = (result: SeedResult) => {
          clearTimeout(timer);
          worker.off('message', onMessage).off('error', onError);
          signal.removeEventListener('abort', onAbort);
          resolve(result);
        };
        cancel = () => fail('ended');
        worker.on('message', onMessage).on('error', onError);
        signal.addEventListener('abort', onAbort);
        worker.postMessage(seed);
      }),
    end() {
      // Else the timer of a seed that nobody waits for any more would keep the program.
      cancel?.();
      return worker.terminate();
    },
  };
}
