import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelClient } from '../../../proxy/panel/model-client.ts';
import type { RecordedProgram, Recording } from '../profile/recorder.ts';
import { threadSeconds } from '../profile/threads.ts';
import { type Load, type LoadOptions, startLoad } from './load.ts';

export interface TurnOptions extends LoadOptions {
  readonly client: ModelClient;
  /** Of the model's host. */
  readonly pid: number;
  readonly warmUpMs: number;
  /** For how long it is measured, with the same load before, meanwhile and after. */
  readonly forMs: number;
  readonly signal: AbortSignal;
}

interface Passage {
  readonly inputs: number;
  readonly seconds: number;
}

/** What a model's host did while it was kept busy. */
export interface Turn extends Passage {
  /** CPU, user and system, of all its threads. */
  readonly cpuSeconds: number;
}

/**
 * Keeps a model's host busy and takes what that costs it.
 *
 * @throws CallError when it refuses a call
 */
export function takeTurn(options: TurnOptions): Promise<Turn> {
  const { pid } = options;
  return whileBusy(options, async (load, wait) => {
    const cpuBefore = await cpuOf(pid);
    const passage = await passageOf(load, wait);
    return { ...passage, cpuSeconds: (await cpuOf(pid)) - cpuBefore };
  });
}

/** The same, recorded; what it costs then is in the recording. */
export function recordTurn(
  options: Omit<TurnOptions, 'pid'>,
  record: RecordedProgram['record'],
): Promise<Recording & Passage> {
  return whileBusy(options, async (load, wait) => {
    let passage: Passage = { inputs: 0, seconds: 0 };
    const recording = await record(async () => {
      passage = await passageOf(load, wait);
    });
    return { ...recording, ...passage };
  });
}

async function whileBusy<Result>(
  options: Omit<TurnOptions, 'pid'>,
  act: (load: Load, wait: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const { client, warmUpMs, forMs, signal } = options;
  await using load = startLoad(client, options);
  const wait = (ms: number) => Promise.race([sleep(ms, undefined, { signal }), load.failed]);
  await wait(warmUpMs);
  return await act(load, () => wait(forMs));
}

async function passageOf(load: Load, wait: () => Promise<void>): Promise<Passage> {
  const before = { answered: load.answered, atMs: performance.now() };
  await wait();
  return { inputs: load.answered - before.answered, seconds: (performance.now() - before.atMs) / 1_000 };
}

async function cpuOf(pid: number): Promise<number> {
  let sum = 0;
  for (const seconds of (await threadSeconds(pid)).values()) sum += seconds;
  return sum;
}
