import { hash } from 'node:crypto';
import type { Config } from '../../proxy/config-schema.ts';
import type { Events } from '../../proxy/telemetry/events.ts';
import type { Asking } from './asking.ts';
import type { Books } from './books.ts';
import type { Host } from './host.ts';
import { checkInWork } from './limits.ts';
import type { ModelObserver } from './model.ts';
import type { Order } from './order.ts';
import type { PubSubObserver } from './pubsub.ts';
import type { Punctuality } from './punctuality.ts';
import type { Replica } from './replica.ts';
import { SILENT } from './silent-events.ts';
import type { Troubles } from './troubles.ts';
import type { Witness } from './violation.ts';

export interface ObservationOptions {
  readonly config: Config;
  readonly witness: Witness;
  readonly troubles: Troubles;
  readonly books: Books;
  readonly asking: Asking;
  readonly order: Order;
  readonly punctuality: Punctuality;
  /** The replica that runs on a host; undefined when it runs there no more. */
  readonly replicaOn: (host: Host) => Replica | undefined;
  /** Milliseconds since the epoch, and monotonic. */
  readonly wallMs: () => number;
  readonly now: () => number;
}

/** What is seen at the edges of the replicas: handed to whoever holds them to a promise, and counted. */
export interface Observation {
  readonly pubsub: PubSubObserver;
  readonly models: ModelObserver;
  readonly eventsOf: (host: Host) => Events;
  /** A replica has begun, or ended, to bypass its store. */
  storeChanged(host: Host, isAvailable: boolean): void;
  /** `deliveries`: messages handed to replicas; `redeliveries`: those of them that were not the first time. */
  counts(): { deliveries: number; redeliveries: number; decisions: number; modelCalls: number };
  /** The same whenever the same has happened. */
  digest(): string;
}

export function createObservation(options: ObservationOptions): Observation {
  const { config, witness, troubles, books, asking, order, punctuality, replicaOn, wallMs, now } = options;
  const { subscriptions, topics, publishTimeout } = config.pubsub;
  const deliveredIds = new Set<string>();
  const seen: string[] = [];
  const counts = { deliveries: 0, decisions: 0, modelCalls: 0 };

  const sourceOf = (subscription: string, id: string) =>
    subscription === subscriptions.items ? id : books.sourceOf(id);
  function follow(subscription: string, id: string, describe: () => string): void {
    const source = sourceOf(subscription, id);
    if (source) witness.note(books.event(source)!.itemId, describe);
  }
  function check(host: Host): void {
    const pipeline = replicaOn(host)?.pipeline;
    if (pipeline) checkInWork(pipeline, config, witness);
  }

  return {
    pubsub: {
      publishing(host, topic, attributes) {
        if (topic === topics.decisions) order.publishing(host, attributes['source-message-id']!);
        check(host);
      },
      stored(host, topic, id, data, attributes, isGivenUp) {
        seen.push(`${wallMs()} ${topic} ${id}`);
        books.stored(topic, id, data, attributes);
        if (topic !== topics.decisions) return;
        counts.decisions++;
        order.stored(host, attributes['source-message-id']!, isGivenUp);
      },
      delivered(host, subscription, { message: { id } }) {
        counts.deliveries++;
        deliveredIds.add(id);
        check(host);
        const source = sourceOf(subscription, id);
        if (source) order.knows(host, source);
        follow(subscription, id, () => `${subscription}: ${id} delivered to ${host.name}`);
        if (subscription === subscriptions.items) punctuality.delivered(host, id);
      },
      acknowledging(host, subscription, id) {
        seen.push(`${wallMs()} ack ${id}`);
        follow(subscription, id, () => `${subscription}: ${host.name} acknowledges ${id}`);
        books.acknowledging(subscription, id);
        if (subscription === subscriptions.items) punctuality.acknowledging(host, id);
      },
      nacked(host, subscription, id) {
        follow(subscription, id, () => `${subscription}: ${host.name} nacks ${id}`);
        if (subscription !== subscriptions.items) return;
        punctuality.nacked(host, id, replicaOn(host)?.isDraining ?? false);
      },
    },
    models: {
      ...asking,
      calling(...call) {
        counts.modelCalls++;
        asking.calling(...call);
      },
    },
    eventsOf: (host) => ({
      ...SILENT,
      superseded({ sourceMessageId }) {
        if (host.isUp) books.superseded(sourceMessageId);
      },
      notConfirmed({ id }, error) {
        if (!host.isUp || !troubles.publishes.noneSince(now() - publishTimeout)) return;
        witness.violated('nothing fails without a fault', books.event(id)?.itemId, error.message);
      },
      handlerFailed({ id }, error) {
        const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
        witness.violated('nothing fails without a fault', books.event(id)?.itemId, what);
      },
      breakerChanged(model, state) {
        if (state === 'closed' && host.isUp) asking.breakerClosed(host, model);
      },
    }),
    storeChanged(host, isAvailable) {
      if (isAvailable || !host.isUp || !troubles.cache.noneSince(now())) return;
      witness.violated('nothing fails without a fault', undefined, `${host.name} bypasses the store`);
    },
    counts: () => ({ ...counts, redeliveries: counts.deliveries - deliveredIds.size }),
    digest: () => hash('sha256', seen.join('\n'), 'hex').slice(0, 16),
  };
}
