import { status } from '@grpc/grpc-js';
import { type CallContext, RpcError } from '../../infra/grpc/unary.ts';
import type { PredictInput, Prediction } from '../../proto/generated/moderation/v1/model.ts';
import type { Scorer } from '../scorer.ts';

export interface ScoringQueueOptions {
  readonly scorer: Pick<Scorer, 'score'>;
  /** The most inputs that may wait, over all calls. */
  readonly maxQueue: number;
  /** How long scoring may hold the event loop at a stretch; one input is never interrupted. 2 ms unless given. */
  readonly sliceMs?: number;
  /** Told of what a scorer throws, although it must not. */
  readonly onScorerError: (error: unknown) => void;
}

interface Job {
  readonly inputs: readonly PredictInput[];
  readonly call: CallContext;
  /** Grows to the inputs' length. */
  readonly predictions: Prediction[];
  readonly resolve: (predictions: Prediction[]) => void;
  readonly reject: (error: RpcError) => void;
  readonly onAbort: () => void;
}

/**
 * Scores inputs in the order of their calls, in slices: between two slices the event loop serves whatever else there
 * is, so a health check is answered while thousands of inputs wait.
 */
export class ScoringQueue {
  readonly #scorer: Pick<Scorer, 'score'>;
  readonly #maxQueue: number;
  readonly #sliceMs: number;
  readonly #onScorerError: (error: unknown) => void;
  // A set keeps the order of arrival and lets a call leave from the middle.
  readonly #jobs = new Set<Job>();
  #waiting = 0;
  #scheduled = false;

  constructor({ scorer, maxQueue, sliceMs = 2, onScorerError }: ScoringQueueOptions) {
    this.#scorer = scorer;
    this.#maxQueue = maxQueue;
    this.#sliceMs = sliceMs;
    this.#onScorerError = onScorerError;
  }

  /** Inputs that are not scored yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * One prediction for each input, in order.
   *
   * @throws RpcError RESOURCE_EXHAUSTED at once when the inputs do not fit into the queue; CANCELLED or
   *   DEADLINE_EXCEEDED when the caller stopped waiting first: what was not scored by then never is.
   */
  async score(inputs: readonly PredictInput[], call: CallContext): Promise<Prediction[]> {
    if (inputs.length === 0) return [];
    if (this.#waiting + inputs.length > this.#maxQueue) {
      throw new RpcError(
        status.RESOURCE_EXHAUSTED,
        `the queue is full: ${this.#waiting} inputs wait, this call has ${inputs.length}, and the limit is ` +
          `${this.#maxQueue}; ask again later`,
      );
    }
    if (call.signal.aborted) throw new RpcError(status.CANCELLED, 'the caller has given up');
    return new Promise((resolve, reject) => {
      const job: Job = { inputs, call, predictions: [], resolve, reject, onAbort: () => this.#drop(job) };
      call.signal.addEventListener('abort', job.onAbort, { once: true });
      this.#jobs.add(job);
      this.#waiting += inputs.length;
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#runSlice(performance.now() + this.#sliceMs);
      if (this.#jobs.size > 0) this.#schedule();
    });
  }

  #runSlice(until: number): void {
    for (const job of this.#jobs) {
      // The timer that would abort the call may itself be late.
      if (Date.now() >= job.call.deadlineMs) {
        this.#drop(job);
        continue;
      }
      while (job.predictions.length < job.inputs.length) {
        job.predictions.push(this.#scoreOne(job.inputs[job.predictions.length]!));
        this.#waiting -= 1;
        if (performance.now() >= until) break;
      }
      if (job.predictions.length === job.inputs.length) {
        this.#forget(job);
        job.resolve(job.predictions);
      }
      if (performance.now() >= until) return;
    }
  }

  #scoreOne(input: PredictInput): Prediction {
    try {
      return this.#scorer.score(input);
    } catch (error) {
      this.#onScorerError(error);
      const message = `the scorer failed: ${error instanceof Error ? error.message : String(error)}`;
      return { error: { code: status.INTERNAL, message, details: [] } };
    }
  }

  #drop(job: Job): void {
    this.#forget(job);
    this.#waiting -= job.inputs.length - job.predictions.length;
    const late = Date.now() >= job.call.deadlineMs;
    job.reject(
      late
        ? new RpcError(status.DEADLINE_EXCEEDED, 'the deadline passed while the call was queued')
        : new RpcError(status.CANCELLED, 'the caller has given up'),
    );
  }

  #forget(job: Job): void {
    this.#jobs.delete(job);
    job.call.signal.removeEventListener('abort', job.onAbort);
  }
}
