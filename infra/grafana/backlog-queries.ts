import { fleet, MODEL, REPLICA } from './promql.ts';

/** Backlog: what is asked in more than one of its panels. */

export const PER_MODEL = ['model'];
export const OWED = fleet(PER_MODEL, 'eddy_backlog_owed', [MODEL, REPLICA]);
export const DRAIN_RATE = fleet(PER_MODEL, 'eddy_backlog_drain_rate', [MODEL, REPLICA]);
// Replicas that share nothing drain side by side: it is over when the last of them is through.
export const DRAIN_SECONDS = fleet(PER_MODEL, 'eddy_backlog_drain_seconds', [MODEL, REPLICA], 'max');
export const OLDEST = `max by (model) (eddy_backlog_oldest_seconds{${MODEL}, ${REPLICA}})`;
export const ENTRIES = fleet([], 'eddy_backlog_entries', [REPLICA]);
