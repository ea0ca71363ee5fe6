import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { historyOf } from '../moderation/backlog-entry.ts';
import type { Case } from '../moderation/case.ts';
import { type FieldFault, InvalidMessageError, validate } from './decode-event.ts';

/** The longest entry, in bytes: what is published in its place may be a little longer, and Pub/Sub takes 10 MB. */
const MAX_ENTRY_BYTES = 9_900_000;

/** Counts are taken as no larger: one is added to them at each pass, and what is written must fit into 32 bits. */
const MAX_COUNT = 2 ** 31;

/** Well above what is written, {@link MAX_VERSION_LENGTH} of outcomes, so that lowering that one refuses no entry that waits. */
const MAX_ENTRY_VERSION_LENGTH = 1_000;

const LAST_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a backlog entry, and does not take it on trust: the queue is the proxy's own, but anybody with the right to
 * publish could have written to it. What it lets pass can be written again at the end of the pass.
 *
 * @throws InvalidMessageError
 */
export function decodeEntry(data: Buffer, messageId: string): Case {
  if (data.length > MAX_ENTRY_BYTES) {
    throw new InvalidMessageError(`expected at most ${MAX_ENTRY_BYTES} bytes, got ${data.length}`);
  }
  let entry: BacklogEntry;
  try {
    entry = BacklogEntry.decode(data);
  } catch (cause) {
    throw new InvalidMessageError(`not a moderation.v1.BacklogEntry: ${(cause as Error).message}`, [], { cause });
  }
  const event = validate(entry.event ?? {});
  const fields = faultsOf(entry);
  if (fields.length > 0) throw new InvalidMessageError('the backlog entry is invalid', fields);
  const { sourceMessageId, traceparent } = entry;
  const owed = entry.owed.map((one) => ({ ...one, attempts: Math.min(one.attempts, MAX_COUNT) }));
  const publishedAtMs = entry.eventPublishedAt?.getTime() ?? event.occurredAt.getTime();
  return {
    intake: 'backlog',
    event,
    sourceMessageId,
    publishedAtMs,
    traceparent,
    history: historyOf({ ...entry, owed, passes: Math.min(entry.passes, MAX_COUNT) }, messageId),
  };
}

function faultsOf({ owed, scores, firstPublishedAt, eventPublishedAt, sourceMessageId }: BacklogEntry) {
  const fields: FieldFault[] = [];
  const expected = (isSo: boolean, field: string, message: string) => {
    if (!isSo) fields.push({ field, message });
  };
  expected(owed.length > 0, 'owed', 'expected at least one model');
  // A time beyond what Date can hold would never grow old, and could not be written again.
  expected(isTime(firstPublishedAt), 'firstPublishedAt', 'is required');
  expected(!eventPublishedAt || isTime(eventPublishedAt), 'eventPublishedAt', 'expected a time since 1970');
  expected(
    scores.every(({ probability }) => probability >= 0 && probability <= 1),
    'scores.probability',
    'expected 0 to 1',
  );
  expected(
    scores.every(({ modelVersion }) => modelVersion.length <= MAX_ENTRY_VERSION_LENGTH),
    'scores.modelVersion',
    `expected at most ${MAX_ENTRY_VERSION_LENGTH} characters`,
  );
  // Becomes an attribute of what is published in its place.
  expected(sourceMessageId.length <= 128, 'sourceMessageId', 'expected at most 128 characters');
  return fields;
}

function isTime(date: Date | undefined): boolean {
  return date !== undefined && date.getTime() >= 0 && date.getTime() <= LAST_TIME_MS;
}
