import type { PubSub } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import type { Config } from '../config-schema.ts';

/** Pub/Sub is not as the proxy needs it. The message names each fault with the command that mends it. */
export class PubSubSetupError extends Error {
  override name = 'PubSubSetupError';
}

/** What works, but not well; with the command that mends it. */
export type SetupWarning = string;

export interface PubSubSetup {
  /** What is not as it should be, but can be lived with. */
  readonly warnings: readonly SetupWarning[];
  /** The longest that a waiting backlog entry is not seen, in milliseconds: its pause between two deliveries. */
  readonly backlogPauseMs: number;
}

/** The longest pause that Pub/Sub knows: what is assumed where the subscription can't be looked at. */
const LONGEST_PAUSE_MS = 600_000;

/** What is looked at, of what Pub/Sub says of a subscription. */
interface BacklogSubscription {
  readonly topic?: string | null;
  readonly filter?: string | null;
  readonly deadLetterPolicy?: object | null;
  readonly messageRetentionDuration?: { readonly seconds?: unknown } | null;
  readonly retryPolicy?: { readonly maximumBackoff?: { readonly seconds?: unknown } | null } | null;
}

/** One attempt: a broker that can't be reached is said so at once. */
const CALL = { timeout: 10_000, maxRetries: 0 };

/**
 * Looks whether the topics and subscriptions exist and are set up as the settlement of messages needs it.
 *
 * @throws PubSubSetupError naming all that is missing
 */
export async function checkPubSub(
  pubsub: PubSub,
  { pubsub: { topics, subscriptions, project, ackDeadline }, backlog }: Pick<Config, 'pubsub' | 'backlog'>,
  intakes: readonly ('items' | 'backlog')[],
): Promise<PubSubSetup> {
  const faults: string[] = [];
  const warnings: SetupWarning[] = [];
  let backlogPauseMs = LONGEST_PAUSE_MS;
  const flag = `--project=${project}`;
  /** Runs a look-up and sorts what it fails with; a proxy may lack the right to look, and still work. */
  async function look<T>(what: string, create: string, lookUp: () => Promise<T>): Promise<T | undefined> {
    try {
      return await lookUp();
    } catch (error) {
      const code = (error as { code?: number }).code;
      const reason = error instanceof Error ? error.message : String(error);
      if (code === status.NOT_FOUND) faults.push(`${what} does not exist; create it: ${create} ${flag}`);
      else if (code === status.PERMISSION_DENIED) warnings.push(`${what} can't be checked: ${reason}`);
      else faults.push(`${what} can't be looked up: ${reason}`);
      return undefined;
    }
  }

  const checkTopic = (name: string) =>
    look(`topic ${name}`, `gcloud pubsub topics create ${name}`, () => pubsub.topic(name).getMetadata(CALL));
  async function checkSubscription(intake: 'items' | 'backlog'): Promise<void> {
    const name = subscriptions[intake];
    const topic = intake === 'items' ? 'TOPIC_OF_THE_ITEM_EVENTS' : topics.backlog;
    const backoff = intake === 'items' ? ['1s', '60s'] : ['10s', '600s'];
    const retryFlags = `--min-retry-delay=${backoff[0]} --max-retry-delay=${backoff[1]}`;
    const create = `gcloud pubsub subscriptions create ${name} --topic=${topic} --expiration-period=never ${retryFlags}`;
    const found = await look(`subscription ${name}`, create, () => pubsub.subscription(name).getMetadata(CALL));
    if (!found) return;
    const [metadata] = found;
    const update = `gcloud pubsub subscriptions update ${name}`;
    if (!metadata.retryPolicy) {
      warnings.push(
        `subscription ${name} has no retry policy: what is nacked comes back at once, again and again; set it: ${update} ${retryFlags} ${flag}`,
      );
    }
    if (metadata.enableMessageOrdering) {
      warnings.push(`subscription ${name} keeps an order: one message that waits holds up all of its key`);
    }
    if (intake === 'backlog') checkBacklog(name, metadata);
    const leaseMs = (metadata.ackDeadlineSeconds ?? 0) * 1_000;
    if (leaseMs > ackDeadline) {
      warnings.push(
        `subscription ${name} leases for ${leaseMs} ms, longer than pubsub.ackDeadline (${ackDeadline} ms)`,
      );
    }
  }
  /** What the backlog subscription must be so that what is acknowledged in exchange for an entry is not lost. */
  function checkBacklog(name: string, metadata: BacklogSubscription): void {
    const update = `gcloud pubsub subscriptions update ${name}`;
    if (metadata.topic?.split('/').at(-1) !== topics.backlog) {
      faults.push(
        `subscription ${name} is on ${metadata.topic}, not on ${topics.backlog}: entries would never be seen`,
      );
    }
    if (metadata.filter) {
      faults.push(`subscription ${name} has a filter (${metadata.filter}), which drops entries; create it without`);
    }
    if (metadata.deadLetterPolicy) {
      warnings.push(
        `subscription ${name} has a dead-letter policy, which would take entries away that still wait; remove it: ${update} --clear-dead-letter-policy ${flag}`,
      );
    }
    // Nacked without a policy, an entry comes back at once.
    const longest = metadata.retryPolicy?.maximumBackoff?.seconds;
    if (!metadata.retryPolicy || longest != null) backlogPauseMs = Number(longest ?? 0) * 1_000;
    const retentionMs = Number(metadata.messageRetentionDuration?.seconds ?? 0) * 1_000;
    if (retentionMs > 0 && retentionMs < backlog.maxAge) {
      warnings.push(
        `subscription ${name} keeps entries for ${retentionMs} ms, less than backlog.maxAge (${backlog.maxAge} ms): what waits longer is lost; set it: ${update} --message-retention-duration=${Math.ceil(backlog.maxAge / 1_000)}s ${flag}`,
      );
    }
  }

  // The backlog's own, also where another replica consumes it: without it, what is published there is gone.
  const looked = new Set<'items' | 'backlog'>([...intakes, 'backlog']);
  await Promise.all([...Object.values(topics).map(checkTopic), ...[...looked].map(checkSubscription)]);
  if (faults.length > 0)
    throw new PubSubSetupError(`Pub/Sub is not set up:\n${faults.map((f) => `  ${f}`).join('\n')}`);
  return { warnings, backlogPauseMs };
}
