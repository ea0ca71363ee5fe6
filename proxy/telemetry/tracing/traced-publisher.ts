import type { Span } from '@opentelemetry/api';
import { failSend, sentAttributes, startSend } from '../../../infra/telemetry/message-spans.ts';
import type { Spans } from '../../../infra/telemetry/spans.ts';
import type { Outlet, Publisher } from '../../outlets/publisher.ts';

/** Publishes with a span each; it is from this span that the message's receiver goes on with the trace. */
export function tracePublishes(
  spans: Spans,
  pass: Span,
  topics: Readonly<Record<Outlet, string>>,
  publisher: Publisher,
): Publisher {
  return {
    async publish(outlet, { data, attributes }) {
      const span = startSend(spans, { topic: topics[outlet], bytes: data.length, parent: pass });
      try {
        await publisher.publish(outlet, { data, attributes: sentAttributes(spans, span, attributes) });
      } catch (error) {
        failSend(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
    get inFlight() {
      return publisher.inFlight;
    },
  };
}
