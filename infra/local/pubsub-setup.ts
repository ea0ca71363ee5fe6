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

/** Seconds: how long what is nacked waits before it is delivered again; short, for the local stack. */
const BACKOFF = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 5 } };

/** Creates the topics of Eddy and the proxy's subscriptions where they don't exist yet. */
export async function setUpPubSub(pubsub: PubSub): Promise<void> {
  await Promise.all(TOPICS.map((topic) => unlessThere(pubsub.createTopic(topic))));
  await Promise.all([
    subscribe(pubsub, ITEM_EVENTS, 'item-events-proxy'),
    subscribe(pubsub, 'moderation-backlog', 'moderation-backlog-proxy'),
  ]);
}

async function subscribe(pubsub: PubSub, topic: string, name: string): Promise<void> {
  const options = { ackDeadlineSeconds: 10, retryPolicy: BACKOFF, expirationPolicy: {} };
  await unlessThere(pubsub.topic(topic).createSubscription(name, options));
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if ((error as { code?: number }).code !== status.ALREADY_EXISTS) throw error;
  }
}
