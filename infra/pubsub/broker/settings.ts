import { invalidArgument } from './broker-error.ts';
import { parseFilter } from './filter.ts';
import { checkRange, limits } from './limits.ts';
import { checkName } from './names.ts';
import type {
  DeadLetterPolicy,
  NewSubscription,
  NewTopic,
  RetryPolicy,
  SubscriptionSettings,
  TopicSettings,
} from './resources.ts';

/** @throws BrokerError for what is out of range */
export function completeTopic(settings: NewTopic): TopicSettings {
  const { name, labels = {}, retentionMs } = settings;
  checkName(name, 'topics');
  checkLabels(labels);
  if (retentionMs === undefined) return { name, labels };
  checkRange(retentionMs, limits.retentionMs, 'message_retention_duration');
  return { name, labels, retentionMs };
}

/**
 * With the defaults for what is absent.
 *
 * @throws BrokerError for what is out of range
 */
export function completeSubscription(given: NewSubscription): SubscriptionSettings {
  const settings: SubscriptionSettings = {
    name: given.name,
    topic: given.topic,
    labels: given.labels ?? {},
    ackDeadlineMs: given.ackDeadlineMs || limits.ackDeadlineMs.byDefault,
    retryPolicy: given.retryPolicy,
    deadLetterPolicy: given.deadLetterPolicy,
    enableMessageOrdering: given.enableMessageOrdering ?? false,
    filter: given.filter ?? '',
    retentionMs: given.retentionMs ?? limits.retentionMs.byDefault,
    retainAckedMessages: given.retainAckedMessages ?? false,
    expirationMs: given.expirationMs ?? limits.expirationMs.byDefault,
    enableExactlyOnceDelivery: given.enableExactlyOnceDelivery ?? false,
    detached: false,
  };
  checkSubscription(settings);
  return settings;
}

function checkSubscription(settings: SubscriptionSettings): void {
  checkName(settings.name, 'subscriptions');
  checkLabels(settings.labels);
  checkRange(settings.ackDeadlineMs, limits.ackDeadlineMs, 'ack_deadline_seconds');
  checkRange(settings.retentionMs, limits.retentionMs, 'message_retention_duration');
  if (settings.retryPolicy) checkRetryPolicy(settings.retryPolicy);
  if (settings.deadLetterPolicy) checkDeadLetterPolicy(settings.deadLetterPolicy);
  if (settings.expirationMs !== 'never') {
    checkRange(settings.expirationMs, limits.expirationMs, 'expiration_policy.ttl');
  }
  parseFilter(settings.filter);
}

function checkRetryPolicy({ minimumBackoffMs, maximumBackoffMs }: RetryPolicy): void {
  checkRange(minimumBackoffMs, limits.backoffMs, 'retry_policy.minimum_backoff');
  checkRange(maximumBackoffMs, limits.backoffMs, 'retry_policy.maximum_backoff');
  if (minimumBackoffMs > maximumBackoffMs) {
    throw invalidArgument('retry_policy.minimum_backoff must be at most maximum_backoff.');
  }
}

function checkDeadLetterPolicy({ topic, maxDeliveryAttempts }: DeadLetterPolicy): void {
  checkName(topic, 'topics');
  const { min, max } = limits.deliveryAttempts;
  if (maxDeliveryAttempts >= min && maxDeliveryAttempts <= max) return;
  throw invalidArgument(
    `dead_letter_policy.max_delivery_attempts must be ${min} to ${max}, but is ${maxDeliveryAttempts}.`,
  );
}

/** @throws BrokerError */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  const count = Object.keys(labels).length;
  if (count > limits.labels) throw invalidArgument(`labels: at most ${limits.labels}, not ${count}.`);
}
