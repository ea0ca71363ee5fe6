import { createAckIds } from './ack-id.ts';
import { Agenda } from './agenda.ts';
import { failedPrecondition, resourceExhausted } from './broker-error.ts';
import { deadLetter } from './dead-letter.ts';
import { Deliverables } from './deliverables.ts';
import { calm, createChance, type Disturbance } from './disturbance.ts';
import { checkPublish, checkRange, limits, messageBytes } from './limits.ts';
import { messageIdOf } from './message-id.ts';
import { Registry, type Subscribed } from './registry.ts';
import type {
  ChangeableField,
  NewSubscription,
  NewTopic,
  PublishedMessage,
  ReceivedMessage,
  Receiver,
  SnapshotInfo,
  SubscriptionSettings,
  TopicSettings,
} from './resources.ts';
import { seekToSnapshot, seekToTime } from './snapshots.ts';
import type { Stored } from './stored.ts';
import type { SubscriptionQueue } from './subscription-queue.ts';
import type { Topic } from './topic.ts';

export { BrokerError, statusCode } from './broker-error.ts';
export type { Disturbance } from './disturbance.ts';
export * from './resources.ts';

export interface PullOptions {
  readonly maxMessages: number;
  /** At least one message is handed out, whatever its size. By default without a bound. */
  readonly maxBytes?: number | undefined;
  /** In place of the subscription's, 10 s to 600 s; what StreamingPull's stream_ack_deadline_seconds asks for. */
  readonly ackDeadlineMs?: number | undefined;
  /**
   * Who receives: it may get more messages of an ordering key while some are leased to it. Without it the key waits until
   * those are settled.
   */
  readonly receiver?: Receiver | undefined;
}

export interface SubscriptionStats {
  /** Unacknowledged and not leased: waiting for a receiver or for the end of a backoff. */
  readonly undelivered: number;
  readonly leased: number;
  readonly oldestUnackedPublishTimeMs: number | undefined;
}

export type SeekTarget = { readonly timeMs: number } | { readonly snapshot: string };

/**
 * Topics, subscriptions and their messages with the semantics of Google Cloud Pub/Sub. Pure: it does nothing of its own
 * accord and knows no time but `now()`; who runs it calls {@link Broker.advance} at {@link Broker.nextDueMs}.
 *
 * Every method throws a BrokerError (NOT_FOUND, ALREADY_EXISTS, INVALID_ARGUMENT, FAILED_PRECONDITION) for what Google's
 * service refuses, and publish RESOURCE_EXHAUSTED when there is no room. Sources: the comments of
 * google/pubsub/v1/pubsub.proto and cloud.google.com/pubsub/docs.
 */
export interface Broker {
  createTopic(settings: NewTopic): TopicSettings;
  topic(name: string): TopicSettings;
  /** Of one project, `P` of `projects/P`, by name. */
  topics(project: string): TopicSettings[];
  /** Takes over the named fields; the others stay. */
  updateTopic(settings: NewTopic, fields: readonly ('labels' | 'retentionMs')[]): TopicSettings;
  /** Its subscriptions stay, with what they hold. */
  deleteTopic(name: string): void;

  createSubscription(settings: NewSubscription): SubscriptionSettings;
  subscription(name: string): SubscriptionSettings;
  subscriptions(of: { readonly project: string } | { readonly topic: string }): SubscriptionSettings[];
  /** Takes over the named fields, absent ones as their defaults; the others stay. */
  updateSubscription(settings: NewSubscription, fields: readonly ChangeableField[]): SubscriptionSettings;
  deleteSubscription(name: string): void;
  detachSubscription(name: string): void;

  createSnapshot(snapshot: {
    readonly name: string;
    readonly subscription: string;
    readonly labels?: Readonly<Record<string, string>>;
  }): SnapshotInfo;
  snapshot(name: string): SnapshotInfo;
  snapshots(of: { readonly project: string } | { readonly topic: string }): SnapshotInfo[];
  updateSnapshot(name: string, labels: Readonly<Record<string, string>>): SnapshotInfo;
  deleteSnapshot(name: string): void;
  seek(subscription: string, target: SeekTarget): void;

