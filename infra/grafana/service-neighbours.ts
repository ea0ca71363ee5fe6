import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Section } from './dashboard.ts';
import { CLOSED_OR_OPEN, DOWN_OR_UP } from './panel.ts';
import { quantile, REPLICA, select, sumRate } from './promql.ts';
import { timeline, timeSeries } from './time-series.ts';

/** Service: what the proxies talk to. */

const QUANTILES = [0.5, 0.99] as const;

export const pubSub: Section = {
  title: 'Pub/Sub',
  panels: [
    timeline(
      {
        title: 'Intakes',
        description:
          'Closed: a replica receives nothing from that subscription. All of them closed: no event is moderated.',
        unit: units.Short,
        width: 8,
        height: 7,
        runbooks: ['EddyProxyNotReceiving'],
      },
      CLOSED_OR_OPEN,
      { expr: `min by (instance, intake) (${select('eddy_intake_open', REPLICA)})`, legend: '{{instance}} {{intake}}' },
    ),
    timeSeries(
      {
        title: 'Messages in hand',
        description:
          'Messages that each replica is working on. At items.maxInFlight for long: it takes in all that it may, and the subscription falls behind.',
        unit: units.Short,
        width: 8,
        height: 7,
        runbooks: ['EddyMainSubscriptionBehind'],
      },
      {},
      {
        expr: `sum by (instance, intake) (${select('eddy_messages_in_flight', REPLICA)})`,
        legend: '{{instance}} {{intake}}',
      },
    ),
    timeSeries(
      {
        title: 'Behind by',
        description: 'How long arriving events had waited in the main subscription, redeliveries included.',
        unit: units.Seconds,
        width: 8,
        height: 7,
        runbooks: ['EddyMainSubscriptionBehind'],
      },
      { isLogarithmic: true },
      ...QUANTILES.map((share) => ({
        expr: quantile(share, [], 'eddy_arrival_delay_seconds', REPLICA),
        legend: `p${share * 100}`,
      })),
    ),
    timeSeries(
      {
        title: 'Confirming a publish (p99)',
        description:
          'How long the broker took. An event is acknowledged only after it, so that its delay is part of that of every decision.',
        unit: units.Seconds,
        width: 8,
        height: 7,
        runbooks: ['EddyDecisionDelayBudgetBurning'],
      },
      { isLogarithmic: true },
      {
        expr: quantile(0.99, ['outlet'], 'eddy_publish_duration_seconds', REPLICA),
        legend: '{{outlet}}',
      },
    ),
    timeSeries(
      {
        title: 'Publishes that failed',
        description:
          'Per second and outlet; should be 0. Each one returns a message to its subscription. All outlets at once: Pub/Sub or the way to it; a single one: its topic or the permission for it.',
        unit: units.CountsPerSecond,
        width: 8,
        height: 7,
        runbooks: ['EddyMainSubscriptionBehind'],
      },
      {},
      { expr: sumRate(['outlet'], 'eddy_publishes_total', 'result="failed"', REPLICA), legend: '{{outlet}}' },
    ),
    timeSeries(
      {
        title: 'Publishes in flight',
        description: 'Neither confirmed nor refused, by replica. A plateau: the broker does not confirm.',
        unit: units.Short,
        width: 8,
        height: 7,
      },
      {},
      { expr: `sum by (instance) (${select('eddy_publishes_in_flight', REPLICA)})`, legend: '{{instance}}' },
    ),
  ],
};

export const store: Section = {
  title: 'The shared store (Redis)',
  panels: [
    timeline(
      {
        title: 'Store',
        description:
          'Whether the store answers each replica. Down: nobody is hurt at once, but models are asked what they have answered before, and replicas stop sharing what they know.',
        unit: units.Short,
        width: 8,
        height: 7,
        runbooks: ['EddyStoreDown'],
      },
      DOWN_OR_UP,
      { expr: `min by (instance) (${select('eddy_store_up', REPLICA)})`, legend: '{{instance}}' },
    ),
    timeSeries(
      {
        title: 'Commands by result',
        description:
          'Failed: no answer, or none within 15 to 19 ms. Skipped: not asked, as the store did not answer just before.',
        unit: units.OpsPerSecond,
        width: 8,
        height: 7,
        runbooks: ['EddyStoreDown'],
      },
      { isStacked: true, colours: { answered: 'green', failed: 'red', skipped: 'orange' } },
      { expr: sumRate(['result'], 'eddy_store_commands_total', REPLICA), legend: '{{result}}' },
    ),
    timeSeries(
      {
        title: 'Command duration',
        description:
          'Of the commands that were answered. Near 15 ms many are given up: look at the load of Redis and, first, at the event loop lag of the proxies.',
        unit: units.Seconds,
        width: 8,
        height: 7,
        runbooks: ['EddyStoreDown'],
      },
      {},
      ...QUANTILES.map((share) => ({
        expr: quantile(share, [], 'eddy_store_command_duration_seconds', REPLICA),
        legend: `p${share * 100}`,
      })),
    ),
  ],
};

export const enrichment: Section = {
  title: 'Enrichment',
  panels: [
    timeSeries(
      {
        title: 'Source duration',
        description: 'How long calls to each source took. It delays only items of models that need that source.',
        unit: units.Seconds,
        width: 8,
        height: 7,
      },
      { isLogarithmic: true },
      ...QUANTILES.map((share) => ({
        expr: quantile(share, ['source'], 'eddy_enrichment_call_duration_seconds', REPLICA),
        legend: `{{source}} p${share * 100}`,
      })),
    ),
    timeSeries(
      {
        title: 'Source calls by status',
        description: 'Other than OK: the models that need the source are pending, unless an older value serves.',
        unit: units.RequestsPerSecond,
        width: 8,
        height: 7,
      },
      { isStacked: true },
      {
        expr: sumRate(['source', 'code'], 'eddy_enrichment_calls_total', REPLICA),
        legend: '{{source}} {{code}}',
      },
    ),
    timeSeries(
      {
        title: 'Older values served',
        description:
          'Per second: what a source said before, given in place of an answer. Above 0 while a source is ill.',
        unit: units.CountsPerSecond,
        width: 8,
        height: 7,
      },
      {},
      { expr: sumRate(['source'], 'eddy_enrichment_stale_total', REPLICA), legend: '{{source}}' },
    ),
  ],
};
