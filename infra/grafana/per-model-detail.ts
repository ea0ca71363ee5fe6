import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Section } from './dashboard.ts';
import { CALLS, NEW_EVENTS_IN } from './per-model-queries.ts';
import { MODEL, mean, quantile, REPLICA, select, sumRate } from './promql.ts';
import { timeSeries } from './time-series.ts';

/** Per-model load: a row for each model, in which the variable is that model alone. */
export const oneModel: Section = {
  title: '$model',
  repeatedBy: 'model',
  panels: [
    timeSeries(
      {
        title: '$model: load',
        description:
          'Inputs asked by the proxies, live and of the backlog upon each other; dashed, what arrived at the model, and new events.',
        unit: units.CountsPerSecond,
        width: 4,
        runbooks: ['EddyModelBreakerOpen'],
      },
      {
        isStacked: true,
        colours: { live: 'blue', backlog: 'orange' },
        measures: { arrived: 'purple', 'new events': 'text' },
      },
      { expr: sumRate(['lane'], 'eddy_model_inputs_total', MODEL, REPLICA), legend: '{{lane}}' },
      { expr: sumRate([], 'eddy_scorer_inputs_total', MODEL), legend: 'arrived' },
      { expr: NEW_EVENTS_IN, legend: 'new events' },
    ),
    timeSeries(
      {
        title: '$model: call duration',
        description: 'As the proxies saw it, and as the model saw it: the difference is the way between them.',
        unit: units.Seconds,
        width: 4,
        runbooks: ['EddyModelBreakerOpen'],
      },
      { isLogarithmic: true },
      ...[0.5, 0.99].flatMap((share) => [
        {
          expr: quantile(share, [], 'eddy_model_call_duration_seconds', MODEL, REPLICA),
          legend: `proxy p${share * 100}`,
        },
        { expr: quantile(share, [], 'eddy_scorer_call_duration_seconds', MODEL), legend: `model p${share * 100}` },
      ]),
    ),
    timeSeries(
      {
        title: '$model: calls by status',
        description:
          'Calls per second by gRPC status. UNAVAILABLE: it is not there. DEADLINE_EXCEEDED: it is too slow. RESOURCE_EXHAUSTED: it refuses load. INVALID_ARGUMENT: it cannot read what it is sent. Dashed: the calls that the model says it has answered.',
        unit: units.RequestsPerSecond,
        width: 4,
        runbooks: ['EddyModelBreakerOpen'],
      },
      {
        isStacked: true,
        colours: { OK: 'green', DEADLINE_EXCEEDED: 'orange', UNAVAILABLE: 'red' },
        measures: { 'answered by the model': 'text' },
      },
      { expr: sumRate(['code'], CALLS, MODEL, REPLICA), legend: '{{code}}' },
      { expr: sumRate([], 'eddy_scorer_calls_total', MODEL), legend: 'answered by the model' },
    ),
    timeSeries(
      {
        title: '$model: calls and their limit',
        description:
          'Calls under way, and how many may be, over the chosen replicas. The limit shrinks on faults, starts from a single input after the breaker has closed, and grows while full batches wait.',
        unit: units.Short,
        width: 4,
      },
      { measures: { limit: 'text' } },
      { expr: `sum(${select('eddy_model_calls_in_flight', MODEL, REPLICA)})`, legend: 'at the proxies' },
      { expr: `sum(${select('eddy_scorer_calls_in_flight', MODEL)})`, legend: 'at the model' },
      { expr: `sum(${select('eddy_model_limit', MODEL, REPLICA)})`, legend: 'limit' },
    ),
    timeSeries(
      {
        title: '$model: inputs under way',
        description:
          'Inputs that were sent and not answered yet, and those that wait for a call, live and of the backlog.',
        unit: units.Short,
        width: 4,
      },
      { colours: { 'waiting live': 'red', 'waiting backlog': 'orange' } },
      { expr: `sum(${select('eddy_model_inputs_in_flight', MODEL, REPLICA)})`, legend: 'under way' },
      { expr: `sum by (lane) (${select('eddy_model_waiting', MODEL, REPLICA)})`, legend: 'waiting {{lane}}' },
    ),
    timeSeries(
      {
        title: '$model: inputs in a call',
        description:
          'Mean and p99 of the batch size, and how many inputs a call may have on the most generous replica.',
        unit: units.Short,
        width: 4,
      },
      { measures: { limit: 'text' } },
      { expr: mean([], 'eddy_model_batch_size', MODEL, REPLICA), legend: 'mean' },
      { expr: mean([], 'eddy_scorer_batch_size', MODEL), legend: 'mean at the model' },
      { expr: quantile(0.99, [], 'eddy_model_batch_size', MODEL, REPLICA), legend: 'p99' },
      { expr: `max(${select('eddy_model_batch_limit', MODEL, REPLICA)})`, legend: 'limit' },
    ),
  ],
};
