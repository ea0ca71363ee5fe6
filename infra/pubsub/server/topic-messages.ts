import { status } from '@grpc/grpc-js';
import {
  type PubsubMessage,
  Topic,
  Topic_State,
  type ReceivedMessage as WireReceived,
} from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { RpcError } from '../../grpc/unary.ts';
import type { NewTopic, PublishedMessage, ReceivedMessage, TopicSettings } from '../broker/broker.ts';
import { toDuration, toMs } from './durations.ts';

/** @throws RpcError for what is not served */
export function readTopic(topic: Topic): NewTopic {
  refuse(topic.schemaSettings !== undefined, 'schema_settings: schemas are not served');
  refuse(topic.ingestionDataSourceSettings !== undefined, 'ingestion_data_source_settings: ingestion is not served');
  refuse(topic.kmsKeyName !== '', 'kms_key_name: keys are not served');
  refuse(topic.messageTransforms.length > 0, 'message_transforms: transforms are not served');
  return { name: topic.name, labels: topic.labels, retentionMs: toMs(topic.messageRetentionDuration) };
}

export function writeTopic({ name, labels, retentionMs }: TopicSettings): Topic {
  return Topic.fromPartial({
    name,
    labels,
    messageRetentionDuration: toDuration(retentionMs),
    state: Topic_State.ACTIVE,
  });
}

export function readMessage({ data, attributes, orderingKey }: PubsubMessage): PublishedMessage {
  return { data, attributes, orderingKey };
}

export function writeReceived({ ackId, message, deliveryAttempt }: ReceivedMessage): WireReceived {
  const { data, attributes, id, publishTimeMs, orderingKey } = message;
  return {
    ackId,
    deliveryAttempt,
    message: {
      data: Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      attributes: attributes as Record<string, string>,
      messageId: id,
      publishTime: new Date(publishTimeMs),
      orderingKey,
    },
  };
}

/** @throws RpcError UNIMPLEMENTED */
export function refuse(isAsked: boolean, message: string): void {
  if (isAsked) throw new RpcError(status.UNIMPLEMENTED, `${message} by the embedded Pub/Sub.`);
}
