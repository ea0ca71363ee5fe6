import type { PublishOptions } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import type { Config } from '../config-schema.ts';
import { createExpiry, type TICK_MS } from '../store/expiry.ts';
import { TimeoutError } from '../store/within.ts';
import type { OutgoingMessage } from './messages.ts';

/** What a topic is for; the configuration says how it is called. */
export type Outlet = keyof Config['pubsub']['topics'];

/** The broker has not confirmed; it may have taken the message all the same. */
export class PublishError extends Error {
  override name = 'PublishError';
}

export interface Publisher {
  /**
   * Resolves when the broker has confirmed.
   *
   * @throws PublishError always that, and at the latest after the configured time and {@link TICK_MS}
   */
  publish(outlet: Outlet, message: OutgoingMessage): Promise<void>;
  /** Publishes that the broker has neither confirmed nor refused. */
  readonly inFlight: number;
}

/** What is used of Google's client to publish: all of it that something else in its place has to be. */
export interface PublisherClient {
  topic(name: string, options: PublishOptions): TopicClient;
}

export interface TopicClient {
  publishMessage(message: OutgoingMessage): Promise<string>;
}

export interface PublisherObserver {
  published(outlet: Outlet, isConfirmed: boolean, durationMs: number): void;
}

/** What a publish is tried again after, within its time. */
const RETRY_CODES = [status.UNAVAILABLE, status.ABORTED, status.INTERNAL, status.RESOURCE_EXHAUSTED, status.UNKNOWN];

/**
 * The options of a topic for giving up after `timeoutMs`: left to itself, Google's client tries for ten minutes and keeps
 * all of it in memory. Its handwritten form also takes from them how batches leave; `google-topics.ts` does not.
 */
export function publishOptions(timeoutMs: number): PublishOptions {
  return {
    batching: { maxMessages: 500, maxMilliseconds: 5 },
    gaxOpts: {
      timeout: timeoutMs,
      retry: {
        retryCodes: RETRY_CODES,
        backoffSettings: {
          initialRetryDelayMillis: 50,
          retryDelayMultiplier: 2,
          maxRetryDelayMillis: 1_000,
          initialRpcTimeoutMillis: timeoutMs,
          rpcTimeoutMultiplier: 1,
          maxRpcTimeoutMillis: timeoutMs,
          totalTimeoutMillis: timeoutMs,
        },
      },
    },
  };
}

/** @param now milliseconds, monotonic */
export function createPublisher(
  pubsub: PublisherClient,
  config: Config['pubsub'],
  observer: PublisherObserver,
  now: () => number,
): Publisher {
  const { publishTimeout, maxPublishesInFlight } = config;
  const topics = new Map<Outlet, TopicClient>();
  for (const [outlet, name] of Object.entries(config.topics)) {
    topics.set(outlet as Outlet, pubsub.topic(name, publishOptions(publishTimeout)));
  }

  const expiry = createExpiry(now);
  let inFlight = 0;

  function publish(outlet: Outlet, message: OutgoingMessage): Promise<void> {
    const startedAtMs = now();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (cause: unknown) => {
      observer.published(outlet, false, now() - startedAtMs);
      const reason = cause instanceof Error ? cause.message : String(cause);
      reject(new PublishError(`${config.topics[outlet]} has not confirmed: ${reason}`, { cause }));
    };
    if (inFlight >= maxPublishesInFlight) {
      fail(new Error(`${inFlight} publishes are in flight already`));
      return promise;
    }
    const confirmation = topics.get(outlet)!.publishMessage(message);
    const expiresAtMs = startedAtMs + publishTimeout;
    const waiting = { expire: () => fail(new TimeoutError(publishTimeout)) };
    inFlight++;
    expiry.add(waiting, expiresAtMs);
    confirmation.then(
      () => {
        inFlight--;
        if (!expiry.remove(waiting, expiresAtMs)) return;
        observer.published(outlet, true, now() - startedAtMs);
        resolve();
      },
      (cause: unknown) => {
        inFlight--;
        if (expiry.remove(waiting, expiresAtMs)) fail(cause);
      },
    );
    return promise;
  }

  return {
    publish,
    get inFlight() {
      return inFlight;
    },
  };
}
