import { BacklogEntry } from '../../../proto/generated/moderation/v1/moderation.ts';
import type { Clock } from '../../../proxy/moderate.ts';
import type { Publisher } from '../../../proxy/outlets/publisher.ts';

/**
 * Takes out of backlog entries what the published design does not carry: what the sources have said, so that every pass
 * fetches it again; and in an entry that replaces another one, when its event was published: a message that is published
 * anew has a publish time of its own.
 */
export function forgetful(publisher: Publisher, clock: Clock): Publisher {
  return {
    get inFlight() {
      return publisher.inFlight;
    },
    publish(outlet, message) {
      if (outlet !== 'backlog') return publisher.publish(outlet, message);
      const entry = BacklogEntry.decode(message.data);
      const eventPublishedAt = entry.passes > 0 ? new Date(clock.wallMs()) : entry.eventPublishedAt;
      const bare = BacklogEntry.encode({ ...entry, enrichment: undefined, eventPublishedAt });
      return publisher.publish(outlet, { ...message, data: Buffer.from(bare.finish()) });
    },
  };
}
