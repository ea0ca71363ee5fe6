import { status } from '@grpc/grpc-js';
import type { PullRequest, PullResponse } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { RpcError } from '../../grpc/unary.ts';
import type { Broker } from '../broker/broker.ts';
import { writeReceived } from './topic-messages.ts';

/** How long a pull waits for a first message; Google says only that the wait is bounded. */
const longestWaitMs = 20_000;
/** Google may answer fewer than were asked for. */
const mostMessages = 1_000;
/** Unless a single message has more. A gRPC client takes 4 MiB at a time unless it is told otherwise. */
const mostBytes = 3_000_000;

interface PullCall {
  readonly cancelled: boolean;
  once(event: 'cancelled', listener: () => void): unknown;
}

/** Answers what can be delivered, or waits for it unless the request says not to. */
export function pullWaiting(
  broker: Broker,
  request: PullRequest,
  call: PullCall,
): PullResponse | Promise<PullResponse> {
  const { subscription, maxMessages, returnImmediately } = request;
  if (maxMessages < 1)
    throw new RpcError(status.INVALID_ARGUMENT, `max_messages must be at least 1, not ${maxMessages}.`);
  const pull = (): PullResponse => {
    const received = broker.pull(subscription, {
      maxMessages: Math.min(maxMessages, mostMessages),
      maxBytes: mostBytes,
    });
    return { receivedMessages: received.map(writeReceived) };
  };
  const first = pull();
  if (first.receivedMessages.length > 0 || returnImmediately) return first;

  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(late);
      stopListening();
    };
    const late = setTimeout(() => {
      end();
      resolve({ receivedMessages: [] });
    }, longestWaitMs);
    const stopListening = broker.onDeliverable(subscription, () => {
      if (call.cancelled) return;
      try {
        const answer = pull();
        if (answer.receivedMessages.length === 0) return;
        end();
        resolve(answer);
      } catch (error) {
        end();
        reject(error);
      }
    });
    call.once('cancelled', end);
  });
}
