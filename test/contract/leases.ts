import { setTimeout as sleep } from 'node:timers/promises';
import { Duration, type Message } from '@google-cloud/pubsub';
import { expect } from 'vitest';
import { textsOf } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes, outcomeOf } from './refusal.ts';

/** Clocks of two processes, and a broker that looks every so often. */
const TOLERANCE_MS = 500;

/** A message is a subscriber's for a time: https://cloud.google.com/pubsub/docs/lease-management */
export function leases({ test, feature }: Contract): void {
  test('a message that is not acknowledged comes again after the ack deadline, not before', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    const [id] = await publish(topic, 'again');
    const [first] = await pullUntil(subscription, 1);
    const [second] = await pullUntil(subscription, 1);
    expect(second).toMatchObject({ id, text: 'again' });
    expect(second!.ackId).not.toBe(first!.ackId);
    expect(second!.pulledAtMs - first!.askedAtMs).toBeGreaterThan(10_000 - TOLERANCE_MS);
  });

  test('a lease that is extended ends later', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, modifyDeadline } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    await publish(topic, 'longer');
    const [first] = await pullUntil(subscription, 1);
    const extendedAtMs = performance.now();
    await modifyDeadline(subscription, 14, first!);
    const [second] = await pullUntil(subscription, 1);
    expect(second!.pulledAtMs - extendedAtMs).toBeGreaterThan(14_000 - TOLERANCE_MS);
  });

  test('a lease can be cut short for one message, and the others keep theirs', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, pullFor, modifyDeadline } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, 'a', 'b');
    const messages = await pullUntil(subscription, 2);
    await modifyDeadline(subscription, 2, messages.find(({ text }) => text === 'a')!);
    expect(textsOf(await pullUntil(subscription, 1))).toEqual(['a']);
    expect(textsOf(await pullFor(subscription, 3_000))).toEqual([]);
  });

  test('the client extends the lease while a handler works', async (bench) => {
    const { createTopic, createSubscription, publish, listen } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    await publish(topic, 'slow');
    const work = async (message: Message) => {
      await sleep(12_500);
      message.ack();
    };
    // By default it extends by 10 s when up to 9 s are over, which is close on a machine with other work.
    const listener = listen(subscription, work, { minAckDeadline: Duration.from({ seconds: 30 }) });
    await listener.untilReceived(1);
    await sleep(14_000);
    expect(listener.texts).toEqual(['slow']);
  });

  // "Acknowledging a message whose ack deadline has expired may succeed, but such a message may be redelivered later.
  // Acknowledging a message more than once will not result in an error."
  // https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscriber
  test('acknowledging late, or twice, is no error', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, acknowledge, modifyDeadline } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    await publish(topic, 'late');
    const [first] = await pullUntil(subscription, 1);
    const [second] = await pullUntil(subscription, 1);
    expect(await outcomeOf(() => modifyDeadline(subscription, 10, first!))).toBe('OK');
    expect(await outcomeOf(() => acknowledge(subscription, first!))).toBe('OK');
    expect(await outcomeOf(() => acknowledge(subscription, second!))).toBe('OK');
    expect(await outcomeOf(() => acknowledge(subscription, second!))).toBe('OK');
  });

  test('ids that were never given, or none, are refused', async ({ broker, createTopic, createSubscription }) => {
    const subscription = await createSubscription(await createTopic());
    const { subscriber } = broker;
    await expectOutcomes('INVALID_ARGUMENT', {
      'acknowledge none': () => subscriber.acknowledge({ subscription, ackIds: [] }),
      'acknowledge nonsense': () => subscriber.acknowledge({ subscription, ackIds: ['nonsense'] }),
      'modify none': () => subscriber.modifyAckDeadline({ subscription, ackIds: [], ackDeadlineSeconds: 10 }),
      'modify nonsense': () =>
        subscriber.modifyAckDeadline({ subscription, ackIds: ['nonsense'], ackDeadlineSeconds: 10 }),
    });
  });

  test('a negative extension is refused', async ({
    createTopic,
    createSubscription,
    publish,
    pullUntil,
    modifyDeadline,
  }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    await publish(topic, 'mine');
    const [message] = await pullUntil(subscription, 1);
    await expectOutcomes('INVALID_ARGUMENT', { 'by -1 s': () => modifyDeadline(subscription, -1, message!) });
  });

  feature('limitsExtensions', 'an extension by more than 600 s is refused', {
    async documented({ createTopic, createSubscription, publish, pullUntil, modifyDeadline }) {
      const topic = await createTopic();
      const subscription = await createSubscription(topic);
      await publish(topic, 'mine');
      const [message] = await pullUntil(subscription, 1);
      await expectOutcomes('INVALID_ARGUMENT', { 'by 601 s': () => modifyDeadline(subscription, 601, message!) });
      await expectOutcomes('OK', { 'by 600 s': () => modifyDeadline(subscription, 600, message!) });
    },
    async differing({ createTopic, createSubscription, publish, pullUntil, modifyDeadline }) {
      const topic = await createTopic();
      const subscription = await createSubscription(topic);
      await publish(topic, 'mine');
      const [message] = await pullUntil(subscription, 1);
      await expectOutcomes('OK', { 'by 601 s': () => modifyDeadline(subscription, 601, message!) });
    },
  });
}
