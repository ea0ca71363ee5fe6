import type { Agenda } from './agenda.ts';
import { alreadyExists, failedPrecondition, notFound } from './broker-error.ts';
import { parseFilter } from './filter.ts';
import { Idleness } from './idleness.ts';
import { checkName, isOfProject } from './names.ts';
import type { QueueSurroundings } from './queue-surroundings.ts';
import {
  type ChangeableField,
  deletedTopic,
  type NewSubscription,
  type NewTopic,
  type SnapshotInfo,
  type SubscriptionSettings,
  type TopicSettings,
} from './resources.ts';
import { checkLabels, completeSubscription, completeTopic } from './settings.ts';
import { type Snapshot, takeSnapshot } from './snapshots.ts';
import { SubscriptionQueue } from './subscription-queue.ts';
import { Topic } from './topic.ts';

export interface Subscribed {
  readonly queue: SubscriptionQueue;
  readonly idleness: Idleness;
}

export interface RegistrySurroundings {
  readonly now: () => number;
  readonly agenda: Agenda;
  readonly queues: QueueSurroundings;
  /** The sequence of the message published last. */
  readonly sequence: () => number;
  /** Whether anybody listens to the subscription: it does not expire then. */
  readonly isWatched: (queue: SubscriptionQueue) => boolean;
  readonly onDeleted: (queue: SubscriptionQueue) => void;
}

type Of = { readonly project: string } | { readonly topic: string };

/** The topics, subscriptions and snapshots by name: what their administration does. Every method throws BrokerError. */
export class Registry {
  readonly #around: RegistrySurroundings;
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Map<string, Subscribed>();
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(around: RegistrySurroundings) {
    this.#around = around;
  }

  topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (!topic) throw notFound(name);
    return topic;
  }

  findTopic(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  subscription(name: string): Subscribed {
    const subscribed = this.#subscriptions.get(name);
    if (!subscribed) throw notFound(name);
    return subscribed;
  }

  snapshot(name: string): Snapshot {
    const snapshot = this.#snapshots.get(name);
    if (!snapshot) throw notFound(name);
    return snapshot;
  }

  /** Forgets what is beyond the retention of its topic. */
  trimTopics(): void {
    const nowMs = this.#around.now();
    for (const topic of this.#topics.values()) topic.trim(nowMs);
  }

  /** Who keeps the most; undefined when nothing is kept. */
  largest(): { readonly name: string; readonly bytes: number } | undefined {
    const kept = [
      ...[...this.#subscriptions].map(([name, { queue }]) => ({ name, bytes: queue.storedBytes })),
      ...[...this.#topics].map(([name, topic]) => ({ name, bytes: topic.storedBytes })),
    ];
    return kept.reduce<(typeof kept)[number] | undefined>(
      (most, one) => (one.bytes > (most?.bytes ?? 0) ? one : most),
      undefined,
    );
  }

  createTopic(given: NewTopic): TopicSettings {
    const settings = completeTopic(given);
    if (this.#topics.has(settings.name)) throw alreadyExists(settings.name);
    this.#topics.set(settings.name, new Topic(settings, this.#around.queues.stored));
    return settings;
  }

  topics(project: string): TopicSettings[] {
    return byName([...this.#topics.values()].map((topic) => topic.settings)).filter(({ name }) =>
      isOfProject(name, project),
    );
  }

  updateTopic(given: NewTopic, fields: readonly ('labels' | 'retentionMs')[]): TopicSettings {
    const topic = this.topic(given.name);
    topic.settings = completeTopic({ ...topic.settings, ...picked(given, fields) });
    topic.trim(this.#around.now());
    return topic.settings;
  }

  deleteTopic(name: string): void {
    const topic = this.topic(name);
    this.#topics.delete(name);
    // Also of those that are detached: the topic does not know them any more.
    for (const { queue } of this.#subscriptions.values()) {
      if (queue.settings.topic === name) queue.settings = { ...queue.settings, topic: deletedTopic };
    }
    topic.queues.clear();
    topic.settings = { ...topic.settings, retentionMs: undefined };
    topic.trim(this.#around.now());
  }

  createSubscription(given: NewSubscription): SubscriptionSettings {
    const settings = completeSubscription(given);
    if (this.#subscriptions.has(settings.name)) throw alreadyExists(settings.name);
    const topic = this.topic(settings.topic);
    if (settings.deadLetterPolicy) this.topic(settings.deadLetterPolicy.topic);
    const queue = new SubscriptionQueue(settings, parseFilter(settings.filter), this.#around.queues);
    const idleness = new Idleness({
      now: this.#around.now,
      agenda: this.#around.agenda,
      expirationMs: () => queue.settings.expirationMs,
      isWatched: () => this.#around.isWatched(queue),
      onExpired: () => this.deleteSubscription(settings.name),
    });
    this.#subscriptions.set(settings.name, { queue, idleness });
    topic.queues.add(queue);
    idleness.touch();
    return settings;
  }

  subscriptions(of: Of): SubscriptionSettings[] {
    if ('topic' in of) return byName([...this.topic(of.topic).queues].map((queue) => queue.settings));
    const all = [...this.#subscriptions.values()].map(({ queue }) => queue.settings);
    return byName(all.filter(({ name }) => isOfProject(name, of.project)));
  }

  updateSubscription(given: NewSubscription, fields: readonly ChangeableField[]): SubscriptionSettings {
    const { queue, idleness } = this.subscription(given.name);
    const before = queue.settings;
    const settings = completeSubscription({ ...before, ...picked(given, fields) });
    if (settings.deadLetterPolicy && fields.includes('deadLetterPolicy')) this.topic(settings.deadLetterPolicy.topic);
    queue.settings = { ...settings, detached: before.detached };
    if (before.retainAckedMessages && !settings.retainAckedMessages) queue.dropAcknowledged();
    queue.scheduleRetention();
    idleness.touch();
    return queue.settings;
  }

  deleteSubscription(name: string): void {
    const { queue, idleness } = this.subscription(name);
    this.#subscriptions.delete(name);
    this.#topics.get(queue.settings.topic)?.queues.delete(queue);
    idleness.end();
    queue.clear();
    this.#around.onDeleted(queue);
  }

  detachSubscription(name: string): void {
    const { queue } = this.subscription(name);
    this.#topics.get(queue.settings.topic)?.queues.delete(queue);
    queue.clear();
    queue.settings = { ...queue.settings, detached: true };
  }

  createSnapshot(name: string, subscription: string, labels: Readonly<Record<string, string>>): SnapshotInfo {
    checkName(name, 'snapshots');
    checkLabels(labels);
    if (this.#snapshots.has(name)) throw alreadyExists(name);
    const { queue, idleness } = this.subscription(subscription);
    const topic = this.#topics.get(queue.settings.topic);
    if (!topic || queue.settings.detached) {
      throw failedPrecondition(`${subscription} has no topic, so that there is nothing to take a snapshot of.`);
    }
    const { now, agenda, sequence } = this.#around;
    const onExpired = (): void => this.deleteSnapshot(name);
    const request = { name, labels, queue, topic, sequence: sequence(), nowMs: now(), onExpired };
    const snapshot = takeSnapshot(request, agenda);
    this.#snapshots.set(name, snapshot);
    idleness.touch();
    return snapshot.info;
  }

  snapshots(of: Of): SnapshotInfo[] {
    const all = [...this.#snapshots.values()].map(({ info }) => info);
    if ('project' in of) return byName(all.filter(({ name }) => isOfProject(name, of.project)));
    this.topic(of.topic);
    return byName(all.filter(({ topic }) => topic === of.topic));
  }

  updateSnapshot(name: string, labels: Readonly<Record<string, string>>): SnapshotInfo {
    const snapshot = this.snapshot(name);
    checkLabels(labels);
    snapshot.info = { ...snapshot.info, labels };
    return snapshot.info;
  }

  deleteSnapshot(name: string): void {
    const snapshot = this.snapshot(name);
    this.#snapshots.delete(name);
    snapshot.topic.unpin(snapshot, this.#around.now());
    this.#around.agenda.cancel(snapshot);
  }
}

function byName<Named extends { readonly name: string }>(resources: Named[]): Named[] {
  return resources.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function picked<Settings extends object>(from: Settings, fields: readonly (keyof Settings)[]): Partial<Settings> {
  const changes: Partial<Settings> = {};
  for (const field of fields) changes[field] = from[field];
  return changes;
}
