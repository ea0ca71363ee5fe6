import type { Broker } from '../../infra/pubsub/broker/broker.ts';
import { driveBroker } from '../../infra/pubsub/server/driver.ts';

/** The broker with a timer of its own, by which it does what has become due. */
export function driven(broker: Broker): Broker & Disposable {
  const driver = driveBroker(broker, () => Date.now());
  const withLook =
    <Args extends unknown[], Result>(method: (...args: Args) => Result) =>
    (...args: Args): Result => {
      const result = method(...args);
      driver.look();
      return result;
    };
  return Object.assign(Object.create(broker) as Broker, {
    publish: withLook(broker.publish),
    pull: withLook(broker.pull),
    acknowledge: withLook(broker.acknowledge),
    modifyAckDeadline: withLook(broker.modifyAckDeadline),
    [Symbol.dispose]: () => driver[Symbol.dispose](),
  });
}
