import { TRACEPARENT, traceIdOf } from '../../infra/telemetry/trace-context.ts';
import type { Case } from '../moderation/case.ts';

/** What a log line says of the item that it is about: ids, and nothing that a seller has written. */
export interface SubjectFields {
  /** Where the event came with a trace, sampled or not. */
  readonly traceId?: string;
  readonly eventId: string;
  readonly itemId: string;
  readonly revision: number;
}

export function subjectFields({ event, traceparent }: Case): SubjectFields {
  const { itemId, revision } = event.item;
  return { ...traceField(traceparent), eventId: event.eventId, itemId, revision };
}

/** The same of a message, as far as it goes: with its item, where that could be read. */
export function messageFields(
  { id, attributes }: { readonly id: string; readonly attributes?: Readonly<Record<string, string>> },
  subject?: Case,
): { readonly messageId: string; readonly traceId?: string } & Partial<SubjectFields> {
  const about = subject ? subjectFields(subject) : traceField(attributes?.[TRACEPARENT]);
  return { messageId: id, ...about };
}

function traceField(traceparent: string | undefined): { readonly traceId?: string } {
  const traceId = traceIdOf(traceparent);
  return traceId ? { traceId } : {};
}
