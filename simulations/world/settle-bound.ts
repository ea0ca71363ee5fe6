import type { Setting } from './setting.ts';

/**
 * How often an entry is held back for the longest backoff: once because it was nacked just before the faults ended, once
 * because it finds the breaker still open or its probe under way, once because the slow start has no room for it yet.
 */
const BACKOFFS = 3;

/**
 * How long it may take, once all faults are over, until everything is settled, in milliseconds: what was leased to a
 * replica that is gone comes back; entries come back after the longest backoff, some of them several times; breakers try
 * again; and what is owed takes its time at the models. Nothing here has to find its way back to a server, as the real
 * processes of `chaos/settle-bound.ts` have to.
 *
 * @param waiting messages that are not settled when the faults end
 */
export function settleBoundMs({ config, subscriptions, models }: Setting, waiting: number): number {
  const { items, backlog } = subscriptions;
  const leaseMs = Math.max(items.ackDeadlineMs, backlog.ackDeadlineMs);
  const backoffMs = Math.max(items.retryPolicy.maximumBackoffMs, backlog.retryPolicy.maximumBackoffMs);
  const resetMs = Math.max(...Object.values(config.models).map(({ breaker }) => breaker.reset));
  const passMs = config.backlog.budget + 2 * config.pubsub.publishTimeout;
  // One input at a time, the slowest model: a batch is cheaper.
  const perInputMs = Math.max(...models.map(({ serviceMs, servers }) => serviceMs / servers));
  return leaseMs + BACKOFFS * (backoffMs + resetMs) + 2 * passMs + 2 * waiting * perInputMs;
}
