import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type {
  DeleteTopicRequest,
  DetachSubscriptionRequest,
  DetachSubscriptionResponse,
  GetTopicRequest,
  ListTopicSnapshotsRequest,
  ListTopicSnapshotsResponse,
  ListTopicSubscriptionsRequest,
  ListTopicSubscriptionsResponse,
  ListTopicsRequest,
  ListTopicsResponse,
  PublishRequest,
  PublishResponse,
  Topic,
  UpdateTopicRequest,
} from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import type { Broker } from '../broker/broker.ts';
import type { answering } from './answers.ts';
import { pageOf, projectOf } from './pages.ts';
import type { PublishFaults } from './publish-faults.ts';
import { readMessage, readTopic, writeTopic } from './topic-messages.ts';
import { given, maskedFields } from './update-mask.ts';

export interface PublisherOptions {
  readonly broker: Broker;
  readonly answer: ReturnType<typeof answering>;
  readonly faults: PublishFaults;
  /** A subscription was detached: who receives from it has to be told. */
  readonly onDetached: (subscription: string) => void;
}

const changeable = new Map<string, 'labels' | 'retentionMs'>([
  ['labels', 'labels'],
  ['message_retention_duration', 'retentionMs'],
]);

/** `google.pubsub.v1.Publisher` */
export function publisherService(options: PublisherOptions): UntypedServiceImplementation {
  const { broker, answer, faults, onDetached } = options;
  const name = (text: string): string => text;

  return {
    createTopic: answer<Topic, Topic>((topic) => writeTopic(broker.createTopic(readTopic(topic)))),
    updateTopic: answer<UpdateTopicRequest, Topic>(({ topic, updateMask }) => {
      const settings = readTopic(given(topic, 'topic'));
      return writeTopic(broker.updateTopic(settings, maskedFields(updateMask, changeable)));
    }),
    publish: answer<PublishRequest, PublishResponse>(({ topic, messages }, call) =>
      faults.around(() => ({ messageIds: broker.publish(topic, messages.map(readMessage)) }), call),
    ),
    getTopic: answer<GetTopicRequest, Topic>(({ topic }) => writeTopic(broker.topic(topic))),
    listTopics: answer<ListTopicsRequest, ListTopicsResponse>((request) => {
      const all = broker.topics(projectOf(request.project));
      const { items, nextPageToken } = pageOf(all, (topic) => topic.name, request);
      return { topics: items.map(writeTopic), nextPageToken };
    }),
    listTopicSubscriptions: answer<ListTopicSubscriptionsRequest, ListTopicSubscriptionsResponse>((request) => {
      const all = broker.subscriptions({ topic: request.topic }).map((subscription) => subscription.name);
      const { items, nextPageToken } = pageOf(all, name, request);
      return { subscriptions: items, nextPageToken };
    }),
    listTopicSnapshots: answer<ListTopicSnapshotsRequest, ListTopicSnapshotsResponse>((request) => {
      const all = broker.snapshots({ topic: request.topic }).map((snapshot) => snapshot.name);
      const { items, nextPageToken } = pageOf(all, name, request);
      return { snapshots: items, nextPageToken };
    }),
    deleteTopic: answer<DeleteTopicRequest, object>(({ topic }) => {
      broker.deleteTopic(topic);
      return {};
    }),
    detachSubscription: answer<DetachSubscriptionRequest, DetachSubscriptionResponse>(({ subscription }) => {
      broker.detachSubscription(subscription);
      onDetached(subscription);
      return {};
    }),
  };
}
