import type { BacklogEntry, Decision } from '../proto/generated/moderation/v1/moderation.ts';
import type { Config, Source } from './config-schema.ts';
import { type Enriched, type Enricher, NOTHING_KNOWN } from './enrichment/enrich.ts';
import { decodeEntry } from './intake/decode-entry.ts';
import { decodeEvent, InvalidMessageError } from './intake/decode-event.ts';
import type { LeasedMessage, Settlement } from './intake/lease.ts';
import type { Case, Intake } from './moderation/case.ts';
import { type Conclusion, conclude } from './moderation/conclude.ts';
import type { ValidEvent } from './moderation/event.ts';
import type { Outcome } from './moderation/outcome.ts';
import { type Consultation, type Plan, planPass } from './moderation/plan.ts';
import { createDecisionsUnderWay } from './outlets/decisions-under-way.ts';
import { deadLetterMessage, decisionMessage, entryMessage, quarantineMessage } from './outlets/messages.ts';
import { PublishError, type Publisher } from './outlets/publisher.ts';
import type { Panel } from './panel/panel.ts';
import { withoutFailedSources } from './panel/panel.ts';
import { createSubject } from './panel/subject.ts';
import type { FruitlessPasses } from './store/fruitless-passes.ts';
import type { LateOutcomes } from './store/late-outcomes.ts';
import { type Revisions, rankOf, type Standing } from './store/revisions.ts';
import type { Events, SettledAs } from './telemetry/events.ts';
import { NO_TRACING, type Pass, type Tracing } from './telemetry/tracing/tracing.ts';

export interface Parts {
  readonly config: Config;
  readonly revisions: Revisions;
  readonly fruitlessPasses: FruitlessPasses;
  readonly lateOutcomes: LateOutcomes;
  readonly enricher: Enricher;
  readonly panel: Panel;
  readonly publisher: Publisher;
  readonly events: Events;
  readonly clock: Clock;
  /** Off unless given. */
  readonly tracing?: Tracing | undefined;
}

export interface Clock {
  /** Milliseconds since the epoch: for what is written down. */
  wallMs(): number;
  /** Milliseconds, monotonic: for budgets. */
  nowMs(): number;
}

/** The one way of an item, whichever way it came in. */
export interface Spine {
  /** Moderates a message of either queue and says how to settle it. Never rejects. */
  moderate(intake: 'items' | 'backlog', message: LeasedMessage): Promise<Settlement>;
  /**
   * Moderates an event on request and answers what would otherwise be published. What is pending goes to the backlog
   * when `enqueue` is set. What it throws it has told.
   *
   * @throws PublishError when the backlog has not confirmed
   */
  answer(subject: Case, wish: { enqueue: boolean; budgetMs: number }): Promise<Decision | 'superseded'>;
}

/**
 * How old the store's word that an event is its item's newest may be when a decision on it leaves. A pass mostly takes
 * less; one that has waited for a slow model asks again, so that an edit meanwhile, taken in by another replica, is not
 * followed by a decision on what it replaced.
 */
const FRESH_MS = 25;

/**
 * How long after it was taken in an event that supersedes another one is decided at the earliest, where replicas share a
 * store. A replica that has not yet heard of it may hold the older one to be the newest for {@link FRESH_MS} more; this
 * leaves its decision time to be stored.
 */
const RIVALS_MS = 100;

