import type { Logger } from 'pino';
import {
  type BacklogEntry,
  Completeness,
  type Decision,
  TopicState,
} from '../../proto/generated/moderation/v1/moderation.ts';
import type { Config } from '../config-schema.ts';
import type { SellerProfilesObserver } from '../enrichment/seller-profiles.ts';
import type { InvalidMessageError } from '../intake/decode-event.ts';
import type { LeasedMessage } from '../intake/lease.ts';
import type { Case, Intake } from '../moderation/case.ts';
import type { Conclusion } from '../moderation/conclude.ts';
import type { Outcomes } from '../moderation/outcome.ts';
import type { Outlet, PublisherObserver } from '../outlets/publisher.ts';
import type { PanelObserver } from '../panel/panel.ts';
import type { Ledger } from '../store/ledger.ts';
import { messageFields, subjectFields } from './log-fields.ts';
import { COMPLETENESS, INTAKES, type Metrics, statusName } from './metrics.ts';
import type { Oldest } from './oldest.ts';

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
  /** It is a valid event or entry. */
  arrived(subject: Case, nowMs: number): void;
  settled(intake: Intake, as: SettledAs): void;
  /** It is in the quarantine, confirmed. */
  quarantined(intake: Intake, message: LeasedMessage, error: InvalidMessageError): void;
  superseded(subject: Case): void;
  consulted(outcomes: Outcomes): void;
  /** What a pass came to has been published, as far as it is for publishing, and confirmed. */
  concluded(subject: Case, conclusion: Omit<Conclusion, 'result'>, nowMs: number): void;
  /** The broker has these entries, although the pass that wrote them came to nothing: it will come again, and they stay. */
  strayed(entries: readonly BacklogEntry[]): void;
  /** The subject is what was in the message, where that could be read. */
  notConfirmed(message: Pick<LeasedMessage, 'id'>, error: Error, subject?: Case): void;
  handlerFailed(message: Pick<LeasedMessage, 'id'>, error: unknown, subject?: Case): void;
  readonly seller: SellerProfilesObserver;
}

export interface EventsOptions {
  readonly config: Pick<Config, 'models'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly ledger: Ledger;
  readonly oldest: Oldest;
}

/** The account of the ledger in which backlog entries are counted; those of models go by the models' names. */
export const ENTRIES = 'entries of the backlog';

const OUTCOMES = ['scored', 'pending', 'failed', 'abandoned'] as const;
const SETTLED_AS = [
  'decided',
  'deferred',
  'progressed',
  'fruitless',
  'abandoned',
  'superseded',
  'quarantined',
  'waiting',
  'returned',
  'unanswered',
] as const satisfies readonly SettledAs[];
const OUTLETS = ['decisions', 'backlog', 'deadLetter', 'quarantine'] as const satisfies readonly Outlet[];
const LOOK_UPS = ['hit', 'miss', 'bypassed'] as const;

