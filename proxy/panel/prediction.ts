import { status } from '@grpc/grpc-js';
import type { Prediction } from '../../proto/generated/moderation/v1/model.ts';
import { failed, MAX_VERSION_LENGTH, type Outcome, pending } from '../moderation/outcome.ts';

/**
 * The statuses after which the same call may succeed later. UNKNOWN is what a server answers that met an exception;
 * UNAUTHENTICATED and PERMISSION_DENIED are mended by an operator, and the items must not pay for it. The rest would
 * come to the same however often it is asked.
 */
const TRANSIENT = new Set<number>([
  status.CANCELLED,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.PERMISSION_DENIED,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.UNAUTHENTICATED,
]);

/** Of a call as a whole. What gRPC does not know is UNKNOWN to it: something between the model and us has garbled it. */
export function isTransient(code: number): boolean {
  return TRANSIENT.has(code) || status[code] === undefined;
}

/** The outcome of an answer to one input. */
export function outcomeOf({ probability, error }: Prediction, modelVersion: string): Outcome {
  if (error) {
    const message = `${status[error.code] ?? error.code}: ${error.message}`;
    return TRANSIENT.has(error.code) ? pending(message) : failed(message);
  }
  if (probability === undefined) return failed('INVALID_ANSWER: neither a probability nor an error');
  if (!(probability >= 0 && probability <= 1)) {
    return failed(`INVALID_ANSWER: expected a probability from 0 to 1, got ${probability}`);
  }
  if (modelVersion.length > MAX_VERSION_LENGTH) {
    const length = `${modelVersion.length} characters`;
    return failed(
      `INVALID_ANSWER: expected a model version of at most ${MAX_VERSION_LENGTH} characters, got ${length}`,
    );
  }
  return { state: 'scored', probability, modelVersion };
}

/** The outcome of a fault of a whole call. */
export function outcomeOfFault(code: number, message: string): Outcome {
  return isTransient(code) ? pending(message) : failed(message);
}
