import type { Config } from '../../proxy/config-schema.ts';

/** How long the subscriptions hold back what was nacked, at the longest, in milliseconds. */
export interface SettleBoundOptions {
  readonly maximumBackoffMs: number;
}

/**
 * What a proxy needs to be in touch again with a model, the catalogue or Redis after a repair, in milliseconds: the
 * longest pause between two tries to connect (1 s), and the time after which a channel that has not become ready is
 * thrown away (10 s).
 */
const RECONNECT_MS = 11_000;

/**
 * How long after a repair, at the latest, everything that was sent must be settled, in milliseconds: the longest way that
 * the configuration leaves an event, when load has ended.
 *
 * 1. A proxy that was killed or frozen had leased it: it comes back when the longest lease has ended.
 * 2. It is held back once, goes its way through the main stream, and its publishes are confirmed late.
 * 3. Its models are reached again: connections, and the breaker that stays open longest.
 * 4. Two passes of the backlog, the first of them without progress because the breaker was just trying.
 */
export function settleBoundMs(
  { items, backlog, pubsub, models }: Pick<Config, 'items' | 'backlog' | 'pubsub' | 'models'>,
  { maximumBackoffMs }: SettleBoundOptions,
): number {
  const passMs = (budget: number) => maximumBackoffMs + budget + pubsub.publishTimeout;
  const slowestBreakerMs = Math.max(...Object.values(models).map(({ breaker }) => breaker.reset));
  return pubsub.ackDeadline + passMs(items.budget) + RECONNECT_MS + slowestBreakerMs + 2 * passMs(backlog.budget);
}
