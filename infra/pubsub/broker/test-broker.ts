import { type Broker, type BrokerOptions, createBroker, type NewSubscription, type ReceivedMessage } from './broker.ts';

export const topic = 'projects/p/topics/events';
export const subscription = 'projects/p/subscriptions/reader';

/** A broker with a topic and a subscription on a clock that is moved by hand. */
export interface TestBroker {
  readonly broker: Broker;
  readonly nowMs: () => number;
  /** Moves the clock, stopping at everything that becomes due on the way. */
  pass(ms: number): void;
  publish(...texts: string[]): string[];
  publishKeyed(orderingKey: string, ...texts: string[]): string[];
  pull(maxMessages?: number): ReceivedMessage[];
  /** The texts of what is pulled. */
  texts(maxMessages?: number): string[];
  ack(...received: ReceivedMessage[]): boolean[];
  nack(...received: ReceivedMessage[]): boolean[];
}

const startMs = Date.UTC(2030, 0, 1);

export function testBroker(
  settings: Partial<NewSubscription> = {},
  options: Omit<BrokerOptions, 'now'> = {},
): TestBroker {
  let nowMs = startMs;
  const broker = createBroker({ now: () => nowMs, ...options });
  broker.createTopic({ name: topic });
  broker.createSubscription({ name: subscription, topic, ...settings });

  const publishKeyed = (orderingKey: string, ...texts: string[]): string[] =>
    broker.publish(
      topic,
      texts.map((text) => ({ data: Buffer.from(text), attributes: {}, orderingKey })),
    );
  const pull = (maxMessages = 100): ReceivedMessage[] => broker.pull(subscription, { maxMessages });
  const ackIds = (received: ReceivedMessage[]): string[] => received.map(({ ackId }) => ackId);
  return {
    broker,
    nowMs: () => nowMs,
    pass(ms) {
      const untilMs = nowMs + ms;
      for (let dueMs = broker.nextDueMs; dueMs !== undefined && dueMs <= untilMs; dueMs = broker.nextDueMs) {
        nowMs = Math.max(nowMs, dueMs);
        broker.advance();
      }
      nowMs = untilMs;
    },
    publish: (...texts) => publishKeyed('', ...texts),
    publishKeyed,
    pull,
    texts: (maxMessages) => pull(maxMessages).map(textOf),
    ack: (...received) => broker.acknowledge(subscription, ackIds(received)),
    nack: (...received) => broker.modifyAckDeadline(subscription, ackIds(received), 0),
  };
}

export function textOf({ message }: ReceivedMessage): string {
  return Buffer.from(message.data).toString();
}