  /**
   * Stores the messages in every subscription whose filter lets them through, and answers their ids in order. Once it
   * returns they are stored.
   */
  publish(topic: string, messages: readonly PublishedMessage[]): string[];
  /** Leases what can be delivered now. */
  pull(subscription: string, options: PullOptions): ReceivedMessage[];
  /** For each id whether its lease was still good and the message is now acknowledged. */
  acknowledge(subscription: string, ackIds: readonly string[]): boolean[];
  /**
   * The leases end so many milliseconds from now, at most 600 s; 0 gives the messages back (nack). For each id whether
   * its lease was still good.
   */
  modifyAckDeadline(subscription: string, ackIds: readonly string[], deadlineMs: number): boolean[];
  /**
   * Calls when something may have become deliverable, at the end of the method that made it so. The listener may call
   * any method of the broker and must not throw. A subscription with a listener counts as active. Ends with the function
   * that is answered, or with the subscription.
   */
  onDeliverable(subscription: string, listener: () => void): () => void;
  /** Does what has become due by now: ends of leases, of backoffs, of retention, of idle subscriptions and snapshots. */
  advance(): void;
  /** When something becomes due next, on the clock of now(); undefined when nothing does. */
  readonly nextDueMs: number | undefined;
  stats(subscription: string): SubscriptionStats;
}

export interface BrokerOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Evenly spread over 0 (included) to 1 (excluded); needed with a disturbance. */
  readonly random?: (() => number) | undefined;
  readonly disturbance?: Disturbance | undefined;
  /**
   * Publishing is refused once so much is kept: for each subscription that has it and each topic that retains it a
   * message counts with its size and 256 bytes. By default without a bound.
   */
  readonly maxBytes?: number | undefined;
}