export function createEvents({ config: { models }, log, metrics, ledger, oldest }: EventsOptions): Events {
  const isConfigured = (model: string) => Object.hasOwn(models, model);

  function growOwed(model: string): void {
    metrics.owed.inc({ model });
    ledger.grew(model);
  }

  /** Something is no longer owed. */
  function settleOwed(model: string, result: 'paid' | 'superseded' | 'abandoned'): void {
    if (!isConfigured(model)) return;
    metrics.owedSettled.inc({ model, result });
    ledger.settled(model);
  }

  function keepAccounts({ history }: Case, { entries, deadLetter }: Omit<Conclusion, 'result'>): void {
    if (!history && entries.length === 0) return;
    metrics.entries.inc(entries.length);
    ledger.grew(ENTRIES, entries.length);
    const owed = new Set(entries.flatMap((entry) => entry.owed.map(({ model }) => model)));
    if (!history) {
      for (const model of owed) growOwed(model);
      return;
    }
    ledger.settled(ENTRIES);
    const abandoned = new Set(deadLetter?.owed.map(({ model }) => model));
    for (const { model } of history.owed) {
      if (!owed.has(model)) settleOwed(model, abandoned.has(model) ? 'abandoned' : 'paid');
    }
  }

  function timeDecision({ intake, history, publishedAtMs }: Case, decision: Decision, nowMs: number): void {
    const delaySeconds = Math.max(0, nowMs - publishedAtMs) / 1_000;
    const completeness = decision.completeness === Completeness.COMPLETE ? 'complete' : 'partial';
    ofIntakes[intake].decisionDelay[completeness].observe(delaySeconds);
    for (const { model, state } of decision.topics) {
      // What earlier passes have settled was told then.
      const isNew = !history || history.owed.some((owed) => owed.model === model);
      if (isNew && state !== TopicState.PENDING) ofModels.get(model)?.topicDelay[intake].observe(delaySeconds);
    }
  }

  const arrival = metrics.arrival.series({});
  const ofIntakes = each(INTAKES, (intake) => ({
    received: metrics.received.series({ intake }),
    settled: each(SETTLED_AS, (result) => metrics.settled.series({ intake, result })),
    decisionDelay: each(COMPLETENESS, (completeness) => metrics.decisionDelay.series({ completeness, intake })),
  }));
  const ofOutlets = each(OUTLETS, (outlet) => ({
    confirmed: metrics.published.series({ outlet, result: 'confirmed' }),
    failed: metrics.published.series({ outlet, result: 'failed' }),
    seconds: metrics.publishSeconds.series({ outlet }),
  }));
  // The names of models are data, which may be called like anything that an object has.
  const ofModels = new Map(
    Object.entries(models).map(([model, { topic }]) => [
      model,
      {
        batch: metrics.batch.series({ model }),
        callSeconds: metrics.callSeconds.series({ model }),
        outcomes: each(OUTCOMES, (state) => metrics.outcomes.series({ model, state })),
        cache: each(LOOK_UPS, (result) => metrics.cache.series({ model, result })),
        topicDelay: each(INTAKES, (intake) => metrics.topicDelay.series({ topic, intake })),
      },
    ]),
  );
  const sellerSeconds = metrics.enrichmentSeconds.series({ source: 'seller' });
  const openBreakers = new Set<string>();
  return {
    received: (intake) => ofIntakes[intake].received.add(),
    settled: (intake, as) => ofIntakes[intake].settled[as].add(),
    arrived({ history, publishedAtMs }, nowMs) {
      if (!history) {
        arrival.observe(Math.max(0, nowMs - publishedAtMs) / 1_000);
        return;
      }
      ledger.seen(ENTRIES);
      for (const { model } of history.owed) {
        if (!isConfigured(model)) continue;
        ledger.seen(model);
        oldest.note(model, history.firstPublishedAtMs);
      }
    },
    quarantined(intake, message, error) {
      if (intake === 'backlog') ledger.settled(ENTRIES);
      const { message: reason, fields } = error;
      log.warn({ event: 'quarantined', intake, ...messageFields(message), reason, fields });
    },
    superseded(subject) {
      const { intake, sourceMessageId, history } = subject;
      if (history) {
        ledger.settled(ENTRIES);
        for (const { model } of history.owed) settleOwed(model, 'superseded');
      }
      log.info({ event: 'superseded', intake, messageId: sourceMessageId, ...subjectFields(subject) });
    },
    consulted(outcomes) {
      for (const [model, { state }] of outcomes) ofModels.get(model)?.outcomes[state].add();
    },
    concluded(subject, conclusion, nowMs) {
      const { decision, deadLetter, entries } = conclusion;
      // A pass that leaves neither has changed nothing; the decision on a synchronous request goes to the caller alone.
      if (!decision && entries.length === 0) return;
      keepAccounts(subject, conclusion);
      if (decision) timeDecision(subject, decision, nowMs);
      if (deadLetter) {
        const models = deadLetter.owed.map(({ model }) => model);
        log.warn({ event: 'abandoned', messageId: subject.sourceMessageId, ...subjectFields(subject), models });
      }
    },
    strayed(entries) {
      if (entries.length === 0) return;
      metrics.entries.inc(entries.length);
      ledger.grew(ENTRIES, entries.length);
      for (const { owed } of entries) for (const { model } of owed) growOwed(model);
    },
    published(outlet, isConfirmed, durationMs) {
      const { confirmed, failed, seconds } = ofOutlets[outlet];
      (isConfirmed ? confirmed : failed).add();
      seconds.observe(durationMs / 1_000);
    },
    notConfirmed: (message, error, subject) =>
      log.error({ event: 'not-confirmed', ...messageFields(message, subject), reason: error.message }),
    handlerFailed: (message, err, subject) =>
      log.error({ event: 'handler-failed', ...messageFields(message, subject), err }),
    sent(model, { live, backlog }) {
      if (live > 0) metrics.inputs.inc({ model, lane: 'live' }, live);
      if (backlog > 0) metrics.inputs.inc({ model, lane: 'backlog' }, backlog);
    },
    called({ model, code, inputs, durationMs }) {
      metrics.calls.inc({ model, code: statusName(code) });
      ofModels.get(model)?.batch.observe(inputs);
      ofModels.get(model)?.callSeconds.observe(durationMs / 1_000);
    },
    coalesced: (model) => metrics.coalesced.inc({ model }),
    breakerChanged(model, state) {
      // A model that stays ill is tried again and again: only its going and its coming back are news.
      if (state === 'closed') openBreakers.delete(model);
      const isNews = state === 'closed' || (state === 'open' && !openBreakers.has(model));
      if (state === 'open') openBreakers.add(model);
      log[isNews ? 'warn' : 'debug']({ event: 'breaker', model, state });
    },
    cacheHit: (model) => ofModels.get(model)?.cache.hit.add(),
    cacheMissed: (model) => ofModels.get(model)?.cache.miss.add(),
    cacheBypassed: (model) => ofModels.get(model)?.cache.bypassed.add(),
    seller: {
      fetched(code, durationMs) {
        metrics.enrichment.inc({ source: 'seller', code: statusName(code) });
        sellerSeconds.observe(durationMs / 1_000);
      },
      servedStale: () => metrics.enrichmentStale.inc({ source: 'seller' }),
    },
  };
}

function each<K extends string, V>(keys: readonly K[], make: (key: K) => V): Readonly<Record<K, V>> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
}
