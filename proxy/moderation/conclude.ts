import type { Enrichment } from '../../proto/generated/moderation/v1/model.ts';
import type { BacklogEntry, Decision } from '../../proto/generated/moderation/v1/moderation.ts';
import type { Config } from '../config-schema.ts';
import { backlogEntries, backlogEntry } from './backlog-entry.ts';
import type { Case, OwedModel } from './case.ts';
import { decide } from './decide.ts';
import type { Outcome, Outcomes } from './outcome.ts';
import type { Consultation } from './plan.ts';

/** How a pass ends for its message. */
export type Result =
  /** Nothing more is owed by this message. */
  | 'decided'
  /** First pass: something is owed, and waits in the backlog. */
  | 'deferred'
  /** Backlog pass: some of what was owed is settled, and a new entry carries the rest. */
  | 'progressed'
  /** Backlog pass: nothing of what was owed is settled; the message will be delivered again. */
  | 'fruitless'
  /** Nothing more is owed by this message, and some topic was given up. */
  | 'abandoned';

/** What a pass comes to: what must be published, all of it before the message is acknowledged. */
export interface Conclusion {
  readonly result: Result;
  readonly decision?: Decision;
  readonly entries: readonly BacklogEntry[];
  /** The entry with what is given up in this pass. */
  readonly deadLetter?: BacklogEntry;
}

export interface Findings {
  readonly consultation: Consultation;
  /** What the models answered: all that were asked, and of the peeked-at those that could be had. */
  readonly answers: Outcomes;
  readonly enrichment: Enrichment;
  readonly nowMs: number;
}

/** The settlement of a consultation: what the outcomes mean for the decision, the backlog and the message. */
export function conclude(subject: Case, findings: Findings, config: Pick<Config, 'models' | 'backlog'>): Conclusion {
  const { consultation, answers, enrichment, nowMs } = findings;
  const elsewhere = consultation.peek.filter((model) => !answers.has(model) && !consultation.known.has(model));
  const outcomes = allOutcomes(consultation, answers, elsewhere);
  const owed = stillOwed(consultation, outcomes);
  const givenUp = newlyAbandoned(subject, consultation);
  if (subject.history && owed.length > 0 && owed.length === subject.history.owed.length) {
    return { result: 'fruitless', entries: [] };
  }
  const entries = backlogEntries(subject, owed, elsewhere, outcomes, enrichment, config.backlog.mode, nowMs);
  const decision = decide(subject.event, outcomes, config.models, nowMs);
  const result = resultOf(subject, owed, outcomes);
  if (givenUp.length === 0) return { result, decision, entries };
  const deadLetter = backlogEntry(
    subject,
    givenUp,
    [...owed.map(({ model }) => model), ...elsewhere],
    outcomes,
    enrichment,
    nowMs,
  );
  return { result, decision, entries, deadLetter };
}

/** What is known of all the models that the item concerns. On the first pass, that is what they have just answered. */
function allOutcomes({ known }: Consultation, answers: Outcomes, elsewhere: readonly string[]): Outcomes {
  if (known.size === 0 && elsewhere.length === 0) return answers;
  const outcomes = new Map<string, Outcome>([...known, ...answers]);
  for (const model of elsewhere) {
    outcomes.set(model, { state: 'pending', error: 'OWED_ELSEWHERE: another backlog entry of this item owes it' });
  }
  return outcomes;
}

function stillOwed({ ask, attempts }: Consultation, outcomes: Outcomes): OwedModel[] {
  const owed: OwedModel[] = [];
  for (const model of ask) {
    const outcome = outcomes.get(model);
    if (outcome?.state !== 'pending') continue;
    owed.push({ model, attempts: (attempts.get(model) ?? 0) + 1, lastError: outcome.error });
  }
  return owed;
}

function newlyAbandoned({ history }: Case, { known }: Consultation): OwedModel[] {
  return history?.owed.filter(({ model }) => known.get(model)?.state === 'abandoned') ?? [];
}

function resultOf({ history }: Case, owed: readonly OwedModel[], outcomes: Outcomes): Result {
  if (owed.length > 0) return history ? 'progressed' : 'deferred';
  for (const outcome of outcomes.values()) if (outcome.state === 'abandoned') return 'abandoned';
  return 'decided';
}