/** @throws TypeError for a disturbance without a source of random numbers */
export function createBroker(options: BrokerOptions): Broker {
  const { now, random, disturbance, maxBytes = Number.POSITIVE_INFINITY } = options;
  if (disturbance && !random) throw new TypeError('A disturbance needs a source of random numbers: options.random.');
  const agenda = new Agenda();
  const deliverables = new Deliverables<SubscriptionQueue>();
  const epochMs = Math.floor(now());
  const newAckId = createAckIds(epochMs);
  const stored: Stored = { bytes: 0 };
  let sequence = 0;

  const registry = new Registry({
    now,
    agenda,
    sequence: () => sequence,
    isWatched: (queue) => deliverables.hasListener(queue),
    onDeleted: (queue) => deliverables.forget(queue),
    queues: {
      now,
      agenda,
      chance: disturbance && random ? createChance(disturbance, random) : calm,
      deliverable: (queue) => deliverables.mark(queue),
      newAckId,
      stored,
      forward(message, from, deliveryCount) {
        const topic = registry.findTopic(from.deadLetterPolicy?.topic ?? '');
        if (topic) store(topic, deadLetter(message, from.name, deliveryCount));
        return topic !== undefined;
      },
    },
  });

  function store(topic: Topic, message: PublishedMessage): string {
    sequence += 1;
    const id = messageIdOf(epochMs, sequence);
    const { data, attributes, orderingKey } = message;
    const sizeBytes = messageBytes(message);
    topic.add({ data, attributes, orderingKey, id, publishTimeMs: now(), sequence, sizeBytes });
    return id;
  }

  function checkRoom(): void {
    if (stored.bytes < maxBytes) return;
    // Topics do so themselves only when something is published to them.
    registry.trimTopics();
    if (stored.bytes < maxBytes) return;
    const largest = registry.largest();
    const most = largest ? `; ${largest.name} keeps the most, ${largest.bytes} bytes` : '';
    throw resourceExhausted(
      `${stored.bytes} bytes are kept, and at most ${maxBytes} may be${most}. Acknowledge, seek or delete what is not needed.`,
    );
  }

  /** A subscription that is in use now. */
  function inUse(name: string): SubscriptionQueue {
    const { queue, idleness }: Subscribed = registry.subscription(name);
    idleness.touch();
    return queue;
  }

  /** @throws BrokerError FAILED_PRECONDITION for a subscription that is detached */
  function attached(name: string): SubscriptionQueue {
    const queue = inUse(name);
    if (queue.settings.detached) throw failedPrecondition(`${name} is detached from its topic.`);
    return queue;
  }

  /** Runs a method that may make something deliverable. */
  function telling<Result>(method: () => Result): Result {
    try {
      return method();
    } finally {
      deliverables.tell();
    }
  }

  return {
    createTopic: (settings) => registry.createTopic(settings),
    topic: (name) => registry.topic(name).settings,
    topics: (project) => registry.topics(project),
    updateTopic: (settings, fields) => registry.updateTopic(settings, fields),
    deleteTopic: (name) => registry.deleteTopic(name),

    createSubscription: (settings) => registry.createSubscription(settings),
    subscription: (name) => registry.subscription(name).queue.settings,
    subscriptions: (of) => registry.subscriptions(of),
    updateSubscription: (settings, fields) => registry.updateSubscription(settings, fields),
    deleteSubscription: (name) => registry.deleteSubscription(name),
    detachSubscription: (name) => registry.detachSubscription(name),

    createSnapshot: ({ name, subscription, labels = {} }) => registry.createSnapshot(name, subscription, labels),
    snapshot: (name) => registry.snapshot(name).info,
    snapshots: (of) => registry.snapshots(of),
    updateSnapshot: (name, labels) => registry.updateSnapshot(name, labels),
    deleteSnapshot: (name) => registry.deleteSnapshot(name),
    seek: (subscription, target) =>
      telling(() => {
        const queue = attached(subscription);
        if ('snapshot' in target) seekToSnapshot(queue, registry.snapshot(target.snapshot));
        else seekToTime(queue, registry.findTopic(queue.settings.topic), target.timeMs, now());
      }),

    publish: (topic, messages) =>
      telling(() => {
        const found = registry.topic(topic);
        checkPublish(messages);
        checkRoom();
        return messages.map((message) => store(found, message));
      }),
    pull(subscription, { maxMessages, maxBytes = Number.POSITIVE_INFINITY, ackDeadlineMs, receiver }) {
      const queue = attached(subscription);
      const { settings } = queue;
      if (ackDeadlineMs !== undefined) checkRange(ackDeadlineMs, limits.ackDeadlineMs, 'The ack deadline');
      return queue.take({ maxMessages, maxBytes, ackDeadlineMs: ackDeadlineMs ?? settings.ackDeadlineMs, receiver });
    },
    acknowledge: (subscription, ackIds) =>
      telling(() => {
        const queue = inUse(subscription);
        const nowMs = now();
        return ackIds.map((ackId) => queue.acknowledge(ackId, nowMs));
      }),
    modifyAckDeadline: (subscription, ackIds, deadlineMs) =>
      telling(() => {
        checkRange(deadlineMs, limits.modifiedDeadlineMs, 'ack_deadline_seconds');
        const queue = inUse(subscription);
        const nowMs = now();
        return ackIds.map((ackId) => queue.modifyDeadline(ackId, deadlineMs, nowMs));
      }),
    onDeliverable(subscription, listener) {
      const { queue, idleness } = registry.subscription(subscription);
      const stop = deliverables.listen(queue, listener);
      return () => {
        stop();
        // It was active up to now.
        idleness.touch();
      };
    },
    advance: () =>
      telling(() => {
        const nowMs = now();
        for (let due = agenda.takeDue(nowMs); due; due = agenda.takeDue(nowMs)) due.onDue(nowMs);
      }),
    get nextDueMs() {
      return agenda.nextDueMs;
    },
    stats(subscription) {
      const { undelivered, leased, oldestUnackedPublishTimeMs } = registry.subscription(subscription).queue;
      return { undelivered, leased, oldestUnackedPublishTimeMs };
    },
  };
}
