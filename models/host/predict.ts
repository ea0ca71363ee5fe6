import { status } from '@grpc/grpc-js';
import { RpcError, type UnaryMethod } from '../../infra/grpc/unary.ts';
import type { PredictRequest, PredictResponse } from '../../proto/generated/moderation/v1/model.ts';
import type { ScoringQueue } from './scoring-queue.ts';

/** `ModelService.Predict`. */
export type Predict = UnaryMethod<PredictRequest, PredictResponse>;

/** Answers with the queue's predictions; a batch of more than `maxBatch` inputs with INVALID_ARGUMENT. */
export function predictBy(queue: ScoringQueue, modelVersion: string, maxBatch: number): Predict {
  return async ({ inputs }, call) => {
    if (inputs.length > maxBatch) {
      throw new RpcError(
        status.INVALID_ARGUMENT,
        `the batch has ${inputs.length} inputs, and this model takes at most ${maxBatch}; split it`,
      );
    }
    return { predictions: await queue.score(inputs, call), modelVersion };
  };
}
