import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';

/**
 * The environment variable FUZZ_RUNS multiplies the runs of every property in this folder, and their time with it: 1
 * unless given, 20 for a thorough look (`FUZZ_RUNS=20 npx vitest run test/fuzz`). When a property fails, fast-check
 * prints the seed and the path, which go beside `numRuns` to see the same again.
 */
const factor = Number(process.env['FUZZ_RUNS'] || 1);
if (!(factor > 0 && factor <= 10_000)) throw new Error('FUZZ_RUNS: expected a factor from 0 to 10000');

/** The parameters of a property that runs `count` times when FUZZ_RUNS is 1. */
export function runs(count: number) {
  return { numRuns: Math.max(1, Math.round(count * factor)) };
}

/** How long a property may take, in milliseconds: it has a number of runs to make, and the machine may be busy. */
export const PATIENCE_MS = 60_000 * Math.max(1, factor);

/** Fails each test of the file during which a rejection or an exception went unhandled. */
export function failOnUnhandled(): void {
  let unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);

  beforeEach(() => {
    unhandled = [];
    process.on('unhandledRejection', note).on('uncaughtException', note);
  });
  afterEach(async () => {
    // A rejection counts as unhandled only after the microtasks that follow it.
    await turn();
    await turn();
    process.off('unhandledRejection', note).off('uncaughtException', note);
    expect(unhandled).toEqual([]);
  });
}

/** The processor time of this thread that something takes, in milliseconds: unlike the clock, others can't lengthen it. */
export function cpuMsOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
