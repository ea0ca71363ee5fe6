import {
  Duration,
  type Message,
  type PubSub,
  type Subscription,
  SubscriptionCloseBehaviors,
  type SubscriptionOptions,
} from '@google-cloud/pubsub';

/** One message that a topic has carried. */
export interface Collected<T> {
  readonly id: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: T;
}

/** All that subscriptions bring, from their creation on: received, decoded, acknowledged. */
export interface Collector<T> {
  readonly all: readonly Collected<T>[];
  readonly values: readonly T[];
  /**
   * Resolves with the first message that fits, come or to come.
   *
   * @throws Error that tells what came instead
   */
  find(fits: (message: Collected<T>) => boolean, timeoutMs?: number): Promise<Collected<T>>;
  /** Resolves with the first message of all. */
  first(timeoutMs?: number): Promise<Collected<T>>;
  /** Resolves with all messages so far as soon as they, together, fit. */
  until(fits: (messages: readonly Collected<T>[]) => boolean, timeoutMs?: number): Promise<readonly Collected<T>[]>;
  /** Receives from one more subscription. */
  listen(subscription: string): void;
  close(): Promise<void>;
}

export interface CollectorOptions<T> {
  readonly pubsub: PubSub;
  /** What errors call it. */
  readonly name: string;
  readonly decode: (message: { data: Buffer; attributes: Readonly<Record<string, string>> }) => T;
  /** Added to the error of a wait that was in vain: what the proxies said, say. */
  readonly explain: () => string;
}

/** Generous: a machine with other work must not fail a test. */
const TIMEOUT_MS = 40_000;

const OPTIONS: SubscriptionOptions = {
  streamingOptions: { maxStreams: 1 },
  batching: { maxMilliseconds: 10 },
  closeOptions: {
    behavior: SubscriptionCloseBehaviors.NackImmediately,
    timeout: Duration.from({ milliseconds: 1_000 }),
  },
};

export function createCollector<T>({ pubsub, name, decode, explain }: CollectorOptions<T>): Collector<T> {
  const all: Collected<T>[] = [];
  const ids = new Set<string>();
  const checks = new Set<() => void>();
  const open: Subscription[] = [];

  function listen(subscriptionName: string): void {
    const subscription = pubsub.subscription(subscriptionName, OPTIONS);
    subscription.on('message', (message: Message) => {
      message.ack();
      const { id, data, attributes } = message;
      // Delivered again by the broker: nobody has published it twice.
      if (ids.has(id)) return;
      ids.add(id);
      all.push({ id, data, attributes, value: decode({ data, attributes }) });
      for (const check of [...checks]) check();
    });
    // A test may take the topic away under the collector.
    subscription.on('error', () => {});
    open.push(subscription);
  }

  async function until(
    fits: (messages: readonly Collected<T>[]) => boolean,
    timeoutMs = TIMEOUT_MS,
  ): Promise<readonly Collected<T>[]> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => {
      try {
        if (fits(all)) resolve();
      } catch (error) {
        reject(error);
      }
    };
    const timer = setTimeout(() => reject(new Error(tellMissed(name, timeoutMs, all, explain()))), timeoutMs);
    checks.add(check);
    check();
    try {
      await promise;
      return [...all];
    } finally {
      clearTimeout(timer);
      checks.delete(check);
    }
  }

  async function find(fits: (message: Collected<T>) => boolean, timeoutMs?: number): Promise<Collected<T>> {
    const found = await until((messages) => messages.some(fits), timeoutMs);
    return found.find(fits)!;
  }

  return {
    all,
    get values() {
      return all.map(({ value }) => value);
    },
    until,
    find,
    first: (timeoutMs) => find(() => true, timeoutMs),
    listen,
    async close() {
      await Promise.all(open.map((subscription) => subscription.close()));
    },
  };
}

function tellMissed(name: string, timeoutMs: number, all: readonly Collected<unknown>[], explanation: string): string {
  const last = all.slice(-5).map(({ value }) => `  ${JSON.stringify(value)}`);
  return [`${name}: not what was waited for within ${timeoutMs} ms; ${all.length} came, at last:`, ...last, explanation]
    .filter(Boolean)
    .join('\n');
}
