import { setTimeout as sleep } from 'node:timers/promises';
import { Duration } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { connectMisbehaviour, type MisbehaviourSwitch } from '../../infra/pubsub/server/misbehaviour-client.ts';
import { startPubSubServer } from '../../infra/pubsub/server/server.ts';
import { type Bench, openBench } from './bench.ts';
import { connectBroker } from './broker.ts';

vi.setConfig({ maxConcurrency: 50, testTimeout: 100_000 });

/** What a fault of the embedded Pub/Sub looks like through the client, and that it ends when it is switched off. */
describe.concurrent('the embedded Pub/Sub, told to misbehave', () => {
  test('refuses publishes, and keeps nothing of them', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    const publisher = bench.broker.pubsub.topic(topic);
    await faults.setMisbehaviour({ refusedPublishes: [{ code: status.PERMISSION_DENIED, share: 1 }] });
    const refused = publisher.publishMessage({ data: Buffer.from('refused') });
    await expect(refused).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    await faults.setMisbehaviour({});
    await publisher.publishMessage({ data: Buffer.from('taken') });
    const listener = bench.listen(subscription);
    await listener.untilReceived(1);
    await sleep(500);
    expect(listener.texts).toEqual(['taken']);
    expect(await faults.getCounts()).toMatchObject({ refusedPublishes: 1 });
  });

  test('refuses publishes with UNAVAILABLE, which the client tries again by itself', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    const publisher = bench.broker.pubsub.topic(topic, { batching: { maxMessages: 1 } });
    await faults.setMisbehaviour({ refusedPublishes: [{ code: status.UNAVAILABLE, share: 1 }] });
    const texts = numbered(20);
    const publishing = Promise.all(texts.map((text) => publisher.publishMessage({ data: Buffer.from(text) })));
    const refused = async () => (await faults.getCounts()).refusedPublishes;
    await vi.waitFor(async () => expect(await refused()).toBeGreaterThanOrEqual(texts.length), { timeout: 20_000 });
    await faults.setMisbehaviour({});
    await publishing;
    const listener = bench.listen(subscription);
    await listener.untilReceived(texts.length);
    expect(listener.texts.toSorted()).toEqual(texts.toSorted());
  });

  test('delays publishes', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    await faults.setMisbehaviour({ publishDelayMs: 8_000 });
    const startedAtMs = performance.now();
    const publishing = bench.publish(topic, 'delayed');
    await sleep(2_000);
    expect(await bench.pull(subscription)).toEqual([]);
    await publishing;
    expect(performance.now() - startedAtMs).toBeGreaterThan(7_900);
    await faults.setMisbehaviour({});
    const restartedAtMs = performance.now();
    await bench.publish(topic, 'at once');
    expect(performance.now() - restartedAtMs).toBeLessThan(7_000);
    const messages = await bench.pullUntil(subscription, 2);
    expect(messages.map(({ text }) => text).toSorted()).toEqual(['at once', 'delayed']);
  });

  test('loses confirmations of publishes that it has stored', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    const publisher = bench.broker.pubsub.topic(topic, { gaxOpts: { timeout: 2_000, retry: null } });
    await faults.setMisbehaviour({ unconfirmedPublishes: 1 });
    const unconfirmed = publisher.publishMessage({ data: Buffer.from('unconfirmed') });
    await expect(unconfirmed).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await faults.setMisbehaviour({});
    await publisher.publishMessage({ data: Buffer.from('confirmed') });
    const listener = bench.listen(subscription);
    await listener.until(({ texts }) => texts.includes('unconfirmed') && texts.includes('confirmed'));
    expect(await faults.getCounts()).toMatchObject({ unconfirmedPublishes: 1 });
  });

  test('drops acks: the messages come again when their leases have ended', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    await faults.setMisbehaviour({ droppedAcks: 1 });
    await bench.publish(topic, 'a', 'b');
    const startedAtMs = performance.now();
    const listener = bench.listen(subscription);
    await listener.untilReceived(2);
    await sleep(2_000);
    await faults.setMisbehaviour({});
    await listener.untilReceived(4);
    expect(performance.now() - startedAtMs).toBeGreaterThan(9_500);
    await sleep(12_000);
    expect(listener.texts.toSorted()).toEqual(['a', 'a', 'b', 'b']);
  });

  test('delivers twice what is still leased', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    await faults.setMisbehaviour({ duplicates: 1 });
    const texts = numbered(10);
    const held = bench.listen(subscription, () => {}, { minAckDeadline: Duration.from({ seconds: 60 }) });
    await bench.publish(topic, ...texts);
    await held.until(() => texts.every((text) => held.texts.filter((one) => one === text).length >= 2));
    expect(new Set(held.messages.map(({ id }) => id)).size).toBe(texts.length);
    await faults.setMisbehaviour({});

    const calm = await bench.createSubscription(topic);
    const listener = bench.listen(calm, () => {}, { minAckDeadline: Duration.from({ seconds: 60 }) });
    await bench.publish(topic, ...texts);
    await listener.untilReceived(texts.length);
    await sleep(10_500);
    expect(listener.texts.toSorted()).toEqual(texts.toSorted());
  });

  test('lets messages overtake each other', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    const listener = bench.listen(subscription);
    await faults.setMisbehaviour({ reordered: 0.5 });
    const texts = numbered(100);
    for (const text of texts) await bench.publish(topic, text);
    await listener.untilReceived(texts.length);
    expect(listener.texts).not.toEqual(texts);
    expect(listener.texts.toSorted()).toEqual(texts.toSorted());
    await faults.setMisbehaviour({});
    for (const text of texts) await bench.publish(topic, text);
    await listener.untilReceived(2 * texts.length);
    expect(listener.texts.slice(texts.length)).toEqual(texts);
  });

  test('cuts streams, which the client opens again, and nothing is lost', async () => {
    await using rig = await startRig();
    const { topic, subscription, bench, faults } = rig;
    const listener = bench.listen(subscription);
    await bench.publish(topic, 'first');
    await listener.untilReceived(1);
    expect(await faults.cutStreams()).toBe(1);
    await faults.setMisbehaviour({ cutStreamsEveryMs: 100 });
    const texts = numbered(60);
    for (const text of texts) {
      await bench.publish(topic, text);
      await sleep(20);
    }
    await faults.setMisbehaviour({});
    await listener.until(() => texts.every((text) => listener.texts.includes(text)));
    const { cutStreams } = await faults.getCounts();
    expect(cutStreams).toBeGreaterThan(1);
    await sleep(1_000);
    expect(await faults.getCounts()).toMatchObject({ cutStreams, openStreams: 1 });
    expect(listener.errors).toEqual([]);
  });

  test('spares exactly-once delivery the duplicates and the dropped acks', async () => {
    await using rig = await startRig();
    const { topic, bench, faults } = rig;
    const subscription = await bench.createSubscription(topic, { enableExactlyOnceDelivery: true });
    await faults.setMisbehaviour({ duplicates: 1, droppedAcks: 1 });
    const listener = bench.listen(subscription);
    const texts = numbered(20);
    await bench.publish(topic, ...texts);
    await listener.untilReceived(texts.length);
    await sleep(12_000);
    expect(listener.texts.toSorted()).toEqual(texts.toSorted());
  });

  test('spares ordered messages the reordering', async () => {
    await using rig = await startRig();
    const { topic, bench, faults } = rig;
    const subscription = await bench.createSubscription(topic, { enableMessageOrdering: true });
    await faults.setMisbehaviour({ reordered: 0.5, duplicates: 0.5 });
    const listener = bench.listen(subscription);
    const texts = numbered(50);
    for (const text of texts) await bench.publish(topic, { data: Buffer.from(text), orderingKey: 'k' });
    await listener.untilReceived(texts.length);
    expect(listener.texts).toEqual(texts);
  });
});

interface Rig extends AsyncDisposable {
  readonly bench: Bench;
  readonly faults: MisbehaviourSwitch;
  readonly topic: string;
  readonly subscription: string;
}

/** A server for one test alone: its faults are everybody's. */
async function startRig(): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const { address } = stack.use(await startPubSubServer({ misbehave: true, drainMs: 1_000 }));
  const bench = stack.use(openBench(stack.use(connectBroker(address, 'eddy-test'))));
  const faults = stack.use(connectMisbehaviour(address));
  const topic = await bench.createTopic();
  const subscription = await bench.createSubscription(topic, { ackDeadlineSeconds: 10 });
  const started = stack.move();
  return { bench, faults, topic, subscription, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index}`);
}
