import type { PubSub } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';

/** The topic that the sources of events publish to. */
export const ITEM_EVENTS = 'item-events';

const TOPICS = [
  ITEM_EVENTS,
  'moderation-decisions',
  'moderation-backlog',
  'moderation-quarantine',
  'moderation-dead-letter',
];

/** How long what is nacked waits before it is delivered again; short, for the local stack. */
export const BACKOFF_SECONDS = { minimum: 1, maximum: 5 };

/** Creates the topics of Eddy and the proxy's subscriptions where they don't exist yet. */
export async function setUpPubSub(pubsub: PubSub): Promise<void> {
  await Promise.all(TOPICS.map((topic) => unlessThere(pubsub.createTopic(topic))));
  await Promise.all([
    subscribe(pubsub, ITEM_EVENTS, 'item-events-proxy'),
    subscribe(pubsub, 'moderation-backlog', 'moderation-backlog-proxy'),
  ]);
}

async function subscribe(pubsub: PubSub, topic: string, name: string): Promise<void> {
  const { minimum, maximum } = BACKOFF_SECONDS;
  const retryPolicy = { minimumBackoff: { seconds: minimum }, maximumBackoff: { seconds: maximum } };
  const options = { ackDeadlineSeconds: 10, retryPolicy, expirationPolicy: {} };
  await unlessThere(pubsub.topic(topic).createSubscription(name, options));
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if ((error as { code?: number }).code !== status.ALREADY_EXISTS) throw error;
  }
}
