import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { now } from './backlog-now.ts';
import { DRAIN_SECONDS, ENTRIES, OLDEST, OWED, PER_MODEL } from './backlog-queries.ts';
import { assemble, type Section } from './dashboard.ts';
import { MODEL, quantile, REPLICA, sumRate } from './promql.ts';
import { timeSeries } from './time-series.ts';
import { model, replica } from './variables.ts';

/** What is owed, and when will it be paid? */
export function backlog(): Dashboard {
  return assemble({
    uid: 'eddy-backlog',
    title: 'Eddy: Backlog',
    description: 'What is owed by which model, how old is it, and when will it be paid?',
    variables: [model(), replica()],
    sections: [now, owed, passes],
  });
}

const owed: Section = {
  title: 'What is owed',
  panels: [
    timeSeries(
      {
        title: 'Owed by each model',
        description:
          'It grows while a model is ill, and shrinks when it is back. Growing while the breaker is closed: the model cannot keep up, or entries are not delivered.',
        unit: units.Short,
        width: 8,
        runbooks: ['EddyBacklogGrowsWithModelHealthy'],
      },
      {},
      { expr: OWED, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Age of the oldest',
        description:
          'Of the entries delivered lately that owe an answer of the model. It rises by a second a second while the model is ill; if it goes on rising when the model is well, entries are not delivered.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyBacklogNotDelivered'],
      },
      {},
      { expr: OLDEST, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Forecast: paid off in',
        description:
          'What is owed, by how much faster it is settled than it grows. A gap: it does not shrink. While draining it should fall by a second a second.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyBacklogGrowsWithModelHealthy'],
      },
      {},
      { expr: `(${DRAIN_SECONDS}) < +Inf`, legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Newly owed',
        description:
          'Answers put on the backlog per second, by model. A few in calm times are calls that came just too late; a model that is ill owes one for every event that concerns it.',
        unit: units.CountsPerSecond,
        width: 12,
        runbooks: ['EddyModelBreakerOpen'],
      },
      {},
      { expr: sumRate(PER_MODEL, 'eddy_owed_total', MODEL, REPLICA), legend: '{{model}}' },
    ),
    timeSeries(
      {
        title: 'Settled: paid, superseded, abandoned',
        description:
          'Owed answers settled per second. Paid: the model has answered. Superseded: a newer revision of the item made it needless. Abandoned: given up.',
        unit: units.CountsPerSecond,
        width: 12,
        runbooks: ['EddyAbandonedAboveNormal'],
      },
      {},
      {
        expr: sumRate(['model', 'result'], 'eddy_owed_settled_total', MODEL, REPLICA),
        legend: '{{model}} {{result}}',
      },
    ),
  ],
};

const passes: Section = {
  title: 'Entries and their passes',
  panels: [
    timeSeries(
      {
        title: 'Entries waiting',
        description: 'Backlog entries that wait, over all models.',
        unit: units.Short,
        width: 8,
        runbooks: ['EddyBacklogNotDelivered'],
      },
      {},
      { expr: ENTRIES, legend: 'entries' },
    ),
    timeSeries(
      {
        title: 'Passes by result',
        description:
          'Deliveries of entries per second. Waiting: nobody was asked, as the breakers of all that owe are open. Fruitless: asked, without an answer. Progressed: some have answered, an entry with the rest was published. Decided: all have.',
        unit: units.EventsPerSecond,
        width: 8,
        runbooks: ['EddyBacklogNotDelivered'],
      },
      {
        isStacked: true,
        colours: {
          decided: 'green',
          progressed: 'light-green',
          superseded: 'blue',
          waiting: 'yellow',
          fruitless: 'orange',
          abandoned: 'red',
          returned: 'dark-red',
        },
      },
      {
        expr: sumRate(['result'], 'eddy_messages_settled_total', 'intake="backlog"', REPLICA),
        legend: '{{result}}',
      },
    ),
    timeSeries(
      {
        title: 'Delay of decisions that were owed',
        description: 'From the publishing of an event to a decision on it by a pass of the backlog.',
        unit: units.Seconds,
        width: 8,
        runbooks: ['EddyBacklogNotDelivered'],
      },
      { isLogarithmic: true },
      ...[0.5, 0.99].map((share) => ({
        expr: quantile(share, ['completeness'], 'eddy_decision_delay_seconds', 'intake="backlog"', REPLICA),
        legend: `{{completeness}} p${share * 100}`,
      })),
    ),
    timeSeries(
      {
        title: 'Entries published',
        description:
          'Backlog entries published per second: new ones, and those with the rest after a pass that progressed.',
        unit: units.EventsPerSecond,
        width: 12,
      },
      {},
      { expr: sumRate([], 'eddy_backlog_entries_published_total', REPLICA), legend: 'entries' },
    ),
    timeSeries(
      {
        title: 'Asked of each model by the backlog',
        description:
          'Inputs per second in the lane of the backlog. Live inputs come first; this is what is left to it, and its share while both wait.',
        unit: units.CountsPerSecond,
        width: 12,
      },
      {},
      { expr: sumRate(PER_MODEL, 'eddy_model_inputs_total', 'lane="backlog"', MODEL, REPLICA), legend: '{{model}}' },
    ),
  ],
};
