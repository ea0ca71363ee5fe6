import { status } from '@grpc/grpc-js';
import type { PredictResponse } from '../../proto/generated/moderation/v1/model.ts';
import { MAX_VERSION_LENGTH, type Outcome, pending } from '../moderation/outcome.ts';
import type { TracedQuestion } from '../telemetry/tracing/tracing.ts';
import { BreakerOpenError } from './breaker.ts';
import { CallError, type ModelClient } from './model-client.ts';
import { isTransient, outcomeOf, outcomeOfFault } from './prediction.ts';

/** What a call came to; `undefined` in an outcome's place means that the input is asked once more. */
export interface Answers {
  readonly outcomes: readonly (Outcome | undefined)[];
  /** Whether it says anything about the model's health. */
  readonly isTelling: boolean;
}

export interface CallerOptions {
  readonly client: ModelClient;
  /** The model's own time for a call, in milliseconds. */
  readonly modelTimeoutMs: number;
  readonly onVersion: (version: string) => void;
  /** A call has ended; `code` is a gRPC status code, 0 for OK. */
  readonly onCalled: (call: { code: number; inputs: number; durationMs: number }) => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/**
 * Makes calls of encoded inputs, and of their answers what they mean. A transient fault of the whole rejects: that is
 * what a breaker counts. A permanent one is a value: one input may have spoilt the call for all, so each gets another by
 * itself, unless it was by itself. A call that had less than the model's time, because the items had no more, says
 * nothing about the model when it is not answered. Questions that are traced lend the call a span.
 */
export function createCaller({ client, modelTimeoutMs, onVersion, onCalled, now }: CallerOptions) {
  async function predict(
    inputs: readonly Uint8Array[],
    timeoutMs: number,
    [first, ...others]: readonly TracedQuestion[],
  ): Promise<PredictResponse> {
    const traced = first?.called(others, inputs.length);
    const startedAtMs = now();
    let code: number = status.OK;
    try {
      return await client.predict(inputs, timeoutMs, traced?.headers);
    } catch (error) {
      code = error instanceof CallError ? error.code : status.INTERNAL;
      throw error;
    } finally {
      onCalled({ code, inputs: inputs.length, durationMs: now() - startedAtMs });
      traced?.ended(code);
    }
  }

  return async function callModel(
    inputs: readonly Uint8Array[],
    timeoutMs: number,
    questions: readonly TracedQuestion[] = [],
  ): Promise<Answers> {
    let response: PredictResponse;
    try {
      response = await predict(inputs, timeoutMs, questions);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.code === status.DEADLINE_EXCEEDED && timeoutMs < modelTimeoutMs) {
        return { outcomes: inputs.map(() => pending(error.message)), isTelling: false };
      }
      if (isTransient(error.code)) throw error;
      const isFinal = inputs.length === 1 || error.code === status.UNIMPLEMENTED;
      const outcome = isFinal ? outcomeOfFault(error.code, error.message) : undefined;
      return { outcomes: inputs.map(() => outcome), isTelling: true };
    }
    const { predictions, modelVersion } = response;
    if (modelVersion.length <= MAX_VERSION_LENGTH) onVersion(modelVersion);
    if (predictions.length !== inputs.length) {
      throw new CallError(status.INTERNAL, `expected ${inputs.length} predictions, got ${predictions.length}`);
    }
    const outcomes = predictions.map((prediction) => outcomeOf(prediction, modelVersion));
    if (outcomes.every(({ state }) => state === 'pending')) throw new AllPendingError(outcomes);
    return { outcomes, isTelling: true };
  };
}

/** A call that was answered, and every input of it by a transient fault: for the breaker a failure like any other. */
class AllPendingError extends Error {
  override name = 'AllPendingError';
  readonly outcomes: readonly Outcome[];

  constructor(outcomes: readonly Outcome[]) {
    super('every input met a transient fault');
    this.outcomes = outcomes;
  }
}

export const BREAKER_OPEN = pending('BREAKER_OPEN: the model keeps failing');

/** The outcomes of a call of `count` inputs that was rejected, by the breaker or by the model. */
export function outcomesOfRejection(error: unknown, count: number): readonly Outcome[] {
  if (error instanceof AllPendingError) return error.outcomes;
  if (error instanceof BreakerOpenError) return Array(count).fill(BREAKER_OPEN);
  if (error instanceof CallError) return Array(count).fill(pending(error.message));
  return Array(count).fill(pending(`INTERNAL: ${error instanceof Error ? error.message : String(error)}`));
}
