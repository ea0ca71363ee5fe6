import type { BacklogEntry } from '../../../proto/generated/moderation/v1/moderation.ts';
import type { Config } from '../../../proxy/config-schema.ts';
import { NOTHING_KNOWN } from '../../../proxy/enrichment/enrich.ts';
import { decodeEntry } from '../../../proxy/intake/decode-entry.ts';
import { decodeEvent, InvalidMessageError } from '../../../proxy/intake/decode-event.ts';
import type { LeasedMessage, Settlement } from '../../../proxy/intake/lease.ts';
import type { Clock } from '../../../proxy/moderate.ts';
import { backlogEntries } from '../../../proxy/moderation/backlog-entry.ts';
import type { Case } from '../../../proxy/moderation/case.ts';
import { decide } from '../../../proxy/moderation/decide.ts';
import type { ValidEvent } from '../../../proxy/moderation/event.ts';
import { type Outcome, type Outcomes, pending } from '../../../proxy/moderation/outcome.ts';
import { concernedModels } from '../../../proxy/moderation/plan.ts';
import { decisionMessage, quarantineMessage } from '../../../proxy/outlets/messages.ts';
import { PublishError, type Publisher } from '../../../proxy/outlets/publisher.ts';
import type { Revisions } from '../../../proxy/store/revisions.ts';
import type { Events, SettledAs } from '../../../proxy/telemetry/events.ts';
import type { Answers } from './internal-queues-answers.ts';

export interface ProxyParts {
  readonly config: Config;
  readonly revisions: Revisions;
  readonly answers: Answers;
  readonly publisher: Publisher;
  /** Puts a request into the queue of the model that it owes. Resolves when the broker has confirmed. */
  readonly publishRequest: (request: BacklogEntry) => Promise<void>;
  readonly events: Events;
  readonly clock: Clock;
}

const NONE: Outcomes = new Map();
const NOT_YET = pending('UNANSWERED: its model has not answered yet');

/** The two ends at which the proxy stands: events become requests, answers become decisions. Neither waits for a model. */
export function createProxyEnds(parts: ProxyParts) {
  const { config, revisions, answers, publisher, publishRequest, events, clock } = parts;

  async function takeIn(message: LeasedMessage): Promise<SettledAs> {
    const event = decode(message);
    if (event instanceof InvalidMessageError) {
      events.quarantined('items', message, event);
      await publisher.publish('quarantine', quarantineMessage(message, event));
      return 'quarantined';
    }
    const subject: Case = {
      intake: 'items',
      event,
      sourceMessageId: message.id,
      publishedAtMs: message.publishedAtMs,
      traceparent: message.attributes['traceparent'] ?? '',
    };
    if ((await revisions.observe(event, true)).isSuperseded) return supersede(subject);
    const owed = concernedModels(event, config.models).map((model) => ({ model, attempts: 0, lastError: '' }));
    if (owed.length === 0) return publishDecision(subject, NONE);
    const requests = backlogEntries(subject, owed, [], NONE, NOTHING_KNOWN, 'per-model', clock.wallMs());
    await Promise.all(requests.map(publishRequest));
    return 'deferred';
  }

  async function takeAnswer(message: LeasedMessage): Promise<SettledAs> {
    const subject = decodeEntry(message.data, message.id);
    const { owed, owedElsewhere, scores, failures } = subject.history!;
    const { item } = subject.event;
    const model = owed[0]!.model;
    const outcome = (scores.get(model) ?? failures.get(model))!;
    const others = await answers.add({ item, model, outcome }, owedElsewhere);
    if (!others) return 'waiting';
    if (await revisions.isSuperseded(subject.event)) return supersede(subject);
    const outcomes = new Map<string, Outcome>([[model, outcome]]);
    for (const other of owedElsewhere) outcomes.set(other, others.get(other) ?? NOT_YET);
    return publishDecision(subject, outcomes);
  }

  async function publishDecision(subject: Case, outcomes: Outcomes): Promise<SettledAs> {
    const decision = decide(subject.event, outcomes, config.models, clock.wallMs());
    await publisher.publish('decisions', decisionMessage(decision, subject, config.pubsub.decisionEncoding));
    events.concluded(subject, { decision, entries: [] }, clock.wallMs());
    return [...outcomes.values()].includes(NOT_YET) ? 'progressed' : 'decided';
  }

  function supersede(subject: Case): SettledAs {
    events.superseded(subject);
    return 'superseded';
  }

  /** As the books count it: the answers stand in the place of the backlog. */
  function told(intake: 'items' | 'backlog', work: (message: LeasedMessage) => Promise<SettledAs>) {
    return async (message: LeasedMessage): Promise<Settlement> => {
      events.received(intake);
      let as: SettledAs = 'returned';
      try {
        as = await work(message);
      } catch (error) {
        tellFault(events, message, error);
      }
      events.settled(intake, as);
      return as === 'returned' || as === 'waiting' ? 'nack' : 'ack';
    };
  }

  return { takeIn: told('items', takeIn), takeAnswer: told('backlog', takeAnswer) };
}

/** That a message is given back because of a fault: the broker has not confirmed, or it is our own. */
export function tellFault(events: Events, message: LeasedMessage, error: unknown): void {
  if (error instanceof PublishError) events.notConfirmed(message, error);
  else events.handlerFailed(message, error);
}

function decode({ data, attributes }: LeasedMessage): ValidEvent | InvalidMessageError {
  try {
    return decodeEvent(data, attributes);
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
}
