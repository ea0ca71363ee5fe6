import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { assemble, type Section } from './dashboard.ts';
import { labelTable } from './figures.ts';
import { now } from './overview-now.ts';
import { BOOKS_OUT_BY, DECISIONS } from './overview-queries.ts';
import { BREAKER_STATES } from './panel.ts';
import { NEW_EVENTS, quantile, sumRate } from './promql.ts';
import { ALERTS } from './runbooks.ts';
import { timeline, timeSeries } from './time-series.ts';

/**
 * Is anybody hurt? It has no variables to choose by: what a choice hides would look healthy.
 */
export function overview(): Dashboard {
  return assemble({
    uid: 'eddy-overview',
    title: 'Eddy: Overview',
    description: 'Is anybody hurt? From left to right: do events come in, are they decided in time, what is owed.',
    variables: [],
    sections: [now, which, delay, books],
  });
}

/** What alerts of the same name have besides; their runbooks speak of it. */
const TOLD_APART_BY = ['model', 'intake', 'instance', 'cause', 'window', 'account', 'outlet'];

const which: Section = {
  title: 'Which model, which alert',
  panels: [
    timeline(
      {
        title: 'Breakers',
        description:
          'The worst state that any replica has for each model. Open: the model is not asked, its topics get the stand-in, what it owes goes to the backlog. The other bands staying green is the point of Eddy.',
        unit: units.Short,
        width: 14,
        height: 7,
        runbooks: ['EddyModelBreakerOpen'],
      },
      BREAKER_STATES,
      { expr: 'max by (model) (eddy_model_breaker_state)', legend: '{{model}}' },
    ),
    labelTable(
      {
        title: 'Alerts',
        description: 'The alerts of Eddy that fire or are about to; the links of this panel lead to their runbooks.',
        unit: units.Short,
        width: 10,
        runbooks: ALERTS,
      },
      'no alert fires',
      // Whatever tells one of them from the others: each of these columns is there while an alert has it.
      `max by (alertname, alertstate, severity, ${TOLD_APART_BY.join(', ')}) (ALERTS{alertname=~"Eddy.+"})`,
      {
        alertname: 'Alert',
        alertstate: 'State',
        severity: 'Severity',
        ...Object.fromEntries(TOLD_APART_BY.map((label) => [label, label])),
      },
    ),
  ],
};

const delay: Section = {
  title: 'Delay, from the publishing of an event to the decision',
  panels: [
    timeSeries(
      {
        title: 'Decisions at the first pass',
        description:
          'What sellers wait for; the dashed line is the objective for 99 % of them. A model that is away moves no curve: partial decisions come as fast as complete ones did. One that is too slow for what comes makes partial ones wait, for items.budget at the longest.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyDecisionDelayBudgetBurning'],
      },
      {
        isLogarithmic: true,
        limits: [
          ['transparent', 0],
          ['red', 1],
        ],
        colours: { 'complete p99': 'green', 'partial p99': 'orange' },
      },
      ...[0.5, 0.99].map((share) => ({
        expr: quantile(share, ['completeness'], DECISIONS, NEW_EVENTS),
        legend: `{{completeness}} p${share * 100}`,
      })),
    ),
    timeSeries(
      {
        title: 'Delay of decisions that were owed',
        description:
          'From the publishing of an event to a decision on it by a pass of the backlog: as long as the model was ill, plus the time to drain. No line: nothing was owed.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyBacklogNotDelivered'],
      },
      { isLogarithmic: true, colours: { 'complete p99': 'green', 'partial p99': 'orange' } },
      ...[0.5, 0.99].map((share) => ({
        expr: quantile(share, ['completeness'], DECISIONS, 'intake="backlog"'),
        legend: `{{completeness}} p${share * 100}`,
      })),
    ),
    timeSeries(
      {
        title: 'Topics settled (p99)',
        description:
          'Until each topic is settled, whichever way the event came in last. A single topic that rises is that of the ill model; all of them together point to the proxies or to Pub/Sub.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyDecisionDelayBudgetBurning'],
      },
      { isLogarithmic: true },
      { expr: quantile(0.99, ['topic'], 'eddy_topic_delay_seconds'), legend: '{{topic}}' },
    ),
  ],
};

const RESULTS = {
  decided: 'green',
  deferred: 'orange',
  superseded: 'blue',
  quarantined: 'purple',
  abandoned: 'red',
  returned: 'dark-red',
  unanswered: 'yellow',
};

const books: Section = {
  title: 'The books',
  panels: [
    timeSeries(
      {
        title: 'What became of events',
        description:
          'Events settled at their first pass, by result, upon each other; the dashed line is what came in, which the stack should reach. Deferred: decided in part, the rest is on the backlog. Returned: a publish was not confirmed, Pub/Sub will deliver the event again.',
        unit: units.EventsPerSecond,
        width: 10,
        runbooks: ['EddyBooksDoNotBalance'],
      },
      { isStacked: true, colours: RESULTS, measures: { received: 'text' } },
      { expr: sumRate(['result'], 'eddy_messages_settled_total', NEW_EVENTS), legend: '{{result}}' },
      { expr: sumRate([], 'eddy_messages_received_total', NEW_EVENTS), legend: 'received' },
    ),
    timeSeries(
      {
        title: 'Books out by',
        description:
          'Received, less settled, less in flight, for each intake: 0. A line that stays off 0 says how many messages are unaccounted for.',
        unit: units.Short,
        width: 7,
        runbooks: ['EddyBooksDoNotBalance'],
      },
      { isSigned: true },
      { expr: BOOKS_OUT_BY(['intake']), legend: '{{intake}}' },
    ),
    timeSeries(
      {
        title: 'Quarantined and given up',
        description:
          'Per second: messages that could not be read, answers that were owed too long. Both are near 0 in calm times. Quarantined: a publisher sends what nobody understands. Abandoned: a decision was made for good without that model.',
        unit: units.CountsPerSecond,
        width: 7,
        runbooks: ['EddyQuarantinedAboveNormal', 'EddyAbandonedAboveNormal'],
      },
      { colours: { 'messages quarantined': 'purple' } },
      {
        expr: sumRate([], 'eddy_messages_settled_total', 'result="quarantined"'),
        legend: 'messages quarantined',
      },
      {
        expr: sumRate(['model'], 'eddy_owed_settled_total', 'result="abandoned"'),
        legend: '{{model}} abandoned',
      },
    ),
  ],
};
