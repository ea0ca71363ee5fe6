import { status } from '@grpc/grpc-js';
import type { PullRequest, PullResponse } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { RpcError } from '../../grpc/unary.ts';
import type { Broker } from '../broker/broker.ts';
import type { Caller } from './caller.ts';
import { writeReceived } from './topic-messages.ts';

/** How long a pull waits for a first message; Google says only that the wait is bounded. */
const longestWaitMs = 20_000;
/** Google may answer fewer than were asked for. */
const mostMessages = 1_000;
/** Unless a single message has more. A gRPC client takes 4 MiB at a time unless it is told otherwise. */
const mostBytes = 3_000_000;

/** The pulls that wait for a first message. Disposing of it answers them with UNAVAILABLE. */
export interface Pulls extends Disposable {
  /** Answers what can be delivered, or waits for it unless the request says not to. */
  pull(request: PullRequest, caller: Caller): PullResponse | Promise<PullResponse>;
  /** To be called when a subscription was deleted or detached: every pull that waits for it ends with the status. */
  look(subscription: string): void;
}

interface WaitingPull {
  readonly subscription: string;
  look(): void;
  fail(error: unknown): void;
}

export function createPulls(broker: Broker): Pulls {
  const waiting = new Set<WaitingPull>();
  const closing = new RpcError(status.UNAVAILABLE, 'the server is closing');
  let isClosing = false;

  function pullNow({ subscription, maxMessages }: PullRequest): PullResponse {
    const received = broker.pull(subscription, {
      maxMessages: Math.min(maxMessages, mostMessages),
      maxBytes: mostBytes,
    });
    return { receivedMessages: received.map(writeReceived) };
  }

  function wait(request: PullRequest, caller: Caller): Promise<PullResponse> {
    if (isClosing) return Promise.reject(closing);
    const { subscription } = request;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(late);
        waiting.delete(pull);
        stopListening();
      };
      const fail = (error: unknown): void => {
        end();
        reject(error);
      };
      const look = (): void => {
        if (caller.cancelled) return;
        try {
          const answer = pullNow(request);
          if (answer.receivedMessages.length === 0) return;
          end();
          resolve(answer);
        } catch (error) {
          fail(error);
        }
      };
      const pull = { subscription, look, fail };
      const late = setTimeout(() => {
        end();
        resolve({ receivedMessages: [] });
      }, longestWaitMs);
      const stopListening = broker.onDeliverable(subscription, look);
      waiting.add(pull);
      caller.once('cancelled', () => {
        if (waiting.has(pull)) fail(new RpcError(status.CANCELLED, 'the caller has gone'));
      });
    });
  }

  return {
    pull(request, caller) {
      const { maxMessages, returnImmediately } = request;
      if (maxMessages < 1)
        throw new RpcError(status.INVALID_ARGUMENT, `max_messages must be at least 1, not ${maxMessages}.`);
      const first = pullNow(request);
      return first.receivedMessages.length > 0 || returnImmediately ? first : wait(request, caller);
    },
    look(subscription) {
      for (const pull of [...waiting]) if (pull.subscription === subscription) pull.look();
    },
    [Symbol.dispose]() {
      isClosing = true;
      for (const { fail } of [...waiting]) fail(closing);
    },
  };
}
