import { status } from '@grpc/grpc-js';
import { Gauge, Registry } from 'prom-client';
import { collectProcessMetrics } from '../../infra/telemetry/process-metrics.ts';
import type { Config } from '../config-schema.ts';
import type { Intake } from '../moderation/case.ts';
import type { SettledAs } from './events.ts';
import { tallied } from './tallied-counter.ts';
import { talliedHistogram } from './tallied-histogram.ts';

const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const STORE_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025];
const DELAY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200, 86_400];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

/** How what comes in each way can be settled: the series that there are from the start. */
const RESULTS: Readonly<Record<Intake, readonly SettledAs[]>> = {
  items: ['decided', 'deferred', 'superseded', 'quarantined', 'returned'],
  backlog: ['decided', 'progressed', 'fruitless', 'waiting', 'superseded', 'quarantined', 'abandoned', 'returned'],
  moderate: ['decided', 'deferred', 'superseded', 'unanswered', 'returned'],
};
export const COMPLETENESS = ['complete', 'partial'] as const;
/** The statuses that calls mostly end with. */
const CODES = ['OK', 'DEADLINE_EXCEEDED', 'UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'INTERNAL'] as const;

export const INTAKES = ['items', 'backlog', 'moderate'] as const;

/** What the proxy counts. Names and units by Prometheus' conventions; few labels, for every series costs a scrape. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Creates all that is counted. `infra/prometheus/metrics.md` is the table of it. What can be foreseen exists from the
 * start at 0: a counter that is born with its first fault shows no increase.
 */
export function createMetrics({ models, pubsub }: Pick<Config, 'models' | 'pubsub'>) {
  const registry = new Registry();
  collectProcessMetrics(registry);
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    tallied({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    talliedHistogram({ name, help, buckets, labelNames, registers });

  const metrics = {
    registry,
    received: counter('eddy_messages_received_total', 'Messages and synchronous requests taken in.', 'intake'),
    settled: counter('eddy_messages_settled_total', 'What became of them.', 'intake', 'result'),
    arrival: histogram(
      'eddy_arrival_delay_seconds',
      'From the publishing of an event to its arrival at a proxy.',
      DELAY_SECONDS,
    ),
    entries: counter('eddy_backlog_entries_published_total', 'Backlog entries published.'),
    owed: counter('eddy_owed_total', 'Answers that an event was left without at its first pass.', 'model'),
    owedSettled: counter('eddy_owed_settled_total', 'What became of them.', 'model', 'result'),
    published: counter('eddy_publishes_total', 'Publishes, by what became of them.', 'outlet', 'result'),
    publishSeconds: histogram(
      'eddy_publish_duration_seconds',
      'How long the broker took to confirm a publish, or to fail.',
      CALL_SECONDS,
      'outlet',
    ),
    decisionDelay: histogram(
      'eddy_decision_delay_seconds',
      'From the publishing of an event to a confirmed decision on it.',
      DELAY_SECONDS,
      'completeness',
      'intake',
    ),
    topicDelay: histogram(
      'eddy_topic_delay_seconds',
      'From the publishing of an event to the confirmed decision that settles the topic.',
      DELAY_SECONDS,
      'topic',
      'intake',
    ),
    outcomes: counter('eddy_model_outcomes_total', 'Outcomes of asking a model for an item.', 'model', 'state'),
    calls: counter('eddy_model_calls_total', 'Calls to a model, by gRPC status.', 'model', 'code'),
    inputs: counter('eddy_model_inputs_total', 'Inputs sent to a model.', 'model', 'lane'),
    batch: histogram('eddy_model_batch_size', 'Inputs in a call.', BATCH_SIZES, 'model'),
    callSeconds: histogram('eddy_model_call_duration_seconds', 'How long calls took.', CALL_SECONDS, 'model'),
    coalesced: counter('eddy_model_coalesced_total', 'Questions answered by an equal one in flight.', 'model'),
    cache: counter('eddy_prediction_cache_total', 'Look-ups in the prediction cache.', 'model', 'result'),
    storeUp: new Gauge({ name: 'eddy_store_up', help: 'Whether the shared store answers.', registers }),
    storeCommands: counter('eddy_store_commands_total', 'Commands to the shared store.', 'result'),
    storeSeconds: histogram(
      'eddy_store_command_duration_seconds',
      'How long the shared store took for what it answered.',
      STORE_SECONDS,
    ),
    enrichment: counter('eddy_enrichment_calls_total', 'Calls to a source, by gRPC status.', 'source', 'code'),
    enrichmentSeconds: histogram(
      'eddy_enrichment_call_duration_seconds',
      'How long calls to a source took.',
      CALL_SECONDS,
      'source',
    ),
    enrichmentStale: counter('eddy_enrichment_stale_total', 'Older values served for a source that failed.', 'source'),
  };

  metrics.storeUp.set(1);
  metrics.enrichmentStale.inc({ source: 'seller' }, 0);
  metrics.enrichmentSeconds.zero({ source: 'seller' });
  for (const code of CODES) metrics.enrichment.inc({ source: 'seller', code }, 0);
  for (const result of ['answered', 'failed', 'skipped'] as const) metrics.storeCommands.inc({ result }, 0);
  for (const intake of INTAKES) {
    metrics.received.inc({ intake }, 0);
    for (const result of RESULTS[intake]) metrics.settled.inc({ intake, result }, 0);
  }
  for (const intake of ['items', 'backlog'] as const) {
    for (const completeness of COMPLETENESS) metrics.decisionDelay.zero({ completeness, intake });
  }
  for (const outlet of Object.keys(pubsub.topics)) {
    for (const result of ['confirmed', 'failed'] as const) metrics.published.inc({ outlet, result }, 0);
    metrics.publishSeconds.zero({ outlet });
  }
  for (const [model, { topic }] of Object.entries(models)) {
    metrics.owed.inc({ model }, 0);
    for (const result of ['paid', 'superseded', 'abandoned'] as const) metrics.owedSettled.inc({ model, result }, 0);
    for (const state of ['scored', 'pending', 'failed'] as const) metrics.outcomes.inc({ model, state }, 0);
    for (const code of CODES) metrics.calls.inc({ model, code }, 0);
    for (const lane of ['live', 'backlog'] as const) metrics.inputs.inc({ model, lane }, 0);
    for (const result of ['hit', 'miss', 'bypassed'] as const) metrics.cache.inc({ model, result }, 0);
    for (const intake of ['items', 'backlog'] as const) metrics.topicDelay.zero({ topic, intake });
    metrics.coalesced.inc({ model }, 0);
    metrics.batch.zero({ model });
    metrics.callSeconds.zero({ model });
  }
  return metrics;
}

/** The name of a gRPC status code: a label that people read. What gRPC does not know is one label, not one for each. */
export function statusName(code: number): string {
  return status[code] ?? 'UNKNOWN';
}
