import type { Enrichment } from '../../proto/generated/moderation/v1/model.ts';
import type { ValidEvent } from './event.ts';
import type { Abandoned, Failed, Scored } from './outcome.ts';

/** Which way an item came in. */
export type Intake = 'items' | 'backlog' | 'moderate';

/** One pass of one item, in the form that all intakes share. */
export interface Case {
  readonly intake: Intake;
  readonly event: ValidEvent;
  /** The Pub/Sub id of the message that brought the event in, or of its synchronous request. */
  readonly sourceMessageId: string;
  /** When the event was published, in milliseconds since the epoch. */
  readonly publishedAtMs: number;
  /** W3C trace context, or empty. */
  readonly traceparent: string;
  /** What earlier passes have left; absent on the first. */
  readonly history?: History;
}

/** What a backlog entry says of the passes before. */
export interface History {
  /** Identifies the entry across its redeliveries: the id of the message that carries it. */
  readonly entryId: string;
  readonly owed: readonly OwedModel[];
  /** Models that other entries of the same item owe. */
  readonly owedElsewhere: readonly string[];
  readonly scores: ReadonlyMap<string, Scored>;
  readonly failures: ReadonlyMap<string, Failed | Abandoned>;
  readonly enrichment: Enrichment;
  /** Milliseconds since the epoch. */
  readonly firstPublishedAtMs: number;
  readonly passes: number;
}

export interface OwedModel {
  readonly model: string;
  /** Times that the model was asked, or could not be, in all passes before this one. */
  readonly attempts: number;
  readonly lastError: string;
}
