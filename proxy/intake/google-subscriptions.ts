import { type PubSub, v1 } from '@google-cloud/pubsub';
import { Metadata, status } from '@grpc/grpc-js';
import { within } from '../store/within.ts';
import type { SubscriberClient } from './lease.ts';
import { Receiver, type SubscriptionLink } from './receiver.ts';
import type { PullCall } from './streaming-pull.ts';

export interface SubscriptionsObserver {
  /** The broker could not be told of the end of so many messages, and will deliver them again. */
  settlementsLost(subscription: string, what: 'ack' | 'nack', count: number, error: unknown): void;
  /** Nothing is received at the moment; it is tried again. Told at most once for each attempt. */
  streamLost(subscription: string, error: Error): void;
}

/** How long a connection may take before another one is tried: one can hang in between for ever. */
const CONNECT_MS = 20_000;
const CLOSE_MS = 1_000;

/**
 * What each connection is made with, beside the client's own options. One that is dead must not be found again in the pool
 * that all clients share; and for what comes back after a long time away nobody shall wait two minutes.
 */
const CHANNEL = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 10_000,
};

/**
 * The subscriptions of a project by Google's generated client, each on a connection of its own, which is closed with it.
 * The handwritten client above it makes an object with spans, histograms and a promise or two of each message, which is
 * most of what receiving costs.
 */
export async function connectSubscriptions(pubsub: PubSub, observer: SubscriptionsObserver): Promise<SubscriberClient> {
  const options = { ...(await pubsub.getClientConfig()), ...CHANNEL } as ClientOptions;
  let auth: v1.SubscriberClient['auth'] | undefined;
  /** The credentials that one has found serve all: they must not be looked for where the network has just failed. */
  function createClient(): v1.SubscriberClient {
    const client = new v1.SubscriberClient(auth ? { ...options, auth } : options);
    auth = client.auth;
    return client;
  }
  return {
    subscription(name, receiveOptions) {
      const subscription = pubsub.subscription(name).name;
      const onLost = (error: Error) => observer.streamLost(name, error);
      return new Receiver(linkTo(subscription, createClient, onLost), {
        ...receiveOptions,
        subscription,
        onGivenUp: (what, count, error) => observer.settlementsLost(name, what, count, error),
        onLost,
      });
    },
  };
}

/** @param onUnreachable told each time that there was no connection for {@link CONNECT_MS}; another one is tried */
function linkTo(
  subscription: string,
  createClient: () => v1.SubscriberClient,
  onUnreachable: (error: Error) => void,
): SubscriptionLink {
  let client = createClient();
  const closing = new AbortController();
  const routing = new Metadata();
  routing.set('x-goog-request-params', `subscription=${encodeURIComponent(subscription)}`);

  /** One attempt. Made for each call, as the client adds to what it is given. */
  const once = (timeout: number) => ({ timeout, retry: { retryCodes: [] }, signal: closing.signal });

  function reconnect(): void {
    const silent = client;
    client = createClient();
    // What is under way on it ends by its deadline.
    void within(silent.close(), CLOSE_MS).catch(() => {});
  }

  /** Without it a call would end the process where there are no credentials to be had. */
  async function initialized(timeoutMs: number): Promise<{ client: v1.SubscriberClient; stub: Stub }> {
    const current = client;
    try {
      const stub = (await within(current.initialize(), timeoutMs)) as unknown as Stub;
      return { client: current, stub };
    } catch (error) {
      // It would not try again by itself.
      if (current === client && !closing.signal.aborted) reconnect();
      const reason = error instanceof Error ? error.message : String(error);
      throw Object.assign(new Error(`no client: ${reason}`, { cause: error }), { code: status.UNAVAILABLE });
    }
  }

  async function connected(): Promise<Stub> {
    for (;;) {
      const { client: connecting, stub } = await initialized(CONNECT_MS);
      const error = await new Promise<Error | undefined>((resolve) => {
        stub.waitForReady(Date.now() + CONNECT_MS, resolve);
      });
      if (!error) return stub;
      if (closing.signal.aborted) throw error;
      onUnreachable(new Error(`no connection within ${CONNECT_MS} ms`));
      if (connecting === client) reconnect();
    }
  }

  return {
    async openStream() {
      // By Google's client the stream would be two, one behind the other, with a buffer each, in which leases run out.
      const call = (await connected()).streamingPull(routing);
      // One response at a time, where it would be sixteen, and there is no other way to say so.
      call._readableState.highWaterMark = 0;
      return call;
    },
    async acknowledge(ackIds, timeoutMs) {
      const { client: current } = await initialized(timeoutMs);
      await current.acknowledge({ subscription, ackIds }, once(timeoutMs));
    },
    async modifyAckDeadline(ackIds, ackDeadlineSeconds, timeoutMs) {
      const { client: current } = await initialized(timeoutMs);
      await current.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds }, once(timeoutMs));
    },
    reconnect,
    async close() {
      closing.abort();
      await within(client.close(), CLOSE_MS).catch(() => {});
    },
  };
}

/** What is used of the gRPC client within Google's. */
interface Stub {
  waitForReady(deadline: number, callback: (error?: Error) => void): void;
  streamingPull(metadata: Metadata): PullCall & { readonly _readableState: { highWaterMark: number } };
}

type ClientOptions = ConstructorParameters<typeof v1.SubscriberClient>[0];
