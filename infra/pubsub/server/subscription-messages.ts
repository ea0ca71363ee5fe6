import {
  Subscription,
  Subscription_State,
  Snapshot as WireSnapshot,
} from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import type { NewSubscription, SnapshotInfo, SubscriptionSettings } from '../broker/broker.ts';
import { limits } from '../broker/limits.ts';
import { toDuration, toMs } from './durations.ts';
import { refuse } from './topic-messages.ts';

/** @throws RpcError for what is not served */
export function readSubscription(wire: Subscription): NewSubscription {
  refuse(Boolean(wire.pushConfig?.pushEndpoint), 'push_config: push delivery is not served');
  refuse(wire.bigqueryConfig !== undefined, 'bigquery_config: delivery to BigQuery is not served');
  refuse(wire.cloudStorageConfig !== undefined, 'cloud_storage_config: delivery to Cloud Storage is not served');
  refuse(wire.bigtableConfig !== undefined, 'bigtable_config: delivery to Bigtable is not served');
  refuse(wire.messageTransforms.length > 0, 'message_transforms: transforms are not served');
  return {
    name: wire.name,
    topic: wire.topic,
    labels: wire.labels,
    ackDeadlineMs: wire.ackDeadlineSeconds * 1_000,
    enableMessageOrdering: wire.enableMessageOrdering,
    filter: wire.filter,
    retainAckedMessages: wire.retainAckedMessages,
    enableExactlyOnceDelivery: wire.enableExactlyOnceDelivery,
    ...present('retentionMs', toMs(wire.messageRetentionDuration)),
    ...readPolicies(wire),
  };
}

function readPolicies(wire: Subscription): Partial<NewSubscription> {
  const { retryPolicy, deadLetterPolicy, expirationPolicy } = wire;
  const { backoffMs, deliveryAttempts } = limits;
  return {
    ...present(
      'retryPolicy',
      retryPolicy && {
        minimumBackoffMs: toMs(retryPolicy.minimumBackoff) ?? backoffMs.defaultMinimum,
        maximumBackoffMs: toMs(retryPolicy.maximumBackoff) ?? backoffMs.defaultMaximum,
      },
    ),
    ...present(
      'deadLetterPolicy',
      deadLetterPolicy && {
        topic: deadLetterPolicy.deadLetterTopic,
        maxDeliveryAttempts: deadLetterPolicy.maxDeliveryAttempts || deliveryAttempts.byDefault,
      },
    ),
    // A policy without a time means that the subscription never expires.
    ...present('expirationMs', expirationPolicy && (toMs(expirationPolicy.ttl) || 'never')),
  };
}

function present<Key extends keyof NewSubscription>(
  key: Key,
  value: NewSubscription[Key] | undefined,
): Partial<Pick<NewSubscription, Key>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Pick<NewSubscription, Key>>);
}

/** @param topicRetentionMs that of the subscription's topic */
export function writeSubscription(settings: SubscriptionSettings, topicRetentionMs: number | undefined): Subscription {
  const { retryPolicy, deadLetterPolicy, expirationMs } = settings;
  return Subscription.fromPartial({
    name: settings.name,
    topic: settings.topic,
    // Google answers an empty one where messages are pulled.
    pushConfig: {},
    labels: settings.labels,
    ackDeadlineSeconds: settings.ackDeadlineMs / 1_000,
    retryPolicy: retryPolicy && {
      minimumBackoff: toDuration(retryPolicy.minimumBackoffMs),
      maximumBackoff: toDuration(retryPolicy.maximumBackoffMs),
    },
    deadLetterPolicy: deadLetterPolicy && {
      deadLetterTopic: deadLetterPolicy.topic,
      maxDeliveryAttempts: deadLetterPolicy.maxDeliveryAttempts,
    },
    enableMessageOrdering: settings.enableMessageOrdering,
    filter: settings.filter,
    messageRetentionDuration: toDuration(settings.retentionMs),
    retainAckedMessages: settings.retainAckedMessages,
    expirationPolicy: expirationMs === 'never' ? {} : { ttl: toDuration(expirationMs) },
    enableExactlyOnceDelivery: settings.enableExactlyOnceDelivery,
    detached: settings.detached,
    topicMessageRetentionDuration: toDuration(topicRetentionMs),
    state: Subscription_State.ACTIVE,
  });
}

export function writeSnapshot({ name, topic, labels, expireTimeMs }: SnapshotInfo): WireSnapshot {
  return WireSnapshot.fromPartial({ name, topic, labels, expireTime: new Date(expireTimeMs) });
}
