import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Section } from './dashboard.ts';
import { FAULTY_SHARE, HIT_SHARE, LIMIT_USED, PER_MODEL } from './per-model-queries.ts';
import { MODEL, mean, quantile, REPLICA, sumRate } from './promql.ts';
import { timeSeries } from './time-series.ts';

/** Per-model load: what the models answer, how much more they could take, and what they are spared. */

export const answers: Section = {
  title: 'What they answer',
  panels: [
    timeSeries(
      {
        title: 'Calls that failed',
        description:
          'Of the calls to each model, those without the status OK; which statuses, the row of the model says. No line: it was not called, as behind an open breaker.',
        unit: units.PercentUnit,
        width: 8,
        runbooks: ['EddyModelBreakerOpen'],
      },
      { max: 1 },
      { expr: FAULTY_SHARE, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Call duration at the proxy (p99)',
        description:
          'How long calls took as the proxies saw it. A line that reaches the timeout of its model is about to open the breaker. High here and low at the model: the network, or a proxy whose event loop is late.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyModelBreakerOpen'],
      },
      { isLogarithmic: true },
      { expr: quantile(0.99, PER_MODEL, 'eddy_model_call_duration_seconds', MODEL, REPLICA), legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Call duration at the model (p99)',
        description:
          'The same as the models saw it, waiting in the model included. High here too: the model itself is slow; give it more processes, or lower its limit.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyModelBreakerOpen'],
      },
      { isLogarithmic: true },
      { expr: quantile(0.99, PER_MODEL, 'eddy_scorer_call_duration_seconds', MODEL), legend: '{{model}}' },
    ),
  ],
};

export const room: Section = {
  title: 'How much more they could take',
  panels: [
    timeSeries(
      {
        title: 'Limit used',
        description:
          'Calls under way, of those that may be. At 100 % for long: items wait for this model, and the limit, which adapts, has found what the model can take.',
        unit: units.PercentUnit,
        width: 6,
      },
      {
        max: 1,
        limits: [
          ['transparent', 0],
          ['orange', 0.9],
        ],
      },
      { expr: LIMIT_USED, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Inputs waiting at the proxy',
        description:
          'Inputs that wait for a call, by lane. Live ones should be few; what waits in the lane of the backlog harms nobody.',
        unit: units.Short,
        width: 6,
      },
      {},
      {
        expr: `sum by (model, lane) (eddy_model_waiting{${MODEL}, ${REPLICA}})`,
        legend: '{{model}} {{lane}}',
      },
    ),
    timeSeries(
      {
        title: 'Inputs waiting at the model',
        description:
          'Inputs that have arrived and wait to be scored. A queue that stands means more than it can score.',
        unit: units.Short,
        width: 6,
      },
      {},
      { expr: `sum by (model) (eddy_scorer_queue{${MODEL}})`, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Inputs in a call (mean)',
        description:
          'Calls take what is there when they leave: one input when all is calm, more when the model is busy. At the batch limit, the model is asked for all that it can take.',
        unit: units.Short,
        width: 6,
      },
      {},
      { expr: mean(PER_MODEL, 'eddy_model_batch_size', MODEL, REPLICA), legend: '{{model}}' },
    ),
  ],
};

export const saved: Section = {
  title: 'What they are spared, and what came of it',
  panels: [
    timeSeries(
      {
        title: 'Answered by the cache',
        description:
          'Of the look-ups in the prediction cache, those that had an answer. It falls to 0 when the store is down (then look-ups are bypassed) and when a model has a new version.',
        unit: units.PercentUnit,
        width: 8,
        runbooks: ['EddyStoreDown'],
      },
      { max: 1 },
      { expr: HIT_SHARE, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Answered by an equal question in flight',
        description:
          'Questions per second that joined an equal one instead of being asked. Many: the same listing, often.',
        unit: units.CountsPerSecond,
        width: 8,
      },
      {},
      { expr: sumRate(PER_MODEL, 'eddy_model_coalesced_total', MODEL, REPLICA), legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Items without an answer',
        description:
          'Outcomes per second that are not scores. Pending: will be asked again by the backlog. Failed: the model said for good that it cannot, which is a fault in the model or in what it is sent.',
        unit: units.CountsPerSecond,
        width: 8,
        runbooks: ['EddyModelBreakerOpen', 'EddyModelAnswersUseless'],
      },
      {},
      {
        expr: sumRate(['model', 'state'], 'eddy_model_outcomes_total', 'state!="scored"', MODEL, REPLICA),
        legend: '{{model}} {{state}}',
      },
    ),
  ],
};
