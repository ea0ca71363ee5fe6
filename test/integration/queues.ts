import type { PubSub } from '@google-cloud/pubsub';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { BacklogEntry, Decision } from '../../proto/generated/moderation/v1/moderation.ts';
import { type Collector, createCollector } from './collector.ts';

/** How long nacked messages wait, in milliseconds; it doubles from one to the other. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

export type Outlet = 'decisions' | 'backlog' | 'quarantine' | 'deadLetter';

/** The topics and subscriptions of one deployment of proxies, with ears on everything that leaves it. */
export interface Queues extends AsyncDisposable {
  /** The sections `topics` and `subscriptions` of the configuration. */
  readonly names: {
    readonly topics: Readonly<Record<Outlet, string>>;
    readonly subscriptions: Readonly<Record<'items' | 'backlog', string>>;
  };
  readonly decisions: Collector<Decision>;
  readonly backlog: Collector<BacklogEntry>;
  readonly quarantine: Collector<undefined>;
  readonly deadLetter: Collector<BacklogEntry>;
  /** Publishes an item event, as JSON unless it comes encoded; resolves with the message's id. */
  publish(event: ItemEvent | Buffer, attributes?: Record<string, string>): Promise<string>;
  publishEntry(entry: BacklogEntry | Buffer): Promise<string>;
  /** Takes a topic away: until it is mended, every publish to it is refused. */
  breakTopic(outlet: Outlet): Promise<void>;
  /** Brings a topic back, and the collector's subscription of it. */
  mendTopic(outlet: Outlet): Promise<void>;
}

export interface QueuesOptions {
  readonly pubsub: PubSub;
  /** Tells these queues from others of the same project. */
  readonly suffix: string;
  /** Of the proxy's subscriptions. */
  readonly backoff: Backoff;
  /** Added to the error of a wait that was in vain. */
  readonly explain: () => string;
}

const OUTLETS: readonly Outlet[] = ['decisions', 'backlog', 'quarantine', 'deadLetter'];

export async function createQueues({ pubsub, suffix, backoff, explain }: QueuesOptions): Promise<Queues> {
  const topicOf = (outlet: Outlet) => `${outlet}-${suffix}`;
  const itemsTopic = `item-events-${suffix}`;
  const subscriptions = { items: `items-proxy-${suffix}`, backlog: `backlog-proxy-${suffix}` };
  const retryPolicy = { minimumBackoff: duration(backoff.minMs), maximumBackoff: duration(backoff.maxMs) };

  const collector = <T>(outlet: Outlet, decode: Parameters<typeof createCollector<T>>[0]['decode']) =>
    createCollector<T>({ pubsub, name: topicOf(outlet), decode, explain });
  const collectors = {
    decisions: collector('decisions', decodeDecision),
    backlog: collector('backlog', ({ data }) => BacklogEntry.decode(data)),
    quarantine: collector('quarantine', () => undefined),
    deadLetter: collector('deadLetter', ({ data }) => BacklogEntry.decode(data)),
  };

  let listening = 0;
  async function openTopic(outlet: Outlet): Promise<void> {
    const watch = `${outlet}-watch-${suffix}-${++listening}`;
    await pubsub.createTopic(topicOf(outlet));
    await pubsub.createSubscription(topicOf(outlet), watch, { ackDeadlineSeconds: 10 });
    collectors[outlet].listen(watch);
  }

  await Promise.all([pubsub.createTopic(itemsTopic), ...OUTLETS.map(openTopic)]);
  const options = { retryPolicy, ackDeadlineSeconds: 10 };
  await Promise.all([
    pubsub.createSubscription(itemsTopic, subscriptions.items, options),
    pubsub.createSubscription(topicOf('backlog'), subscriptions.backlog, options),
  ]);
  const items = pubsub.topic(itemsTopic, { batching: { maxMilliseconds: 2 } });

  return {
    ...collectors,
    names: {
      topics: {
        decisions: topicOf('decisions'),
        backlog: topicOf('backlog'),
        quarantine: topicOf('quarantine'),
        deadLetter: topicOf('deadLetter'),
      },
      subscriptions,
    },
    publish(event, attributes = {}) {
      const data = Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(ItemEvent.toJSON(event)));
      return items.publishMessage({ data, attributes });
    },
    publishEntry(entry) {
      const data = Buffer.isBuffer(entry) ? entry : Buffer.from(BacklogEntry.encode(entry).finish());
      return pubsub.topic(topicOf('backlog')).publishMessage({ data });
    },
    async breakTopic(outlet) {
      await pubsub.topic(topicOf(outlet)).delete();
    },
    mendTopic: openTopic,
    async [Symbol.asyncDispose]() {
      await Promise.all(OUTLETS.map((outlet) => collectors[outlet].close()));
    },
  };
}

function decodeDecision({
  data,
  attributes,
}: {
  data: Buffer;
  attributes: Readonly<Record<string, string>>;
}): Decision {
  if (attributes['content-type'] === 'application/protobuf') return Decision.decode(data);
  return Decision.fromJSON(JSON.parse(data.toString()));
}

function duration(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
}
