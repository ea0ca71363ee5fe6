import type { Agenda } from './agenda.ts';
import type { Chance } from './disturbance.ts';
import type { StoredMessage, SubscriptionSettings } from './resources.ts';
import type { Stored } from './stored.ts';
import type { SubscriptionQueue } from './subscription-queue.ts';

/** What a subscription's queue needs of the broker. */
export interface QueueSurroundings {
  readonly now: () => number;
  readonly agenda: Agenda;
  readonly chance: Chance;
  /** Of all subscriptions. */
  readonly stored: Stored;
  /** Told whenever a message may have become deliverable. */
  readonly deliverable: (queue: SubscriptionQueue) => void;
  /** Publishes to the dead-letter topic; false when that is gone. */
  readonly forward: (message: StoredMessage, from: SubscriptionSettings, deliveryCount: number) => boolean;
  /** Unique among all subscriptions. */
  readonly newAckId: () => string;
}
