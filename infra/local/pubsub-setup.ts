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

/** How a subscription delivers, in seconds. */
export interface SubscriptionSetting {
  /** 10 to 600, whole. */
  readonly ackDeadlineSeconds: number;
  /** How long what is nacked waits: the first time, and at the longest; 0 to 600. */
  readonly backoffSeconds: { readonly minimum: number; readonly maximum: number };
}

/** Those of the proxy. */
export type SubscriptionSettings = Readonly<Record<'items' | 'backlog', SubscriptionSetting>>;

const LOCAL: SubscriptionSetting = { ackDeadlineSeconds: 10, backoffSeconds: BACKOFF_SECONDS };

/** Creates the topics of Eddy and the proxy's subscriptions where they don't exist yet. */
export async function setUpPubSub(
  pubsub: PubSub,
  { items, backlog }: SubscriptionSettings = { items: LOCAL, backlog: LOCAL },
): Promise<void> {
  await Promise.all(TOPICS.map((topic) => unlessThere(pubsub.createTopic(topic))));
  await Promise.all([
    subscribe(pubsub, ITEM_EVENTS, 'item-events-proxy', items),
    subscribe(pubsub, 'moderation-backlog', 'moderation-backlog-proxy', backlog),
  ]);
}

async function subscribe(pubsub: PubSub, topic: string, name: string, setting: SubscriptionSetting): Promise<void> {
  const { minimum, maximum } = setting.backoffSeconds;
  const retryPolicy = { minimumBackoff: duration(minimum), maximumBackoff: duration(maximum) };
  const options = { ackDeadlineSeconds: setting.ackDeadlineSeconds, retryPolicy, expirationPolicy: {} };
  await unlessThere(pubsub.topic(topic).createSubscription(name, options));
}

function duration(seconds: number): { seconds: number; nanos: number } {
  const whole = Math.floor(seconds);
  return { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) };
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if ((error as { code?: number }).code !== status.ALREADY_EXISTS) throw error;
  }
}
