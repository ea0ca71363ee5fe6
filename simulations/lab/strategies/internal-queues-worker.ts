import type { Item } from '../../../proto/generated/moderation/v1/item.ts';
import type { BacklogEntry } from '../../../proto/generated/moderation/v1/moderation.ts';
import type { ModelConfig } from '../../../proxy/config-schema.ts';
import { type Enricher, NOTHING_KNOWN } from '../../../proxy/enrichment/enrich.ts';
import { decodeEntry } from '../../../proxy/intake/decode-entry.ts';
import type { LeasedMessage, Settlement } from '../../../proxy/intake/lease.ts';
import type { Clock } from '../../../proxy/moderate.ts';
import { backlogEntry } from '../../../proxy/moderation/backlog-entry.ts';
import { type Outcome, pending } from '../../../proxy/moderation/outcome.ts';
import { createCaller, outcomesOfRejection } from '../../../proxy/panel/call-model.ts';
import type { ModelClient } from '../../../proxy/panel/model-client.ts';
import type { PanelObserver } from '../../../proxy/panel/panel.ts';
import { createSubject } from '../../../proxy/panel/subject.ts';

export interface WorkerOptions {
  readonly name: string;
  readonly model: ModelConfig;
  readonly client: ModelClient;
  /** The model's own: nothing that it fetches serves another model. */
  readonly enricher: Enricher;
  /** Resolves when the broker has confirmed. */
  readonly publishAnswer: (answer: BacklogEntry) => Promise<void>;
  readonly observer: Pick<PanelObserver, 'called'>;
  readonly clock: Clock;
}

/**
 * What stands between a model and its queue: takes a request, fetches what the model needs, asks, publishes the answer.
 * It knows no business rules: also what has been superseded meanwhile is asked. A transient fault, of the model or of a
 * source, gives the request back, and the queue's retry policy is the pause.
 */
export function createWorker({ name, model, client, enricher, publishAnswer, observer, clock }: WorkerOptions) {
  const needs = [...new Set(model.needs)];
  const callModel = createCaller({
    client,
    modelTimeoutMs: model.timeout,
    onVersion: () => {},
    onCalled: (call) => observer.called({ model: name, ...call }),
    now: clock.nowMs,
  });

  async function ask(item: Item): Promise<Outcome> {
    const { enrichment, failures } = await enricher.enrich(item, needs, NOTHING_KNOWN, model.timeout);
    for (const [source, reason] of failures) return pending(`ENRICHMENT: ${source}: ${reason}`);
    const input = createSubject(item, enrichment).input(model.needs);
    try {
      const { outcomes } = await callModel([input], model.timeout);
      return outcomes[0]!;
    } catch (error) {
      return outcomesOfRejection(error, 1)[0]!;
    }
  }

  /** The answer is the request with the outcome written into it: what it owed is what it now holds. */
  return async function work(message: LeasedMessage): Promise<Settlement> {
    const request = decodeEntry(message.data, message.id);
    const { owed, owedElsewhere } = request.history!;
    const outcome = await ask(request.event.item);
    if (outcome.state === 'pending') return 'nack';
    const outcomes = new Map([[name, outcome]]);
    await publishAnswer(backlogEntry(request, owed, owedElsewhere, outcomes, NOTHING_KNOWN, clock.wallMs()));
    return 'ack';
  };
}
