import { status } from '@grpc/grpc-js';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Member } from '../panel/member.ts';
import type { Panel } from '../panel/panel.ts';

const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const DELAY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200, 86_400];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

/** What the proxy counts. Names and units by Prometheus' conventions; few labels, for every series costs a scrape. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });

  return {
    registry,
    received: counter('eddy_messages_received_total', 'Messages and synchronous requests taken in.', 'intake'),
    settled: counter('eddy_messages_settled_total', 'What became of them.', 'intake', 'result'),
    entries: counter('eddy_backlog_entries_published_total', 'Backlog entries published.'),
    owed: counter('eddy_owed_total', 'Answers put on the backlog, by model.', 'model'),
    published: counter('eddy_publishes_total', 'Publishes, by what became of them.', 'outlet', 'result'),
    delay: histogram(
      'eddy_decision_delay_seconds',
      'From the publishing of an event to a decision on it.',
      DELAY_SECONDS,
      'completeness',
    ),
    outcomes: counter('eddy_model_outcomes_total', 'Outcomes of asking a model for an item.', 'model', 'state'),
    calls: counter('eddy_model_calls_total', 'Calls to a model, by gRPC status.', 'model', 'code'),
    inputs: counter('eddy_model_inputs_total', 'Inputs sent to a model.', 'model'),
    batch: histogram('eddy_model_batch_size', 'Inputs in a call.', BATCH_SIZES, 'model'),
    callSeconds: histogram('eddy_model_call_duration_seconds', 'How long calls took.', CALL_SECONDS, 'model'),
    coalesced: counter('eddy_model_coalesced_total', 'Questions answered by another one in flight.', 'model'),
    cache: counter('eddy_prediction_cache_total', 'Look-ups in the prediction cache.', 'model', 'result'),
    storeUp: new Gauge({ name: 'eddy_store_up', help: 'Whether the shared store answers.', registers }),
    enrichment: counter('eddy_enrichment_calls_total', 'Calls to a source, by gRPC status.', 'source', 'code'),
    enrichmentSeconds: histogram(
      'eddy_enrichment_call_duration_seconds',
      'How long calls to a source took.',
      CALL_SECONDS,
      'source',
    ),
    enrichmentStale: counter('eddy_enrichment_stale_total', 'Older values served for a source that failed.', 'source'),
  };
}

const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

/** The panel's figures, read when they are asked for. */
export function observePanel({ registry }: Metrics, panel: Panel): void {
  const gauge = (name: string, help: string, read: (member: Member) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['model'],
      registers: [registry],
      collect() {
        for (const member of panel.members.values()) this.set({ model: member.name }, read(member));
      },
    });
  gauge('eddy_model_limit', 'Calls that may be in flight.', ({ limit }) => limit);
  gauge('eddy_model_calls_in_flight', 'Calls in flight.', ({ callsInFlight }) => callsInFlight);
  gauge('eddy_model_waiting', 'Inputs that wait for a call.', ({ waiting }) => waiting('live') + waiting('backlog'));
  gauge('eddy_model_breaker_state', '0 closed, 1 half-open, 2 open.', ({ breaker }) => BREAKER_STATES[breaker]);
}

/** The name of a gRPC status code: a label that people read. What gRPC does not know is one label, not one for each. */
export function statusName(code: number): string {
  return status[code] ?? 'UNKNOWN';
}
