import type { Span } from '@opentelemetry/api';
import type { TraceHeaders } from '../../../infra/telemetry/trace-context.ts';
import type { Source } from '../../config-schema.ts';
import type { Enriched } from '../../enrichment/enrich.ts';
import type { InvalidMessageError } from '../../intake/decode-event.ts';
import type { LeasedMessage } from '../../intake/lease.ts';
import type { Case, Intake } from '../../moderation/case.ts';
import type { Conclusion } from '../../moderation/conclude.ts';
import type { Outcome, Outcomes } from '../../moderation/outcome.ts';
import type { Publisher } from '../../outlets/publisher.ts';
import type { SettledAs } from '../events.ts';

/** Follows items on their way. Nothing of it throws, and nothing that it keeps has a text of an item. */
export interface Tracing {
  /** A pass begins, with the message that brings it; without one for a synchronous request. */
  startPass(intake: Intake, message?: LeasedMessage): Pass;
}

/** One pass of one item, told step by step. */
export interface Pass {
  /** What has come. Returns it with the trace that its entries and decisions belong to. */
  decoded<Decoded extends Case | InvalidMessageError>(decoded: Decoded): Decoded;
  enriching(sources: readonly Source[], enriched: Enriched | Promise<Enriched>): Enriched | Promise<Enriched>;
  /** The models are about to be asked; undefined when this pass is not traced. */
  asking(): Asking | undefined;
  /** The outcomes of all models, also of those that could not be asked. */
  consulted(outcomes: Outcomes): void;
  concluded(conclusion: Conclusion): Conclusion;
  /** The publisher by which this pass's messages carry its trace. */
  publishing(publisher: Publisher): Publisher;
  /** The pass is over; the error is why it came to nothing. */
  settled(as: SettledAs, error?: unknown): void;
}

/** The questions of a traced pass. */
export interface Asking {
  fromCache(outcomes: Outcomes): void;
  ask(model: string): TracedQuestion;
}

/** A question of a traced pass to one model, on its way to a call. */
export interface TracedQuestion {
  readonly span: Span;
  /** An equal question is being asked already. */
  coalesced(): void;
  /** A call leaves with this question and others that are traced, of `inputs` questions in all. */
  called(others: readonly TracedQuestion[], inputs: number): TracedCall;
  answered(outcome: Outcome): void;
}

export interface TracedCall {
  /** What goes with the call. */
  readonly headers: TraceHeaders;
  /** `code` is a gRPC status code, 0 for OK. */
  ended(code: number): void;
}

const NO_PASS: Pass = {
  decoded: (decoded) => decoded,
  enriching: (_sources, enriched) => enriched,
  asking: () => undefined,
  consulted() {},
  concluded: (conclusion) => conclusion,
  publishing: (publisher) => publisher,
  settled() {},
};

/** Tracing that is off. What a message brings of a trace context still goes with what comes of it. */
export const NO_TRACING: Tracing = { startPass: () => NO_PASS };
