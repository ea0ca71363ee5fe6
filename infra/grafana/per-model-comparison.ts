import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Section } from './dashboard.ts';
import { comparison } from './figures.ts';
import { BREAKER_STATES } from './panel.ts';
import { BREAKER, FAULTY_SHARE, HIT_SHARE, LIMIT_USED, NEW_EVENTS_IN, PER_MODEL } from './per-model-queries.ts';
import { fleet, MODEL, quantile, REPLICA, sumRate } from './promql.ts';
import { timeline, timeSeries } from './time-series.ts';

/** Per-model load: which model is ill, and what each is asked. */

export const which: Section = {
  title: 'Which model is ill',
  panels: [
    comparison(
      {
        title: 'Models now',
        description:
          'A row for each model. The ill one has a coloured cell: its breaker, its calls that failed, or a limit that is used up while inputs wait. The others asked as much as before, and nothing owed by them, says that it is only that one.',
        unit: units.Short,
        width: 24,
        runbooks: ['EddyModelBreakerOpen', 'EddyBacklogGrowsWithModelHealthy'],
      },
      'model',
      [
        { name: 'Breaker', expr: BREAKER, unit: units.Short, mappings: [BREAKER_STATES] },
        {
          name: 'Asked for',
          expr: sumRate(PER_MODEL, 'eddy_model_inputs_total', MODEL, REPLICA),
          unit: units.CountsPerSecond,
          decimals: 1,
        },
        {
          name: 'Arrived',
          expr: sumRate(PER_MODEL, 'eddy_scorer_inputs_total', MODEL),
          unit: units.CountsPerSecond,
          decimals: 1,
        },
        {
          name: 'Calls that failed',
          expr: FAULTY_SHARE,
          unit: units.PercentUnit,
          decimals: 1,
          steps: [
            ['transparent', 0],
            ['orange', 0.02],
            ['red', 0.2],
          ],
        },
        {
          name: 'Call, p99',
          expr: quantile(0.99, PER_MODEL, 'eddy_model_call_duration_seconds', MODEL, REPLICA),
          unit: units.Seconds,
        },
        {
          name: 'At the model, p99',
          expr: quantile(0.99, PER_MODEL, 'eddy_scorer_call_duration_seconds', MODEL),
          unit: units.Seconds,
        },
        {
          name: 'Limit used',
          expr: LIMIT_USED,
          unit: units.PercentUnit,
          decimals: 0,
          steps: [
            ['transparent', 0],
            ['orange', 0.9],
          ],
        },
        {
          name: 'Inputs waiting',
          expr: `sum by (model) (eddy_model_waiting{${MODEL}, ${REPLICA}})`,
          unit: units.Short,
          steps: [
            ['transparent', 0],
            ['orange', 100],
          ],
        },
        { name: 'Cache hits', expr: HIT_SHARE, unit: units.PercentUnit, decimals: 0 },
        {
          name: 'Owed',
          expr: fleet(PER_MODEL, 'eddy_backlog_owed', [MODEL]),
          unit: units.Short,
          steps: [
            ['transparent', 0],
            ['orange', 1],
          ],
        },
      ],
    ),
    timeline(
      {
        title: 'Breakers',
        description:
          'The worst state that any of the chosen replicas has. Half-open: one call with one input tries whether the model is back. A band that changes all the time is a model that is back for a moment only.',
        unit: units.Short,
        width: 24,
        height: 5,
        runbooks: ['EddyModelBreakerOpen'],
      },
      BREAKER_STATES,
      { expr: BREAKER, legend: '{{model}}' },
    ),
  ],
};

export const load: Section = {
  title: 'Load at the proxy, against load at each model',
  panels: [
    timeSeries(
      {
        title: 'Taken in by the proxies',
        description:
          'Messages by intake: events, synchronous requests, passes of the backlog. During an incident items must stay level; the backlog grows and then drains.',
        unit: units.EventsPerSecond,
        width: 8,
        runbooks: ['EddyProxyNotReceiving'],
      },
      { isStacked: true },
      { expr: sumRate(['intake'], 'eddy_messages_received_total', REPLICA), legend: '{{intake}}' },
    ),
    timeSeries(
      {
        title: 'Asked of each model',
        description:
          'Inputs that the proxies sent to each model; the dashed line is new events. A healthy model stays at or below it: at most one input for an event, less what the cache answers. Above it goes only one that is paying off what it owes; any other is asked again for what it has said.',
        unit: units.CountsPerSecond,
        width: 8,
        runbooks: ['EddyModelBreakerOpen'],
      },
      { measures: { 'new events': 'text' } },
      { expr: sumRate(PER_MODEL, 'eddy_model_inputs_total', MODEL, REPLICA), legend: '{{model}}' },
      { expr: NEW_EVENTS_IN, legend: 'new events' },
    ),
    timeSeries(
      {
        title: 'Arrived at each model',
        description:
          'Inputs as the models count them, from all replicas and anybody else. Less than was asked: calls do not reach the model. More: somebody else asks it.',
        unit: units.CountsPerSecond,
        width: 8,
        runbooks: ['EddyModelBreakerOpen'],
      },
      { measures: { 'new events': 'text' } },
      { expr: sumRate(PER_MODEL, 'eddy_scorer_inputs_total', MODEL), legend: '{{model}}' },
      { expr: NEW_EVENTS_IN, legend: 'new events' },
    ),
  ],
};