export function createSpine(parts: Parts): Spine {
  const { config, revisions, fruitlessPasses, lateOutcomes, enricher, panel, events, clock } = parts;
  const { tracing = NO_TRACING } = parts;
  const underWay = createDecisionsUnderWay();

  async function moderate(intake: 'items' | 'backlog', message: LeasedMessage): Promise<Settlement> {
    events.received(intake);
    const startedAtMs = clock.nowMs();
    const pass = tracing.startPass(intake, message);
    let subject: Case | InvalidMessageError | undefined;
    try {
      subject = pass.decoded(decode(intake, message));
      const as =
        subject instanceof InvalidMessageError
          ? await quarantine(intake, message, subject, pass)
          : await moderateCase(intake, subject, startedAtMs, pass);
      events.settled(intake, as);
      pass.settled(as);
      return as === 'fruitless' || as === 'waiting' ? 'nack' : 'ack';
    } catch (error) {
      tellFault(message, error, subject instanceof InvalidMessageError ? undefined : subject);
      events.settled(intake, 'returned');
      pass.settled('returned', error);
      return 'nack';
    }
  }

  /** plan → enrich → consult → decide → publish; what is returned is confirmed and can be acknowledged. */
  async function moderateCase(
    intake: 'items' | 'backlog',
    subject: Case,
    startedAtMs: number,
    pass: Pass,
  ): Promise<SettledAs> {
    events.arrived(subject, clock.wallMs());
    const observing = revisions.observe(subject.event, intake === 'items');
    const [standing, fruitless] = subject.history
      ? await Promise.all([observing, fruitlessPasses.of(subject.history.entryId)])
      : [await observing, 0];
    const plan = planOf(subject, standing, fruitless);
    if (plan.kind === 'superseded') return supersede(subject);
    if (plan.kind === 'wait') return 'waiting';
    const conclusion = await consider(subject, plan, pass, endOf(startedAtMs, config[intake].budget));
    if (await isOvertaken(subject, startedAtMs, standing)) return supersede(subject);
    if (conclusion.result === 'fruitless') fruitlessPasses.add(subject.history!.entryId);
    await publish(subject, conclusion, pass);
    events.concluded(subject, conclusion, clock.wallMs());
    return conclusion.result;
  }

  /**
   * Whether a newer event of the item has come meanwhile: what is decided here must not follow its decision, nor may the
   * decision on an older one, which may still be on its way to the broker, follow this one.
   */
  function isOvertaken({ event }: Case, startedAtMs: number, { hasRivals }: Standing): boolean | Promise<boolean> {
    if (hasRivals || underWay.older(event.item.itemId, rankOf(event))) return outlast(event, startedAtMs, hasRivals);
    return isSupersededNow(event, startedAtMs);
  }

  async function outlast(event: ValidEvent, startedAtMs: number, hasRivals: boolean): Promise<boolean> {
    if (hasRivals) await until(startedAtMs + RIVALS_MS);
    const older = underWay.older(event.item.itemId, rankOf(event));
    if (older) await older;
    return isSupersededNow(event, startedAtMs);
  }

  function isSupersededNow(event: ValidEvent, startedAtMs: number): boolean | Promise<boolean> {
    const isFresh = clock.nowMs() - startedAtMs <= FRESH_MS;
    return isFresh ? revisions.isKnownSuperseded(event) : revisions.isSuperseded(event);
  }

  async function answer(
    request: Case,
    { enqueue, budgetMs }: { enqueue: boolean; budgetMs: number },
  ): Promise<Decision | 'superseded'> {
    events.received('moderate');
    const pass = tracing.startPass('moderate');
    const subject = pass.decoded(request);
    let as: SettledAs = 'returned';
    let fault: unknown;
    try {
      const startedAtMs = clock.nowMs();
      // Asking is no event: only what goes to the backlog may supersede what the queue brings.
      const { event } = subject;
      const standing = await (enqueue ? revisions.observe(event, true) : lookUp(event));
      const plan = planOf(subject, standing, 0);
      if (plan.kind !== 'consult') {
        as = supersede(subject);
        return 'superseded';
      }
      const { decision, ...conclusion } = await consider(subject, plan, pass, endOf(startedAtMs, budgetMs));
      const isOpen = conclusion.entries.length > 0;
      if (isOpen && enqueue) {
        if (await isOvertaken(subject, startedAtMs, standing)) {
          as = supersede(subject);
          return 'superseded';
        }
        await publish(subject, conclusion, pass);
        events.concluded(subject, conclusion, clock.wallMs());
      }
      as = isOpen && !enqueue ? 'unanswered' : conclusion.result;
      return decision!;
    } catch (error) {
      fault = error;
      tellFault({ id: subject.sourceMessageId }, error, subject);
      throw error;
    } finally {
      events.settled('moderate', as);
      pass.settled(as, fault);
    }
  }

  function tellFault(message: Pick<LeasedMessage, 'id'>, error: unknown, subject: Case | undefined): void {
    if (error instanceof PublishError) events.notConfirmed(message, error, subject);
    else events.handlerFailed(message, error, subject);
  }

  async function lookUp(event: ValidEvent): Promise<Standing> {
    return { isSuperseded: await revisions.isSuperseded(event), hasRivals: false };
  }

  async function until(ms: number): Promise<void> {
    const remainingMs = ms - clock.nowMs();
    if (remainingMs > 0) await new Promise((resolve) => setTimeout(resolve, remainingMs));
  }

  function planOf(subject: Case, { isSuperseded }: Standing, fruitless: number): Plan {
    const facts = { isSuperseded, fruitlessPasses: fruitless, isBreakerOpen, nowMs: clock.wallMs() };
    return planPass(subject, facts, config);
  }

  function isBreakerOpen(model: string): boolean {
    return panel.members.get(model)?.breaker === 'open';
  }

  function needsOf(model: string): readonly Source[] {
    return config.models[model]!.needs;
  }

  /** enrich → consult → decide */
  async function consider(subject: Case, plan: Consultation, pass: Pass, expiresAtMs: number): Promise<Conclusion> {
    const enriching = enrich(subject, plan, pass, expiresAtMs);
    const enriched = enriching instanceof Promise ? await enriching : enriching;
    const answers = await consult(subject, plan, pass, expiresAtMs, enriched);
    events.consulted(answers);
    pass.consulted(answers);
    if (plan.peek.length > 0) await peek(subject, plan, answers);
    const { enrichment } = enriched;
    const findings = { consultation: plan, answers, enrichment, nowMs: clock.wallMs() };
    return pass.concluded(conclude(subject, findings, config));
  }

  function enrich(
    { event, history }: Case,
    { ask }: Consultation,
    pass: Pass,
    expiresAtMs: number,
  ): Enriched | Promise<Enriched> {
    const sources: Source[] = [];
    for (const model of ask) for (const source of needsOf(model)) if (!sources.includes(source)) sources.push(source);
    const known = history?.enrichment ?? NOTHING_KNOWN;
    const remainingMs = Math.max(0, expiresAtMs - clock.nowMs());
    return pass.enriching(sources, enricher.enrich(event.item, sources, known, remainingMs));
  }

  function consult(
    { event, history }: Case,
    plan: Consultation,
    pass: Pass,
    expiresAtMs: number,
    { enrichment, failures }: Enriched,
  ): Promise<Map<string, Outcome>> {
    const subject = createSubject(event.item, enrichment);
    const lane = history ? 'backlog' : 'live';
    const asking = pass.asking();
    if (failures.size === 0) return panel.consult({ subject, ask: plan.ask, lane, expiresAtMs, asking });
    const { ask, pending } = withoutFailedSources(plan.ask, needsOf, failures);
    return panel
      .consult({ subject, ask, lane, expiresAtMs, asking })
      .then((answers) => new Map([...answers, ...pending]));
  }

  /** Adds what has become of the models that other entries of the item owe. */
  async function peek({ event }: Case, plan: Consultation, answers: Map<string, Outcome>): Promise<void> {
    const settled = new Map([...plan.known, ...answers]);
    for (const [model, outcome] of await lateOutcomes.exchange(event.item, settled, plan.peek)) {
      answers.set(model, outcome);
    }
  }

  /** Resolves when the broker has confirmed all of it. */
  function publish(
    subject: Case,
    { entries, deadLetter, decision }: Omit<Conclusion, 'result'>,
    pass: Pass,
  ): Promise<void> {
    const publisher = pass.publishing(parts.publisher);
    // Mostly a decision and nothing else.
    if (decision && entries.length === 0 && !deadLetter) return publishDecision(decision, subject, publisher);
    const confirmed: BacklogEntry[] = [];
    const publishes = entries.map(async (entry) => {
      await publisher.publish('backlog', entryMessage(entry));
      confirmed.push(entry);
    });
    if (deadLetter) publishes.push(publisher.publish('deadLetter', deadLetterMessage(deadLetter)));
    if (decision) publishes.push(publishDecision(decision, subject, publisher));
    return all(publishes).catch((error: unknown) => {
      events.strayed(confirmed);
      throw error;
    });
  }

  function publishDecision(decision: Decision, subject: Case, publisher: Publisher): Promise<void> {
    const message = decisionMessage(decision, subject, config.pubsub.decisionEncoding);
    const published = publisher.publish('decisions', message);
    underWay.add(subject.event.item.itemId, rankOf(subject.event), published);
    return published;
  }

  async function quarantine(
    intake: Intake,
    message: LeasedMessage,
    error: InvalidMessageError,
    pass: Pass,
  ): Promise<SettledAs> {
    await pass.publishing(parts.publisher).publish('quarantine', quarantineMessage(message, error));
    events.quarantined(intake, message, error);
    return 'quarantined';
  }

  function supersede(subject: Case): SettledAs {
    events.superseded(subject);
    return 'superseded';
  }

  return { moderate, answer };
}

/** In whole milliseconds: of a fraction, each of an item's questions would keep a copy on the heap. */
function endOf(startedAtMs: number, budgetMs: number): number {
  return Math.ceil(startedAtMs + budgetMs);
}

function decode(intake: 'items' | 'backlog', message: LeasedMessage): Case | InvalidMessageError {
  try {
    if (intake === 'backlog') return decodeEntry(message.data, message.id);
    const event = decodeEvent(message.data, message.attributes);
    const traceparent = message.attributes['traceparent'] ?? '';
    return { intake, event, sourceMessageId: message.id, publishedAtMs: message.publishedAtMs, traceparent };
  } catch (error) {
    if (error instanceof InvalidMessageError) return error;
    throw error;
  }
}

/** Waits for all, also when one fails: nothing may still be under way when the message is given back. */
async function all(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}
