import type { Logger } from 'pino';
import { Completeness } from '../../proto/generated/moderation/v1/moderation.ts';
import type { SellerProfilesObserver } from '../enrichment/seller-profiles.ts';
import type { InvalidMessageError } from '../intake/decode-event.ts';
import type { LeasedMessage } from '../intake/lease.ts';
import type { Case, Intake } from '../moderation/case.ts';
import type { Conclusion } from '../moderation/conclude.ts';
import type { Outcomes } from '../moderation/outcome.ts';
import type { PublisherObserver } from '../outlets/publisher.ts';
import type { PanelObserver } from '../panel/panel.ts';
import { type Metrics, statusName } from './metrics.ts';

/** How a message or request was settled, as the books count it. */
export type SettledAs =
  | Conclusion['result']
  /** A newer revision of the item is known. */
  | 'superseded'
  /** It can't be decoded, or is invalid. */
  | 'quarantined'
  /** All that is owed is owed by models whose breakers are open. */
  | 'waiting'
  /** The broker has not confirmed a publish, or a fault of ours: it will be delivered again, or the caller was told. */
  | 'returned'
  /** A synchronous request whose open topics nobody will ask for again. */
  | 'unanswered';

/**
 * What happens, told once: each function feeds the log and the counters, and none throws. What happens to every item is
 * counted only; what should not happen, or seldom, has a line too.
 */
export interface Events extends PanelObserver, PublisherObserver {
  received(intake: Intake): void;
  settled(intake: Intake, as: SettledAs): void;
  quarantined(intake: Intake, message: LeasedMessage, error: InvalidMessageError): void;
  superseded(subject: Case): void;
  consulted(outcomes: Outcomes): void;
  concluded(subject: Case, conclusion: Omit<Conclusion, 'result'>, nowMs: number): void;
  notConfirmed(message: { readonly id: string }, error: Error): void;
  handlerFailed(message: { readonly id: string }, error: unknown): void;
  storeChanged(isAvailable: boolean, cause?: Error): void;
  readonly seller: SellerProfilesObserver;
}

export function createEvents(log: Logger, metrics: Metrics): Events {
  metrics.storeUp.set(1);
  const openBreakers = new Set<string>();
  return {
    received: (intake) => metrics.received.inc({ intake }),
    settled: (intake, result) => metrics.settled.inc({ intake, result }),
    quarantined(intake, { id }, error) {
      log.warn({ event: 'quarantined', intake, messageId: id, reason: error.message, fields: error.fields });
    },
    superseded({ intake, event, sourceMessageId }) {
      const { itemId, revision } = event.item;
      log.info({ event: 'superseded', intake, messageId: sourceMessageId, itemId, revision });
    },
    consulted(outcomes) {
      for (const [model, { state }] of outcomes) metrics.outcomes.inc({ model, state });
    },
    concluded(subject, { decision, entries, deadLetter }, nowMs) {
      if (decision) {
        const completeness = decision.completeness === Completeness.COMPLETE ? 'complete' : 'partial';
        metrics.delay.observe({ completeness }, Math.max(0, nowMs - subject.publishedAtMs) / 1_000);
      }
      metrics.entries.inc(entries.length);
      if (!subject.history) {
        for (const { owed } of entries) for (const { model } of owed) metrics.owed.inc({ model });
      }
      if (deadLetter) {
        const { itemId, revision } = subject.event.item;
        const models = deadLetter.owed.map(({ model }) => model);
        log.warn({ event: 'abandoned', messageId: subject.sourceMessageId, itemId, revision, models });
      }
    },
    published: (outlet, isConfirmed) => metrics.published.inc({ outlet, result: isConfirmed ? 'confirmed' : 'failed' }),
    notConfirmed: ({ id }, error) => log.error({ event: 'not-confirmed', messageId: id, reason: error.message }),
    handlerFailed: ({ id }, err) => log.error({ event: 'handler-failed', messageId: id, err }),
    called({ model, code, inputs, durationMs }) {
      metrics.calls.inc({ model, code: statusName(code) });
      metrics.inputs.inc({ model }, inputs);
      metrics.batch.observe({ model }, inputs);
      metrics.callSeconds.observe({ model }, durationMs / 1_000);
    },
    coalesced: (model) => metrics.coalesced.inc({ model }),
    breakerChanged(model, state) {
      // A model that stays ill is tried again and again: only its going and its coming back are news.
      if (state === 'closed') openBreakers.delete(model);
      const isNews = state === 'closed' || (state === 'open' && !openBreakers.has(model));
      if (state === 'open') openBreakers.add(model);
      log[isNews ? 'warn' : 'debug']({ event: 'breaker', model, state });
    },
    cacheHit: (model) => metrics.cache.inc({ model, result: 'hit' }),
    cacheMissed: (model) => metrics.cache.inc({ model, result: 'miss' }),
    cacheBypassed: (model) => metrics.cache.inc({ model, result: 'bypassed' }),
    storeChanged(isAvailable, cause) {
      metrics.storeUp.set(isAvailable ? 1 : 0);
      if (isAvailable) log.info({ event: 'store', state: 'available' });
      else log.warn({ event: 'store', state: 'bypassed', reason: cause?.message });
    },
    seller: {
      fetched(code, durationMs) {
        metrics.enrichment.inc({ source: 'seller', code: statusName(code) });
        metrics.enrichmentSeconds.observe({ source: 'seller' }, durationMs / 1_000);
      },
      servedStale: () => metrics.enrichmentStale.inc({ source: 'seller' }),
    },
  };
}
