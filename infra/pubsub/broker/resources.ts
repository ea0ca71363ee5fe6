/** What the broker keeps and hands out. Durations and times are milliseconds; names are Google's resource names. */

/** `projects/P/topics/T`. */
export interface TopicSettings {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How long the topic keeps what is published, for seeking: 10 minutes to 31 days. Absent: not at all. */
  readonly retentionMs?: number | undefined;
}

/** The pause before a message is delivered again, doubled each time from the minimum up to the maximum; 0 to 600 s. */
export interface RetryPolicy {
  readonly minimumBackoffMs: number;
  readonly maximumBackoffMs: number;
}

export interface DeadLetterPolicy {
  readonly topic: string;
  /** 5 to 100. */
  readonly maxDeliveryAttempts: number;
}

/** `projects/P/subscriptions/S`. */
export interface SubscriptionSettings {
  readonly name: string;
  /** `_deleted-topic_` once the topic was deleted. */
  readonly topic: string;
  readonly labels: Readonly<Record<string, string>>;
  /** 10 s to 600 s; by default 10 s. */
  readonly ackDeadlineMs: number;
  /** Absent: delivered again at once. */
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly deadLetterPolicy?: DeadLetterPolicy | undefined;
  readonly enableMessageOrdering: boolean;
  /** Empty: everything. */
  readonly filter: string;
  /** 10 minutes to 31 days; by default 7 days. */
  readonly retentionMs: number;
  readonly retainAckedMessages: boolean;
  /** How long the subscription lives without activity: at least 1 day; by default 31 days. */
  readonly expirationMs: number | 'never';
  readonly enableExactlyOnceDelivery: boolean;
  /** No longer attached to its topic: it has no messages and gets none. */
  readonly detached: boolean;
}

/** What can be changed of a subscription. */
export type ChangeableField = Exclude<
  keyof SubscriptionSettings,
  'name' | 'topic' | 'filter' | 'enableMessageOrdering' | 'detached'
>;

/** `projects/P/snapshots/N`. */
export interface SnapshotInfo {
  readonly name: string;
  readonly topic: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly expireTimeMs: number;
}

export type NewTopic = Pick<TopicSettings, 'name'> & Partial<TopicSettings>;
export type NewSubscription = Pick<SubscriptionSettings, 'name' | 'topic'> &
  Partial<Omit<SubscriptionSettings, 'detached'>>;

export interface PublishedMessage {
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  /** Empty: none. */
  readonly orderingKey: string;
}

export interface StoredMessage extends PublishedMessage {
  readonly id: string;
  readonly publishTimeMs: number;
}

export interface ReceivedMessage {
  readonly ackId: string;
  readonly message: StoredMessage;
  /** 1 for the first delivery; 0 where the subscription has no dead-letter policy. */
  readonly deliveryAttempt: number;
}

/** Stands for one that goes on receiving, such as a stream. */
export interface Receiver {
  /**
   * One of its leases has ended, by whatever: an ack, a nack, its time, a seek. Called while a method of the broker runs:
   * must neither throw nor call the broker.
   */
  leaseEnded?(ackId: string): void;
}

/** What a subscription's topic is called once it was deleted. */
export const deletedTopic = '_deleted-topic_';
