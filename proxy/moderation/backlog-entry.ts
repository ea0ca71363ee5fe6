import type { Enrichment } from '../../proto/generated/moderation/v1/model.ts';
import type { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import type { Config } from '../config-schema.ts';
import type { Case, History, OwedModel } from './case.ts';
import { abandoned, failed, type Outcomes, type Scored } from './outcome.ts';

/** An entry of a case with all that is known of it, owing what is named. */
export function backlogEntry(
  { event, sourceMessageId, publishedAtMs, traceparent, history }: Case,
  owed: readonly OwedModel[],
  owedElsewhere: readonly string[],
  outcomes: Outcomes,
  enrichment: Enrichment,
  nowMs: number,
): BacklogEntry {
  const entry: BacklogEntry = {
    event,
    scores: [],
    owed: owed.map((one) => ({ ...one })),
    enrichment,
    firstPublishedAt: new Date(history?.firstPublishedAtMs ?? nowMs),
    passes: history ? history.passes + 1 : 0,
    traceparent,
    sourceMessageId,
    owedElsewhere: [...owedElsewhere],
    failures: [],
    eventPublishedAt: new Date(publishedAtMs),
  };
  for (const [model, outcome] of outcomes) {
    if (outcome.state === 'scored') {
      entry.scores.push({ model, probability: outcome.probability, modelVersion: outcome.modelVersion });
    } else if (outcome.state !== 'pending') {
      entry.failures.push({ model, error: outcome.error, abandoned: outcome.state === 'abandoned' });
    }
  }
  return entry;
}

/** The entries for what is owed: one for all of it, or one for each model. */
export function backlogEntries(
  subject: Case,
  owed: readonly OwedModel[],
  owedElsewhere: readonly string[],
  outcomes: Outcomes,
  enrichment: Enrichment,
  mode: Config['backlog']['mode'],
  nowMs: number,
): BacklogEntry[] {
  if (owed.length === 0) return [];
  const entry = (part: readonly OwedModel[], elsewhere: readonly string[]) =>
    backlogEntry(subject, part, elsewhere, outcomes, enrichment, nowMs);
  if (mode === 'combined') return [entry(owed, owedElsewhere)];
  const all = [...owed.map(({ model }) => model), ...owedElsewhere];
  return owed.map((one) =>
    entry(
      [one],
      all.filter((model) => model !== one.model),
    ),
  );
}

/** What an entry says of the passes before; the inverse of {@link backlogEntry}. */
export function historyOf(entry: BacklogEntry, entryId: string): History {
  return {
    entryId,
    owed: entry.owed,
    owedElsewhere: entry.owedElsewhere,
    scores: new Map(
      entry.scores.map(({ model, probability, modelVersion }): [string, Scored] => [
        model,
        { state: 'scored', probability, modelVersion },
      ]),
    ),
    failures: new Map(
      entry.failures.map((failure) => [
        failure.model,
        failure.abandoned ? abandoned(failure.error) : failed(failure.error),
      ]),
    ),
    enrichment: entry.enrichment ?? { seller: undefined },
    firstPublishedAtMs: entry.firstPublishedAt?.getTime() ?? 0,
    passes: entry.passes,
  };
}
