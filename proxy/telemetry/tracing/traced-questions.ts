import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Spans } from '../../../infra/telemetry/spans.ts';
import { RPC_STATUS, rpcAttributes, statusName } from '../../../infra/telemetry/traced-unary.ts';
import type { Outcome, Outcomes } from '../../moderation/outcome.ts';
import type { Asking, TracedCall, TracedQuestion } from './tracing.ts';

/** Where an outcome came from; `none`: the model could not be asked. */
type Origin = 'cache' | 'model' | 'none';

const PREDICT = 'moderation.v1.ModelService/Predict';

export interface TracedQuestions extends Asking {
  /** The consultation is over: whatever is still open ends with the outcome that it came to. */
  over(outcomes: Outcomes): void;
}

/** A span for every model that is consulted in a pass, and one for every call in which the pass's question goes first. */
export function traceQuestions(spans: Spans, pass: Span, startedAtMs: number): TracedQuestions {
  const open = new Map<string, TracedQuestion>();
  const told = new Set<string>();

  function start(model: string, attributes: Attributes = {}): Span {
    told.add(model);
    return spans.start(`consult ${model}`, {
      kind: SpanKind.INTERNAL,
      parent: pass,
      attributes: { 'eddy.model': model, ...attributes },
      startedAtMs,
    });
  }

  function tellAtOnce(model: string, outcome: Outcome, origin: Origin): void {
    end(start(model), outcome, origin);
  }

  function ask(model: string): TracedQuestion {
    const span = start(model);
    const question: TracedQuestion = {
      span,
      coalesced: () => void span.setAttribute('eddy.coalesced', true),
      called: (others, inputs) => startCall(spans, model, [question, ...others], inputs),
      answered(outcome) {
        if (open.delete(model)) end(span, outcome, 'model');
      },
    };
    open.set(model, question);
    return question;
  }

  return {
    fromCache(outcomes) {
      for (const [model, outcome] of outcomes) tellAtOnce(model, outcome, 'cache');
    },
    ask,
    over(outcomes) {
      for (const [model, outcome] of outcomes) {
        if (open.has(model)) open.get(model)!.answered(outcome);
        else if (!told.has(model)) tellAtOnce(model, outcome, 'none');
      }
    },
  };
}

function end(span: Span, outcome: Outcome, origin: Origin): void {
  span.setAttributes({ 'eddy.outcome': outcome.state, 'eddy.origin': origin });
  if (outcome.state === 'scored') span.setAttribute('eddy.model.version', outcome.modelVersion);
  else {
    const kind = errorKind(outcome.error);
    span.setAttribute('error.type', kind).setStatus({ code: SpanStatusCode.ERROR, message: kind });
  }
  span.end();
}

/** The beginning of an outcome's error. What follows are words of the model's, which may quote the item. */
function errorKind(error: string): string {
  return /^[A-Z][A-Z_]*(?=:)/.exec(error)?.[0] ?? 'OTHER';
}

/**
 * One call serves questions of several traces: it belongs to the first one's, and is linked with the others; each question
 * is linked with the call.
 */
function startCall(
  spans: Spans,
  model: string,
  questions: readonly [TracedQuestion, ...TracedQuestion[]],
  inputs: number,
): TracedCall {
  const [first, ...others] = questions;
  const span = spans.start(PREDICT, {
    kind: SpanKind.CLIENT,
    parent: first.span,
    attributes: { ...rpcAttributes(PREDICT), 'eddy.model': model, 'eddy.batch.size': inputs },
    links: others.map((other) => other.span),
  });
  for (const question of questions) {
    // One whose time was up has ended, although the call takes it along.
    if (question.span.isRecording()) question.span.addLink({ context: span.spanContext() });
  }
  return {
    headers: spans.headersOf(span),
    ended(code) {
      const name = statusName(code);
      span.setAttribute(RPC_STATUS, name);
      if (code !== 0) span.setAttribute('error.type', name).setStatus({ code: SpanStatusCode.ERROR, message: name });
      span.end();
    },
  };
}
