import { aggregate } from './promql.ts';

/** Overview: what is asked in more than one of its panels. */

export const DECISIONS = 'eddy_decision_delay_seconds';

/** What was received, less what was settled, less what is in flight. */
export const BOOKS_OUT_BY = (by: readonly string[]) =>
  ['eddy_messages_received_total', 'eddy_messages_settled_total', 'eddy_messages_in_flight']
    .map((term) => aggregate('sum', by, term))
    .join(' - ');
