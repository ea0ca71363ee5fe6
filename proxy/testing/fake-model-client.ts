import { status } from '@grpc/grpc-js';
import type { TraceHeaders } from '../../infra/telemetry/trace-context.ts';
import type { Prediction, PredictResponse } from '../../proto/generated/moderation/v1/model.ts';
import { CallError, type ModelClient } from '../panel/model-client.ts';

/** A call that a test answers when it likes. */
export interface FakeCall {
  readonly inputs: readonly Uint8Array[];
  /** The inputs as text. */
  readonly texts: readonly string[];
  readonly timeoutMs: number;
  readonly trace: TraceHeaders | undefined;
  /** Answers with one prediction an input: a probability, or what stands in its place. */
  answer(...predictions: (number | Prediction)[]): void;
  /** Answers every input with 0.5. */
  succeed(): void;
  /** Ends the call as a whole with a gRPC status. */
  fail(code: number, details?: string): void;
  /** Breaks it off with something that is no CallError. */
  breakOff(error: unknown): void;
}

export interface FakeModelClient extends ModelClient {
  readonly calls: FakeCall[];
  readonly isClosed: boolean;
  modelVersion: string;
}

/** A model that answers nothing by itself. */
export function fakeModelClient(): FakeModelClient {
  const calls: FakeCall[] = [];
  const client = {
    calls,
    isClosed: false,
    modelVersion: 'v1',
    predict(inputs: readonly Uint8Array[], timeoutMs: number, trace?: TraceHeaders): Promise<PredictResponse> {
      const { promise, resolve, reject } = Promise.withResolvers<PredictResponse>();
      const answer = (...predictions: (number | Prediction)[]) =>
        resolve({
          predictions: predictions.map((one) => (typeof one === 'number' ? { probability: one } : one)),
          modelVersion: client.modelVersion,
        });
      calls.push({
        inputs,
        texts: inputs.map((input) => Buffer.from(input).toString()),
        timeoutMs,
        trace,
        answer,
        succeed: () => answer(...inputs.map(() => 0.5)),
        fail: (code, details = 'refused') => reject(new CallError(code, details)),
        breakOff: reject,
      });
      return promise;
    },
    close() {
      client.isClosed = true;
    },
  };
  return client;
}

/** What stands in a prediction's place. */
export function fault(code: number, message = 'no'): Prediction {
  return { error: { code, message, details: [] } };
}

export const TRANSIENT_CODES = [
  status.CANCELLED,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.PERMISSION_DENIED,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.UNAUTHENTICATED,
];

export const PERMANENT_CODES = [
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.UNIMPLEMENTED,
  status.DATA_LOSS,
];
