import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { messagingAttributes } from '../../../infra/telemetry/message-spans.ts';
import type { Carrier, Spans } from '../../../infra/telemetry/spans.ts';
import { TRACEPARENT, traceIdOf } from '../../../infra/telemetry/trace-context.ts';
import { rpcAttributes } from '../../../infra/telemetry/traced-unary.ts';
import { completenessToJSON } from '../../../proto/generated/moderation/v1/moderation.ts';
import type { Config, Source } from '../../config-schema.ts';
import type { Enriched } from '../../enrichment/enrich.ts';
import { InvalidMessageError } from '../../intake/decode-event.ts';
import type { LeasedMessage } from '../../intake/lease.ts';
import type { Case, Intake } from '../../moderation/case.ts';
import type { SettledAs } from '../events.ts';
import { tracePublishes } from './traced-publisher.ts';
import { type TracedQuestions, traceQuestions } from './traced-questions.ts';
import { NO_TRACING, type Pass, type Tracing } from './tracing.ts';

const MODERATE = 'moderation.v1.ModerationService/Moderate';

/** Why a pass that ended so is shown as an error. */
const FAULTS: { readonly [As in SettledAs]?: string } = {
  quarantined: 'it can not be decoded, or is invalid',
  abandoned: 'some topic was given up',
  returned: 'it will be delivered again, or the caller was told',
};

/** Tracing by spans; {@link NO_TRACING} without them. Attributes name ids, states and counts, and no text of an item. */
export function createTracing(spans: Spans | undefined, { pubsub }: Pick<Config, 'pubsub'>): Tracing {
  if (!spans) return NO_TRACING;
  return { startPass: (intake, message) => createPass(spans, pubsub, intake, message) };
}

function createPass(spans: Spans, pubsub: Config['pubsub'], intake: Intake, message: LeasedMessage | undefined): Pass {
  const startedAtMs = Date.now();
  // Which topic the items' subscription belongs to is no business of the proxy's.
  const topic = intake === 'items' ? 'item-events' : pubsub.topics.backlog;
  const name = message ? `process ${topic}` : MODERATE;
  let span: Span | undefined;
  let questions: TracedQuestions | undefined;
  /** The span, where it is worth telling anything. */
  const recording = () => (span?.isRecording() ? span : undefined);

  /** Without attributes: most spans are not sampled, and those need none. */
  function start(decoded: Case | InvalidMessageError): Span {
    const kind = message ? SpanKind.CONSUMER : SpanKind.SERVER;
    return spans.start(name, { kind, parent: parentOf(message, decoded), startedAtMs });
  }

  function describe(decoded: Case | InvalidMessageError): void {
    if (!span?.isRecording()) return;
    span.setAttribute('eddy.intake', intake);
    if (!message || intake === 'moderate') span.setAttributes(rpcAttributes(MODERATE));
    else {
      span.setAttributes({
        ...messagingAttributes('process', topic, message.data.length),
        'messaging.destination.subscription.name': pubsub.subscriptions[intake],
        'messaging.message.id': message.id,
      });
    }
    if (!(decoded instanceof InvalidMessageError)) span.setAttributes(caseAttributes(decoded));
  }

  return {
    decoded(decoded) {
      span = start(decoded);
      describe(decoded);
      // Entries name the pass that has received the event, however many passes later they are written.
      if (decoded instanceof InvalidMessageError || decoded.history) return decoded;
      return { ...decoded, traceparent: spans.headersOf(span).traceparent };
    },

    enriching: (sources, enriched) =>
      recording() && sources.length > 0 ? traceEnrichment(spans, span!, sources, enriched) : enriched,

    asking() {
      if (recording()) questions = traceQuestions(spans, span!, Date.now());
      return questions;
    },

    consulted: (outcomes) => questions?.over(outcomes),

    concluded(conclusion) {
      const { decision, entries, deadLetter } = conclusion;
      const owed = entries.flatMap((entry) => entry.owed.map(({ model }) => model));
      if (decision) recording()?.setAttribute('eddy.completeness', completenessToJSON(decision.completeness));
      if (owed.length > 0) recording()?.setAttribute('eddy.owed', owed);
      if (deadLetter) {
        recording()?.addEvent('dead letter', { 'eddy.abandoned': deadLetter.owed.map(({ model }) => model) });
      }
      return conclusion;
    },

    publishing: (publisher) => (recording() ? tracePublishes(spans, span!, pubsub.topics, publisher) : publisher),

    settled(as, error) {
      const ending = recording();
      if (!ending) return;
      ending.setAttribute('eddy.result', as);
      if (as === 'superseded') ending.addEvent('superseded');
      const fault = FAULTS[as];
      if (fault) ending.setStatus({ code: SpanStatusCode.ERROR, message: fault });
      if (error !== undefined) ending.setAttribute('error.type', error instanceof Error ? error.name : 'OTHER');
      ending.end();
    },
  };
}

async function traceEnrichment(
  spans: Spans,
  pass: Span,
  sources: readonly Source[],
  enriched: Enriched | Promise<Enriched>,
): Promise<Enriched> {
  const attributes = { 'eddy.sources': [...sources] };
  const span = spans.start('enrich', { kind: SpanKind.INTERNAL, parent: pass, attributes });
  const { failures } = await enriched;
  if (failures.size > 0) {
    span.setAttribute('eddy.sources.failed', [...failures.keys()]);
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'a source has failed' });
  }
  span.end();
  return enriched;
}

/** The trace that a message belongs to; where its attributes don't say, the entry in it or the request may. */
function parentOf(message: LeasedMessage | undefined, decoded: Case | InvalidMessageError): Carrier | undefined {
  if (message && traceIdOf(message.attributes[TRACEPARENT])) return message.attributes;
  return decoded instanceof InvalidMessageError ? undefined : { [TRACEPARENT]: decoded.traceparent };
}

function caseAttributes({ event, history }: Case) {
  return {
    'eddy.event.id': event.eventId,
    'eddy.item.id': event.item.itemId,
    'eddy.item.revision': event.item.revision,
    ...(history ? { 'eddy.passes': history.passes + 1 } : {}),
  };
}
