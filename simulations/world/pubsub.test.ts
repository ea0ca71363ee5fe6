import { status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { createBroker } from '../../infra/pubsub/broker/broker.ts';
import { openIntake, type Settlement } from '../../proxy/intake/lease.ts';
import { publishOptions } from '../../proxy/outlets/publisher.ts';
import { driven } from './driven-broker.ts';
import type { Host } from './host.ts';
import { connectPubSub, type PubSubConditions } from './pubsub.ts';
import { createRandom } from './random.ts';
import { startVirtualTime } from './virtual-time.ts';

const TOPIC = 'projects/p/topics/events';
const SUBSCRIPTION = 'projects/p/subscriptions/events-sub';

/** A client and its broker; the topic's one subscription keeps what is published. */
function rig() {
  const time = startVirtualTime(0);
  const broker = driven(createBroker({ now: () => time.nowMs }));
  onTestFinished(() => {
    broker[Symbol.dispose]();
    time[Symbol.dispose]();
  });
  broker.createTopic({ name: TOPIC });
  const retryPolicy = { minimumBackoffMs: 1_000, maximumBackoffMs: 1_000 };
  broker.createSubscription({ name: SUBSCRIPTION, topic: TOPIC, ackDeadlineMs: 10_000, retryPolicy });
  const host: Host = { name: 'one', isUp: true };
  const conditions: PubSubConditions = {
    refusals: { share: 0, code: 0 },
    publishDelayMs: 0,
    lostConfirmations: 0,
    streamsCutUntilMs: 0,
  };
  const nothing = () => {};
  const observer = {
    publishing: nothing,
    stored: nothing,
    delivered: nothing,
    acknowledging: nothing,
    nacked: nothing,
  };
  const client = connectPubSub({ broker, project: 'p', conditions, random: createRandom(1), observer }, host);
  const topic = client.topic('events', publishOptions(5_000));
  const handled: string[] = [];
  const finish: ((settlement: Settlement) => void)[] = [];
  return {
    time,
    broker,
    host,
    conditions,
    handled,
    finish,
    stats: () => broker.stats(SUBSCRIPTION),
    publish: (count = 1) =>
      broker.publish(
        TOPIC,
        Array.from({ length: count }, () => ({ data: Buffer.from('x'), attributes: {}, orderingKey: '' })),
      ),
    /** How a publish by the client ends, once it has. */
    async send(): Promise<{ outcome: string | undefined }> {
      const seen: { outcome: string | undefined } = { outcome: undefined };
      topic.publishMessage({ data: Buffer.from('x'), attributes: {} }).then(
        () => {
          seen.outcome = `confirmed at ${time.nowMs}`;
        },
        (error: Error) => {
          seen.outcome = error.message;
        },
      );
      return seen;
    },
    receive: (maxInFlight = 3) =>
      openIntake({
        name: 'items',
        pubsub: client,
        subscription: 'events-sub',
        maxInFlight,
        maxBytesInFlight: 1_000_000,
        drainMs: 2_000,
        maxLeaseMs: 60_000,
        handle({ id }) {
          handled.push(id);
          return new Promise((resolve) => finish.push(resolve));
        },
        onFailure: nothing,
        onHandlerError: nothing,
      }),
  };
}

test('no more messages are in work than may be, and leases are extended while they are', async () => {
  const it = rig();
  it.publish(10);
  it.receive(3);
  await it.time.advance(40_000);
  expect([it.handled.length, it.stats()]).toMatchObject([3, { leased: 3, undelivered: 7 }]);
  it.finish[0]!('ack');
  await it.time.advance(40_100);
  expect([it.handled.length, it.stats()]).toMatchObject([4, { leased: 3, undelivered: 6 }]);
});

test('what is nacked comes back after the backoff', async () => {
  const it = rig();
  const [id] = it.publish();
  it.receive();
  await it.time.advance(100);
  it.finish[0]!('nack');
  await it.time.advance(900);
  expect(it.handled).toEqual([id]);
  await it.time.advance(1_300);
  expect(it.handled).toEqual([id, id]);
});

test('a host that is down receives and says nothing any more; what it held comes back when the lease has ended', async () => {
  const it = rig();
  it.publish(3);
  it.receive(2);
  await it.time.advance(100);
  it.host.isUp = false;
  it.finish[0]!('ack');
  await it.time.advance(20_000);
  expect([it.handled.length, it.stats()]).toMatchObject([2, { leased: 0, undelivered: 3 }]);
});

test('a drain waits for what is in work, and then gives it back', async () => {
  const it = rig();
  it.publish(2);
  const intake = it.receive();
  await it.time.advance(100);
  let drained: unknown;
  void intake.drain().then((result) => {
    drained = result;
  });
  it.publish(1);
  it.finish[0]!('ack');
  await it.time.advance(1_000);
  expect(drained).toBeUndefined();
  await it.time.advance(4_000);
  expect(drained).toEqual({ nacked: 1 });
  expect([it.handled.length, it.stats()]).toMatchObject([2, { leased: 0, undelivered: 2 }]);
});

test('a publish that is refused is tried again until its time is over', async () => {
  const it = rig();
  it.conditions.refusals = { share: 1, code: status.ABORTED };
  const [short, long] = [await it.send(), await it.send()];
  await it.time.advance(300);
  it.conditions.refusals = { share: 0, code: 0 };
  await it.time.advance(2_000);
  expect([short.outcome, long.outcome, it.stats().undelivered]).toEqual([
    expect.stringMatching(/^confirmed at [34]\d\d/),
    expect.stringMatching(/^confirmed at [34]\d\d/),
    2,
  ]);
  it.conditions.refusals = { share: 1, code: status.ABORTED };
  const refused = await it.send();
  await it.time.advance(8_000);
  expect(refused.outcome).toMatch(/ABORTED|DEADLINE_EXCEEDED/);
});

test('a refusal that is no passing one is told at once, and a lost confirmation when the time is over', async () => {
  const it = rig();
  it.conditions.refusals = { share: 1, code: status.PERMISSION_DENIED };
  const refused = await it.send();
  await it.time.advance(100);
  expect(refused.outcome).toBe('7 PERMISSION_DENIED: refused');
  it.conditions.refusals = { share: 0, code: 0 };
  it.conditions.lostConfirmations = 1;
  const unconfirmed = await it.send();
  await it.time.advance(5_000);
  expect([unconfirmed.outcome, it.stats().undelivered]).toEqual([undefined, 1]);
  await it.time.advance(5_200);
  expect(unconfirmed.outcome).toBe('4 DEADLINE_EXCEEDED: no answer in time');
});

test('a cut stream delivers nothing until it is opened again', async () => {
  const it = rig();
  it.conditions.streamsCutUntilMs = 5_000;
  it.receive();
  it.publish();
  await it.time.advance(4_900);
  expect(it.handled).toEqual([]);
  await it.time.advance(7_000);
  expect(it.handled.length).toBe(1);
});
