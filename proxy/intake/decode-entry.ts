import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { historyOf } from '../moderation/backlog-entry.ts';
import type { Case } from '../moderation/case.ts';
import { InvalidMessageError, validate } from './decode-event.ts';

/**
 * Reads a backlog entry, and does not take it on trust: the queue is the proxy's own, but anybody with the right to
 * publish could have written to it.
 *
 * @throws InvalidMessageError
 */
export function decodeEntry(data: Buffer, messageId: string): Case {
  let entry: BacklogEntry;
  try {
    entry = BacklogEntry.decode(data);
  } catch (cause) {
    throw new InvalidMessageError(`not a moderation.v1.BacklogEntry: ${(cause as Error).message}`, [], { cause });
  }
  const event = validate(entry.event ?? {});
  const fields = [];
  if (entry.owed.length === 0) fields.push({ field: 'owed', message: 'expected at least one model' });
  // A time beyond what Date can hold would never grow old.
  if (!(Number(entry.firstPublishedAt) >= 0)) fields.push({ field: 'firstPublishedAt', message: 'is required' });
  if (entry.scores.some(({ probability }) => !(probability >= 0 && probability <= 1))) {
    fields.push({ field: 'scores.probability', message: 'expected 0 to 1' });
  }
  // Becomes an attribute of what is published in its place.
  if (entry.sourceMessageId.length > 128)
    fields.push({ field: 'sourceMessageId', message: 'expected at most 128 characters' });
  if (fields.length > 0) throw new InvalidMessageError('the backlog entry is invalid', fields);
  const { sourceMessageId, traceparent } = entry;
  const publishedAtMs = entry.eventPublishedAt?.getTime() ?? event.occurredAt.getTime();
  return {
    intake: 'backlog',
    event,
    sourceMessageId,
    publishedAtMs,
    traceparent,
    history: historyOf(entry, messageId),
  };
}
