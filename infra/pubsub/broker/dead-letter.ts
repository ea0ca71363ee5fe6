import type { PublishedMessage, StoredMessage } from './resources.ts';

/**
 * The message as it is forwarded to the dead-letter topic: the original with attributes that tell where it comes from
 * (cloud.google.com/pubsub/docs/handling-failures).
 */
export function deadLetter(message: StoredMessage, subscription: string, deliveryCount: number): PublishedMessage {
  const [, project = '', , name = ''] = subscription.split('/');
  return {
    data: message.data,
    orderingKey: message.orderingKey,
    attributes: {
      ...message.attributes,
      CloudPubSubDeadLetterSourceDeliveryCount: String(deliveryCount),
      CloudPubSubDeadLetterSourceSubscription: name,
      CloudPubSubDeadLetterSourceSubscriptionProject: project,
      CloudPubSubDeadLetterSourceTopicPublishTime: new Date(message.publishTimeMs).toISOString(),
    },
  };
}
