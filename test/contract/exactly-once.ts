import { setTimeout as sleep } from 'node:timers/promises';
import { type AckError, AckResponses, Duration } from '@google-cloud/pubsub';
import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes } from './refusal.ts';

/** https://cloud.google.com/pubsub/docs/exactly-once-delivery */
export function exactlyOnce({ test, feature }: Contract): void {
  test('an acknowledgement is answered, and the message does not come again', async (bench) => {
    const { createTopic, createSubscription, publish, listen } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { enableExactlyOnceDelivery: true });
    const answers: string[] = [];
    const listener = listen(subscription, async (message) => {
      answers.push(await message.ackWithResponse());
    });
    await publish(topic, 'a', 'b', 'c');
    await listener.until(() => answers.length === 3);
    await sleep(12_000);
    expect(answers).toEqual(Array(3).fill(AckResponses.Success));
    expect(listener.texts.toSorted()).toEqual(['a', 'b', 'c']);
    expect(listener.errors).toEqual([]);
  });

  test('giving back is answered, and the message comes again', async (bench) => {
    const { createTopic, createSubscription, publish, listen } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { enableExactlyOnceDelivery: true, ackDeadlineSeconds: 600 });
    const answers: string[] = [];
    const listener = listen(subscription, async (message, index) => {
      answers.push(await (index === 0 ? message.nackWithResponse() : message.ackWithResponse()));
    });
    await publish(topic, 'twice');
    await listener.until(() => answers.length === 2);
    expect(answers).toEqual([AckResponses.Success, AckResponses.Success]);
    expect(listener.texts).toEqual(['twice', 'twice']);
  });

  test('once a message has come again, its first acknowledgement fails and its second holds', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, pullFor, acknowledge, modifyDeadline } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { enableExactlyOnceDelivery: true, ackDeadlineSeconds: 10 });
    await publish(topic, 'again');
    const [first] = await pullUntil(subscription, 1);
    const [second] = await pullUntil(subscription, 1);
    expect(second!.pulledAtMs - first!.askedAtMs).toBeGreaterThan(9_500);
    await expectOutcomes('INVALID_ARGUMENT', {
      acknowledge: () => acknowledge(subscription, first!),
      modify: () => modifyDeadline(subscription, 10, first!),
    });
    await acknowledge(subscription, second!);
    expect(await pullFor(subscription, 12_000)).toEqual([]);
  });

  test('the client tells of an acknowledgement that came too late', async (bench) => {
    const { createTopic, createSubscription, publish, listen } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { enableExactlyOnceDelivery: true, ackDeadlineSeconds: 10 });
    const seconds = Duration.from({ seconds: 10 });
    // The client is told not to extend the lease.
    const maxExtensionTime = Duration.from({ milliseconds: 1 });
    const listener = listen(subscription, () => {}, {
      minAckDeadline: seconds,
      maxAckDeadline: seconds,
      maxExtensionTime,
    });
    await publish(topic, 'late');
    await listener.untilReceived(2);
    const [first, second] = listener.messages;
    const tooLate = await first!.ackWithResponse().then(
      () => undefined,
      (error: AckError) => error.errorCode,
    );
    expect(tooLate).toBe(AckResponses.Invalid);
    expect(await second!.ackWithResponse()).toBe(AckResponses.Success);
  });

  feature('refusesLateAcknowledgements', 'an acknowledgement fails as soon as the lease has ended', {
    async documented(bench) {
      const { subscription, acknowledge, message } = await expiredLease(bench);
      await expectOutcomes('INVALID_ARGUMENT', { acknowledge });
      const [again] = await bench.pullUntil(subscription, 1);
      expect(again!.id).toBe(message.id);
    },
    async differing(bench) {
      const { subscription, acknowledge } = await expiredLease(bench);
      await expectOutcomes('OK', { acknowledge });
      expect(await bench.pullFor(subscription, 1_000)).toEqual([]);
    },
  });

  test('without exactly-once delivery every acknowledgement is answered as a success', async (bench) => {
    const { createTopic, createSubscription, publish, listen } = bench;
    const topic = await createTopic();
    const answers: string[] = [];
    const listener = listen(await createSubscription(topic), async (message) => {
      answers.push(await message.ackWithResponse());
    });
    await publish(topic, 'a');
    await listener.until(() => answers.length === 1);
    expect(answers).toEqual([AckResponses.Success]);
  });
}

async function expiredLease({ createTopic, createSubscription, publish, pullUntil, acknowledge }: Bench) {
  const topic = await createTopic();
  const subscription = await createSubscription(topic, { enableExactlyOnceDelivery: true, ackDeadlineSeconds: 10 });
  await publish(topic, 'late');
  const [message] = await pullUntil(subscription, 1);
  await sleep(12_000);
  return { subscription, message: message!, acknowledge: () => acknowledge(subscription, message!) };
}
