import * as units from '@grafana/grafana-foundation-sdk/units';
import { DRAIN_RATE, DRAIN_SECONDS, ENTRIES, OLDEST, OWED } from './backlog-queries.ts';
import type { Section } from './dashboard.ts';
import { figure } from './figures.ts';
import { NEVER_ENDS, orNever } from './panel.ts';
import { MODEL, REPLICA } from './promql.ts';

/** Backlog: the row of figures at its top. */
export const now: Section = {
  title: 'Now',
  panels: [
    figure(
      {
        title: 'Owed',
        description: 'Answers that models owe, all together.',
        unit: units.Short,
        width: 4,
        runbooks: ['EddyBacklogGrowsWithModelHealthy'],
      },
      {
        steps: [
          ['green', 0],
          ['orange', 1],
        ],
        nothing: 'no proxy',
      },
      `sum(${OWED})`,
    ),
    figure(
      {
        title: 'Entries waiting',
        description:
          'Backlog entries that wait. In the combined mode an entry owes the answers of several models, so that it is fewer than what is owed.',
        unit: units.Short,
        width: 4,
        runbooks: ['EddyBacklogNotDelivered'],
      },
      { nothing: 'no proxy' },
      ENTRIES,
    ),
    figure(
      {
        title: 'Oldest',
        description:
          'The age of the oldest entry delivered lately. At backlog.maxAge (24 hours unless configured) it is given up.',
        unit: units.Seconds,
        width: 4,
        runbooks: ['EddyBacklogNotDelivered', 'EddyAbandonedAboveNormal'],
      },
      {
        steps: [
          ['green', 0],
          ['orange', 3600],
          ['red', 12 * 3600],
        ],
        nothing: 'no proxy',
      },
      `max(${OLDEST})`,
    ),
    figure(
      {
        title: 'Drain rate',
        description: 'Owed answers settled per second, over the last half minute, as the forecast takes it.',
        unit: units.CountsPerSecond,
        width: 4,
      },
      { nothing: 'no proxy' },
      `sum(${DRAIN_RATE})`,
    ),
    figure(
      {
        title: 'Paid off in',
        description: 'When the slowest model will owe nothing any more, if it goes on as in the last half minute.',
        unit: units.Seconds,
        width: 4,
        runbooks: ['EddyBacklogGrowsWithModelHealthy'],
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
      orNever(`max(${DRAIN_SECONDS})`),
    ),
    figure(
      {
        title: 'Given up',
        description:
          'Owed answers that were abandoned in the time that is shown: too old, or asked too often. They are in the dead letter with their history.',
        unit: units.Short,
        width: 4,
        runbooks: ['EddyAbandonedAboveNormal'],
      },
      {
        steps: [
          ['green', 0],
          ['red', 1],
        ],
        nothing: 'no proxy',
      },
      `sum(increase(eddy_owed_settled_total{result="abandoned", ${MODEL}, ${REPLICA}}[$__range]))`,
    ),
  ],
};
