import { randomUUID } from 'node:crypto';
import { status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type {
  AcknowledgeRequest,
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DeleteSubscriptionRequest,
  GetSnapshotRequest,
  GetSubscriptionRequest,
  ListSnapshotsRequest,
  ListSnapshotsResponse,
  ListSubscriptionsRequest,
  ListSubscriptionsResponse,
  ModifyAckDeadlineRequest,
  ModifyPushConfigRequest,
  PullRequest,
  PullResponse,
  SeekRequest,
  SeekResponse,
  Subscription,
  UpdateSnapshotRequest,
  UpdateSubscriptionRequest,
  Snapshot as WireSnapshot,
} from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { RpcError } from '../../grpc/unary.ts';
import { type Broker, type ChangeableField, deletedTopic, type SubscriptionSettings } from '../broker/broker.ts';
import { AckFailure, refuseMalformed } from './ack-failures.ts';
import type { answering } from './answers.ts';
import { pageOf, projectOf } from './pages.ts';
import type { Pulls } from './pull.ts';
import type { StreamingPull } from './streaming-pull.ts';
import { readSubscription, writeSnapshot, writeSubscription } from './subscription-messages.ts';
import { refuse } from './topic-messages.ts';
import { given, maskedFields } from './update-mask.ts';

export interface SubscriberOptions {
  readonly broker: Broker;
  readonly answer: ReturnType<typeof answering>;
  readonly streams: Pick<StreamingPull, 'handle'>;
  readonly pulls: Pick<Pulls, 'pull'>;
  /** A subscription was deleted: who receives from it has to be told. */
  readonly onDeleted: (subscription: string) => void;
}

const changeable = new Map<string, ChangeableField>([
  ['labels', 'labels'],
  ['ack_deadline_seconds', 'ackDeadlineMs'],
  ['retry_policy', 'retryPolicy'],
  ['dead_letter_policy', 'deadLetterPolicy'],
  ['message_retention_duration', 'retentionMs'],
  ['retain_acked_messages', 'retainAckedMessages'],
  ['expiration_policy', 'expirationMs'],
  ['enable_exactly_once_delivery', 'enableExactlyOnceDelivery'],
]);

const changeableOfSnapshots = new Map([['labels', 'labels']]);

/** `google.pubsub.v1.Subscriber` */
export function subscriberService(options: SubscriberOptions): UntypedServiceImplementation {
  const { broker, answer, streams, pulls, onDeleted } = options;
  const write = (settings: SubscriptionSettings): Subscription =>
    writeSubscription(settings, topicRetentionMs(broker, settings));

  /** With exactly-once delivery the caller learns which ids came too late; otherwise that is no error. */
  function settle(subscription: string, ackIds: readonly string[], done: readonly boolean[]): object {
    if (!broker.subscription(subscription).enableExactlyOnceDelivery) return {};
    const failed = ackIds.filter((_, index) => !done[index]);
    if (failed.length > 0) throw new AckFailure(failed);
    return {};
  }

  return {
    createSubscription: answer<Subscription, Subscription>((subscription) =>
      write(
        broker.createSubscription({
          ...readSubscription(subscription),
          name: orRandom(subscription.name, subscription.topic, 'subscriptions'),
        }),
      ),
    ),
    getSubscription: answer<GetSubscriptionRequest, Subscription>(({ subscription }) =>
      write(broker.subscription(subscription)),
    ),
    updateSubscription: answer<UpdateSubscriptionRequest, Subscription>(({ subscription, updateMask }) => {
      const settings = readSubscription(given(subscription, 'subscription'));
      return write(broker.updateSubscription(settings, maskedFields(updateMask, changeable)));
    }),
    listSubscriptions: answer<ListSubscriptionsRequest, ListSubscriptionsResponse>((request) => {
      const all = broker.subscriptions({ project: projectOf(request.project) });
      const { items, nextPageToken } = pageOf(all, (settings) => settings.name, request);
      return { subscriptions: items.map(write), nextPageToken };
    }),
    deleteSubscription: answer<DeleteSubscriptionRequest, object>(({ subscription }) => {
      broker.deleteSubscription(subscription);
      onDeleted(subscription);
      return {};
    }),
    modifyAckDeadline: answer<ModifyAckDeadlineRequest, object>(({ subscription, ackIds, ackDeadlineSeconds }) => {
      checkAckIds(ackIds);
      return settle(subscription, ackIds, broker.modifyAckDeadline(subscription, ackIds, ackDeadlineSeconds * 1_000));
    }),
    acknowledge: answer<AcknowledgeRequest, object>(({ subscription, ackIds }) => {
      checkAckIds(ackIds);
      return settle(subscription, ackIds, broker.acknowledge(subscription, ackIds));
    }),
    pull: answer<PullRequest, PullResponse>(pulls.pull),
    streamingPull: streams.handle,
    modifyPushConfig: answer<ModifyPushConfigRequest, object>(({ subscription, pushConfig }) => {
      broker.subscription(subscription);
      refuse(Boolean(pushConfig?.pushEndpoint), 'push_config: push delivery is not served');
      return {};
    }),
    getSnapshot: answer<GetSnapshotRequest, WireSnapshot>(({ snapshot }) => writeSnapshot(broker.snapshot(snapshot))),
    listSnapshots: answer<ListSnapshotsRequest, ListSnapshotsResponse>((request) => {
      const all = broker.snapshots({ project: projectOf(request.project) });
      const { items, nextPageToken } = pageOf(all, (snapshot) => snapshot.name, request);
      return { snapshots: items.map(writeSnapshot), nextPageToken };
    }),
    createSnapshot: answer<CreateSnapshotRequest, WireSnapshot>(({ name, subscription, labels }) =>
      writeSnapshot(broker.createSnapshot({ name: orRandom(name, subscription, 'snapshots'), subscription, labels })),
    ),
    updateSnapshot: answer<UpdateSnapshotRequest, WireSnapshot>(({ snapshot, updateMask }) => {
      const { name, labels } = given(snapshot, 'snapshot');
      maskedFields(updateMask, changeableOfSnapshots);
      return writeSnapshot(broker.updateSnapshot(name, labels));
    }),
    deleteSnapshot: answer<DeleteSnapshotRequest, object>(({ snapshot }) => {
      broker.deleteSnapshot(snapshot);
      return {};
    }),
    seek: answer<SeekRequest, SeekResponse>(({ subscription, time, snapshot }) => {
      if (time) broker.seek(subscription, { timeMs: time.getTime() });
      else if (snapshot) broker.seek(subscription, { snapshot });
      else throw new RpcError(status.INVALID_ARGUMENT, 'target: there must be a time or a snapshot to seek to.');
      return {};
    }),
  };
}

/** @throws RpcError INVALID_ARGUMENT */
function checkAckIds(ackIds: readonly string[]): void {
  if (ackIds.length === 0) throw new RpcError(status.INVALID_ARGUMENT, 'ack_ids: there must be at least one.');
  refuseMalformed(ackIds);
}

/** Google lets the service choose a name where none is given. */
function orRandom(name: string, like: string, kind: string): string {
  return name || `projects/${like.split('/')[1] ?? ''}/${kind}/${kind.slice(0, -1)}-${randomUUID()}`;
}

function topicRetentionMs(broker: Broker, { topic }: SubscriptionSettings): number | undefined {
  return topic === deletedTopic ? undefined : broker.topic(topic).retentionMs;
}
