import { traceAttributes } from '../../infra/telemetry/trace-context.ts';
import { encoded } from '../../proto/encoding.ts';
import {
  actionToJSON,
  BacklogEntry,
  completenessToJSON,
  Decision,
} from '../../proto/generated/moderation/v1/moderation.ts';
import type { InvalidMessageError } from '../intake/decode-event.ts';
import type { Case } from '../moderation/case.ts';

/** What is published: bytes, and attributes by which consumers can filter without decoding. */
export interface OutgoingMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

// https://cloud.google.com/pubsub/quotas#resource_limits
const MAX_MESSAGE_BYTES = 10_000_000;
const MAX_ATTRIBUTES = 100;
const MAX_ATTRIBUTE_VALUE_BYTES = 1_024;
/** What stays free for the message's own framing. */
const FRAMING_BYTES = 4_096;

/** The message of a decision. `encoding` is the configuration's `pubsub.decisionEncoding`. */
export function decisionMessage(decision: Decision, subject: Case, encoding: 'json' | 'protobuf'): OutgoingMessage {
  const isJson = encoding === 'json';
  return {
    data: isJson ? Buffer.from(JSON.stringify(Decision.toJSON(decision))) : encoded(Decision, decision),
    attributes: {
      'content-type': isJson ? 'application/json' : 'application/protobuf',
      'decision-id': decision.id,
      'event-id': decision.eventId,
      'item-id': decision.itemId,
      revision: String(decision.revision),
      action: actionToJSON(decision.action),
      completeness: completenessToJSON(decision.completeness),
      'source-message-id': subject.sourceMessageId,
      ...traceAttributes(subject.traceparent),
    },
  };
}

/** The message of a backlog entry; also the form in which what is given up goes to the dead letters. */
export function entryMessage(entry: BacklogEntry): OutgoingMessage {
  return {
    data: encoded(BacklogEntry, entry),
    attributes: {
      'content-type': 'application/protobuf',
      'event-id': entry.event?.eventId ?? '',
      'item-id': entry.event?.item?.itemId ?? '',
      revision: String(entry.event?.item?.revision ?? 0),
      owed: shortened(entry.owed.map(({ model }) => model).join()),
      'source-message-id': entry.sourceMessageId,
      ...traceAttributes(entry.traceparent),
    },
  };
}

export function deadLetterMessage(entry: BacklogEntry): OutgoingMessage {
  const { data, attributes } = entryMessage(entry);
  const reasons = entry.failures.filter(({ abandoned }) => abandoned).map(({ model, error }) => `${model}: ${error}`);
  return { data, attributes: { ...attributes, reason: shortened(reasons.join('; ')) } };
}

/**
 * What can't be processed, as it came: the original bytes and attributes, and why. Where Pub/Sub's limits leave no
 * room for both, the reason stays, the rest is cut, and the attribute `eddy-cut` says so.
 */
export function quarantineMessage(
  original: { readonly id: string; readonly data: Buffer; readonly attributes: Readonly<Record<string, string>> },
  { message, fields }: InvalidMessageError,
): OutgoingMessage {
  const attributes: Record<string, string> = {
    'eddy-reason': shortened(message),
    'eddy-fields': shortened(JSON.stringify(fields)),
    'eddy-source-message-id': original.id,
  };
  const cuts: string[] = [];
  const kept = Object.entries(original.attributes).slice(0, MAX_ATTRIBUTES - Object.keys(attributes).length - 1);
  const dropped = Object.keys(original.attributes).length - kept.length;
  if (dropped > 0) cuts.push(`${dropped} attributes`);
  const whole: Record<string, string> = { ...Object.fromEntries(kept), ...attributes };
  const room = MAX_MESSAGE_BYTES - FRAMING_BYTES - attributeBytes(whole);
  if (original.data.length > room) cuts.push(`${original.data.length - room} bytes of ${original.data.length}`);
  if (cuts.length > 0) whole['eddy-cut'] = cuts.join(', ');
  return { data: original.data.subarray(0, Math.max(0, room)), attributes: whole };
}

function attributeBytes(attributes: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(attributes))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value) + 16;
  return bytes;
}

/** Cut to what an attribute may hold, at a character's boundary; the broker refuses lone surrogates. */
function shortened(whole: string): string {
  const text = whole.toWellFormed();
  if (Buffer.byteLength(text) <= MAX_ATTRIBUTE_VALUE_BYTES) return text;
  const bytes = Buffer.from(text).subarray(0, MAX_ATTRIBUTE_VALUE_BYTES - 4);
  return `${bytes.toString().replace(/\uFFFD+$/, '')}…`;
}
