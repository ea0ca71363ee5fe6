import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadScorer } from '../../../models/host/scorers.ts';
import type { ValidEvent } from '../../../proxy/moderation/event.ts';
import type { Reporter } from '../../reporter.ts';
import { orderOf } from '../turns.ts';
import { startHost } from './host-process.ts';
import { inputsFor } from './inputs.ts';
import { type Turn, takeTurn } from './turn.ts';

const MODELS_FOLDER = join(import.meta.dirname, '../../../models');

export interface MeasureOptions {
  readonly models: readonly string[];
  readonly batches: readonly number[];
  /** Under way at a time. */
  readonly calls: number;
  /** Of each model and size of batch. */
  readonly turns: number;
  readonly warmUpMs: number;
  readonly forMs: number;
  readonly listings: readonly ValidEvent[];
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** What was measured of a model, turn by turn. */
export interface Measured {
  readonly model: string;
  readonly sizes: readonly MeasuredSize[];
  /** Inputs that the scorer scores in a second of CPU in a process without a host: what serving is held against. */
  readonly alone: readonly number[];
}

/** What was measured of it at one size of batch. */
export interface MeasuredSize {
  readonly batch: number;
  readonly turns: readonly Turn[];
}

/**
 * Keeps the hosts of models busy, in rounds: in each, every host is a new process that is given all sizes of batch.
 *
 * @throws Error when a host can't be started, ends or refuses
 */
export async function measure(options: MeasureOptions): Promise<readonly Measured[]> {
  const { models, batches, turns } = options;
  const measured = models.map((model) => ({
    model,
    sizes: batches.map((batch) => ({ batch, turns: [] as Turn[] })),
    alone: [] as number[],
  }));
  for (let round = 0; round < turns; round++) {
    for (const one of measured) await measureRound(one, round, options);
  }
  return measured;
}

async function measureRound(
  into: { readonly model: string; readonly sizes: readonly { batch: number; turns: Turn[] }[]; alone: number[] },
  round: number,
  options: MeasureOptions,
): Promise<void> {
  const { model, sizes } = into;
  const { turns, listings, signal, reporter } = options;
  const inputs = inputsFor(await loadScorer(MODELS_FOLDER, model), listings).encoded;
  {
    await using host = await startHost({ model, signal });
    for (const index of orderOf(sizes.length, round)) {
      signal.throwIfAborted();
      const { batch, turns: taken } = sizes[index]!;
      reporter.progress(`round ${round + 1} of ${turns}: ${model}, batches of ${batch}`);
      taken.push(await takeTurn({ ...options, client: host.client, pid: host.service.pid, inputs, batch }));
    }
  }
  into.alone.push(await scoredAlone(model, options));
}

/** In a process of its own: where another model has been scored before, V8 makes slower code for each. */
async function scoredAlone(model: string, { forMs, signal }: MeasureOptions): Promise<number> {
  const script = join(import.meta.dirname, 'alone.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, model, String(forMs)], { signal });
  return Number(stdout);
}
