import { credentials } from '@grpc/grpc-js';
import { callUnary } from '../../infra/grpc/call.ts';
import {
  ModelServiceClient,
  type PredictInput,
  PredictInput as PredictInputMessage,
  type PredictResponse,
} from '../../proto/generated/moderation/v1/model.ts';
import type { Scorer } from '../scorer.ts';

/** A scorer for tests: the probability is the title, read as a number; the title `throws` throws. */
export const titleScorer: Scorer = {
  version: 'title-1',
  score({ item }) {
    if (item?.title === 'throws') throw new Error('a scorer at fault');
    if (!item) return { error: { code: 3, message: 'item is required', details: [] } };
    return { probability: Number(item.title) };
  },
};

export function inputs(...titles: (string | number)[]): PredictInput[] {
  return titles.map((title) => PredictInputMessage.fromPartial({ item: { title: String(title) } }));
}

/** A scorer that takes that long for each input, and counts them. */
export function slowScorer(eachMs: number): Scorer & { readonly scored: () => number } {
  let scored = 0;
  return {
    version: 'slow-1',
    scored: () => scored,
    score() {
      scored += 1;
      const until = performance.now() + eachMs;
      while (performance.now() < until);
      return { probability: 0.5 };
    },
  };
}

export interface TestClient extends Disposable {
  predict(
    inputs: PredictInput[],
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<PredictResponse>;
}

export function connectModel(address: string): TestClient {
  // A pool of its own, so that no test meets a connection, or a pause before reconnecting, of another one.
  const client = new ModelServiceClient(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  return {
    predict: (inputs, options) => callUnary(client.predict.bind(client), { inputs }, { timeoutMs: 10_000, ...options }),
    [Symbol.dispose]: () => client.close(),
  };
}
