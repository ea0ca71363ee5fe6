import type { Agenda, Appointment } from './agenda.ts';
import { failedPrecondition, invalidArgument } from './broker-error.ts';
import type { TopicMessage } from './entry.ts';
import { limits } from './limits.ts';
import type { SnapshotInfo } from './resources.ts';
import type { SubscriptionQueue } from './subscription-queue.ts';
import type { Topic } from './topic.ts';

/** What was unacknowledged in a subscription at a moment; the topic keeps what is published afterwards. */
export interface Snapshot extends Appointment {
  info: SnapshotInfo;
  readonly topic: Topic;
  readonly backlog: readonly TopicMessage[];
  /** Of the last message that was published before. */
  readonly sequence: number;
}

export interface SnapshotRequest {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly queue: SubscriptionQueue;
  readonly topic: Topic;
  readonly sequence: number;
  readonly nowMs: number;
  readonly onExpired: () => void;
}

/** @throws BrokerError FAILED_PRECONDITION when the backlog is so old that the snapshot would soon expire */
export function takeSnapshot(request: SnapshotRequest, agenda: Agenda): Snapshot {
  const { name, labels, queue, topic, sequence, nowMs, onExpired } = request;
  const lifeMs = limits.snapshotLifeMs.max - (nowMs - (queue.oldestUnackedPublishTimeMs ?? nowMs));
  if (lifeMs < limits.snapshotLifeMs.min) {
    throw failedPrecondition(
      `The oldest unacknowledged message of ${queue.settings.name} is too old: the snapshot would expire within an hour.`,
    );
  }
  const snapshot: Snapshot = {
    info: { name, topic: topic.settings.name, labels, expireTimeMs: nowMs + lifeMs },
    topic,
    backlog: queue.unacked(),
    sequence,
    dueMs: Number.POSITIVE_INFINITY,
    slot: undefined,
    onDue: onExpired,
  };
  topic.pin(snapshot, sequence);
  agenda.set(snapshot, snapshot.info.expireTimeMs);
  return snapshot;
}

/** @throws BrokerError INVALID_ARGUMENT when the snapshot is one of another topic */
export function seekToSnapshot(queue: SubscriptionQueue, snapshot: Snapshot): void {
  if (queue.settings.topic !== snapshot.info.topic) {
    throw invalidArgument(
      `${snapshot.info.name} is a snapshot of ${snapshot.info.topic}, not of ${queue.settings.topic}.`,
    );
  }
  const inBacklog = new Set(snapshot.backlog.map((message) => message.sequence));
  queue.replay(
    (message) => message.sequence > snapshot.sequence || inBacklog.has(message.sequence),
    [...snapshot.backlog, ...snapshot.topic.publishedAfter(snapshot.sequence)],
  );
}

/** What was published before the time counts as acknowledged, the rest as not, as far as it is kept. */
export function seekToTime(queue: SubscriptionQueue, topic: Topic | undefined, timeMs: number, nowMs: number): void {
  queue.replay((message) => message.publishTimeMs >= timeMs, topic?.publishedSince(timeMs, nowMs) ?? []);
}
