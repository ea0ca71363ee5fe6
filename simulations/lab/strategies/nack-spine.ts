import { NOTHING_KNOWN } from '../../../proxy/enrichment/enrich.ts';
import { decodeEvent, InvalidMessageError } from '../../../proxy/intake/decode-event.ts';
import type { LeasedMessage } from '../../../proxy/intake/lease.ts';
import type { Parts, Spine } from '../../../proxy/moderate.ts';
import type { Case } from '../../../proxy/moderation/case.ts';
import { decide } from '../../../proxy/moderation/decide.ts';
import type { ValidEvent } from '../../../proxy/moderation/event.ts';
import type { Outcome } from '../../../proxy/moderation/outcome.ts';
import { concernedModels } from '../../../proxy/moderation/plan.ts';
import { decisionMessage, quarantineMessage } from '../../../proxy/outlets/messages.ts';
import { PublishError } from '../../../proxy/outlets/publisher.ts';
import { withoutFailedSources } from '../../../proxy/panel/panel.ts';
import { createSubject } from '../../../proxy/panel/subject.ts';
import type { SettledAs } from '../../../proxy/telemetry/events.ts';

/**
 * The original fault: an event is acknowledged when every model has answered, and given back to the queue otherwise, so
 * that with each redelivery all models are asked again for what the cache does not know.
 */
export function createNackSpine({ config, enricher, panel, publisher, events, clock }: Parts): Spine {
  async function settle(message: LeasedMessage): Promise<SettledAs> {
    const subject = decode(message);
    if (subject instanceof InvalidMessageError) {
      events.quarantined('items', message, subject);
      await publisher.publish('quarantine', quarantineMessage(message, subject));
      return 'quarantined';
    }
    const outcomes = await consult(subject.event, clock.nowMs() + config.items.budget);
    if ([...outcomes.values()].some(({ state }) => state === 'pending')) return 'returned';
    const decision = decide(subject.event, outcomes, config.models, clock.wallMs());
    await publisher.publish('decisions', decisionMessage(decision, subject, config.pubsub.decisionEncoding));
    events.concluded(subject, { decision, entries: [] }, clock.wallMs());
    return 'decided';
  }

  async function consult(event: ValidEvent, expiresAtMs: number): Promise<Map<string, Outcome>> {
    const needsOf = (model: string) => config.models[model]!.needs;
    const concerned = concernedModels(event, config.models);
    const sources = [...new Set(concerned.flatMap(needsOf))];
    const { enrichment, failures } = await enricher.enrich(event.item, sources, NOTHING_KNOWN, config.items.budget);
    const { ask, pending } = withoutFailedSources(concerned, needsOf, failures);
    const subject = createSubject(event.item, enrichment);
    return new Map([...pending, ...(await panel.consult({ subject, ask, lane: 'live', expiresAtMs }))]);
  }

  return {
    async moderate(intake, message) {
      events.received(intake);
      let as: SettledAs = 'returned';
      try {
        as = await settle(message);
      } catch (error) {
        if (error instanceof PublishError) events.notConfirmed(message, error);
        else events.handlerFailed(message, error);
      }
      events.settled(intake, as);
      return as === 'returned' ? 'nack' : 'ack';
    },
    answer: () => Promise.reject(new Error('this strategy has no synchronous endpoint')),
  };
}

function decode(message: LeasedMessage): Case | InvalidMessageError {
  try {
    const event = decodeEvent(message.data, message.attributes);
    const { id: sourceMessageId, publishedAtMs } = message;
    return { intake: 'items', event, sourceMessageId, publishedAtMs, traceparent: '' };
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
}
