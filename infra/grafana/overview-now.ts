import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Section } from './dashboard.ts';
import { figure } from './figures.ts';
import { BOOKS_OUT_BY, DECISIONS } from './overview-queries.ts';
import { NEVER_ENDS, orNever } from './panel.ts';
import { fleet, quantile, ratio, sumRate } from './promql.ts';

const FROM_ITEMS = 'intake="items"';

/** Overview: the row of figures at its top. */
export const now: Section = {
  title: 'Now',
  panels: [
    figure(
      {
        title: 'Alerts firing',
        description:
          'How many of the alerts of Eddy fire; which, the table below says. Without rules, or without a proxy that they could look at, there is no figure.',
        unit: units.Short,
        width: 3,
      },
      {
        steps: [
          ['green', 0],
          ['red', 1],
        ],
        nothing: 'no rules or no proxy',
      },
      // What a rule records is there as long as the rules are evaluated, and a proxy is scraped.
      'count(count by (alertname) (ALERTS{alertname=~"Eddy.+", alertstate="firing"})) or 0 * fleet:eddy_backlog_entries:now',
    ),
    figure(
      {
        title: 'Events in',
        description:
          'Events received from the main subscription per second, redeliveries included. At 0 while sellers list things: the proxies are not receiving.',
        unit: units.EventsPerSecond,
        width: 3,
        runbooks: ['EddyProxyNotReceiving'],
      },
      { nothing: 'no proxy' },
      sumRate([], 'eddy_messages_received_total', FROM_ITEMS),
    ),
    figure(
      {
        title: 'Complete at once',
        description:
          'Of the events decided at their first pass, those for which every model had answered. The others have a partial decision now and a complete one when what is owed is paid. Low: look for the ill model on Per-model load.',
        unit: units.PercentUnit,
        width: 3,
        runbooks: ['EddyModelBreakerOpen'],
      },
      {
        steps: [
          ['red', 0],
          ['orange', 0.9],
          ['green', 0.99],
        ],
        nothing: 'no events',
      },
      ratio(
        sumRate([], `${DECISIONS}_count`, 'completeness="complete"', FROM_ITEMS),
        sumRate([], `${DECISIONS}_count`, FROM_ITEMS),
      ),
    ),
    figure(
      {
        title: 'Behind by (p99)',
        description:
          'How long 99 % of the arriving events had waited in the main subscription at most. It should be below a second whatever a model does; when it grows, the proxies take less than comes in.',
        unit: units.Seconds,
        width: 3,
        runbooks: ['EddyMainSubscriptionBehind'],
      },
      {
        steps: [
          ['green', 0],
          ['orange', 5],
          ['red', 15],
        ],
        nothing: 'no events',
      },
      quantile(0.99, [], 'eddy_arrival_delay_seconds'),
    ),
    figure(
      {
        title: 'Models ill',
        description: 'Models whose breaker is open or half-open on at least one replica. Which, the bands below say.',
        unit: units.Short,
        width: 3,
        runbooks: ['EddyModelBreakerOpen'],
      },
      {
        steps: [
          ['green', 0],
          ['red', 1],
        ],
        nothing: 'no proxy',
      },
      'sum(max by (model) (eddy_model_breaker_state) > bool 0)',
    ),
    figure(
      {
        title: 'Owed now',
        description: 'Answers that models still owe to events that were decided in part.',
        unit: units.Short,
        width: 3,
        runbooks: ['EddyBacklogGrowsWithModelHealthy'],
      },
      {
        steps: [
          ['green', 0],
          ['orange', 1],
        ],
        nothing: 'no proxy',
      },
      `sum(${fleet(['model'], 'eddy_backlog_owed')})`,
    ),
    figure(
      {
        title: 'Paid off in',
        description:
          'When the slowest model will owe nothing any more, if it goes on as in the last half minute. It does not shrink while the model is ill; if it does not once the model is well, see the runbook.',
        unit: units.Seconds,
        width: 3,
        runbooks: ['EddyBacklogGrowsWithModelHealthy', 'EddyBacklogNotDelivered'],
      },
      {
        steps: [
          ['green', 0],
          ['orange', 60],
          ['red', 3600],
        ],
        mappings: [NEVER_ENDS],
        nothing: 'no proxy',
      },
      orNever(`max(${fleet(['model'], 'eddy_backlog_drain_seconds', [], 'max')})`),
    ),
    figure(
      {
        title: 'Books out by',
        description:
          'Messages received, less those settled and those in flight: 0 when every message is accounted for. Anything else for more than a moment is a fault of ours.',
        unit: units.Short,
        width: 3,
        runbooks: ['EddyBooksDoNotBalance'],
      },
      {
        steps: [
          ['red', -1],
          ['green', 0],
          ['red', 1],
        ],
        nothing: 'no proxy',
      },
      BOOKS_OUT_BY([]),
    ),
  ],
};
