import type { Broker } from '../broker/broker.ts';

export interface Counts {
  /** Messages that were stored. */
  published: number;
  /** Deliveries, repeated ones included. */
  delivered: number;
  /** Messages whose acknowledgement was taken. */
  acknowledged: number;
}

/** The same broker, which counts in `counts` what goes through it. */
export function counting(broker: Broker, counts: Counts): Broker {
  return {
    ...broker,
    get nextDueMs() {
      return broker.nextDueMs;
    },
    publish(topic, messages) {
      const ids = broker.publish(topic, messages);
      counts.published += ids.length;
      return ids;
    },
    pull(subscription, options) {
      const received = broker.pull(subscription, options);
      counts.delivered += received.length;
      return received;
    },
    acknowledge(subscription, ackIds) {
      const done = broker.acknowledge(subscription, ackIds);
      for (const one of done) if (one) counts.acknowledged += 1;
      return done;
    },
  };
}
