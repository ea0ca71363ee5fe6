import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Contract } from './contract.ts';

/** https://cloud.google.com/pubsub/docs/dead-letter-topics */
export function deadLetter({ test }: Contract): void {
  test('after its last delivery attempt a message goes to the dead-letter topic, and says where from', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, pullFor, listen, broker } = bench;
    const [topic, deadLetterTopic] = [await createTopic(), await createTopic()];
    const graveyard = await createSubscription(deadLetterTopic);
    const deadLetterPolicy = { deadLetterTopic, maxDeliveryAttempts: 5 };
    const subscription = await createSubscription(topic, { deadLetterPolicy });
    const [id] = await publish(topic, { data: Buffer.from('hopeless'), attributes: { kind: 'car' } });
    const listener = listen(subscription, (message) => message.nack());
    const [dead] = await pullUntil(graveyard, 1);
    expect(listener.messages.map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([1, 2, 3, 4, 5]);
    expect(dead!.text).toBe('hopeless');
    expect(dead!.id).not.toBe(id);
    const { CloudPubSubDeadLetterSourceTopicPublishTime: publishTime, ...attributes } = dead!.attributes;
    expect(attributes).toEqual({
      kind: 'car',
      CloudPubSubDeadLetterSourceDeliveryCount: '5',
      CloudPubSubDeadLetterSourceSubscription: subscription.split('/').at(-1),
      CloudPubSubDeadLetterSourceSubscriptionProject: broker.projectId,
    });
    expect(new Date(publishTime ?? '').getTime()).toBeCloseTo(listener.messages[0]!.publishTime.getTime(), -2);
    await listener.close();
    expect(await pullFor(subscription, 2_000)).toEqual([]);
  });

  test('a message that is acknowledged in time is not forwarded', async (bench) => {
    const { createTopic, createSubscription, publish, pullFor, listen } = bench;
    const [topic, deadLetterTopic] = [await createTopic(), await createTopic()];
    const graveyard = await createSubscription(deadLetterTopic);
    const deadLetterPolicy = { deadLetterTopic, maxDeliveryAttempts: 5 };
    const subscription = await createSubscription(topic, { deadLetterPolicy });
    await publish(topic, 'saved');
    const listener = listen(subscription, (message) => (message.deliveryAttempt < 4 ? message.nack() : message.ack()));
    await listener.untilReceived(4);
    expect(await pullFor(graveyard, 2_000)).toEqual([]);
    expect(listener.messages).toHaveLength(4);
  });

  test('with a retry policy the last attempt comes after its pause, and then the dead letter', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, listen } = bench;
    const [topic, deadLetterTopic] = [await createTopic(), await createTopic()];
    const graveyard = await createSubscription(deadLetterTopic);
    const deadLetterPolicy = { deadLetterTopic, maxDeliveryAttempts: 5 };
    const retryPolicy = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 2 } };
    const subscription = await createSubscription(topic, { deadLetterPolicy, retryPolicy });
    await publish(topic, 'hopeless');
    const startedAtMs = performance.now();
    const listener = listen(subscription, (message) => message.nack());
    const [dead] = await pullUntil(graveyard, 1);
    expect(listener.messages.map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([1, 2, 3, 4, 5]);
    expect(dead!.pulledAtMs - startedAtMs).toBeGreaterThan(2_000);
  });

  test('without a dead-letter policy delivery attempts are not counted', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, modifyDeadline } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    await publish(topic, 'uncounted');
    for (let deliveries = 0; deliveries < 7; deliveries++) {
      const [message] = await pullUntil(subscription, 1);
      expect(message!.deliveryAttempt).toBe(0);
      await modifyDeadline(subscription, 0, message!);
    }
  });

  test('the end of a lease counts as an attempt', async ({ createTopic, createSubscription, publish, pullUntil }) => {
    const [topic, deadLetterTopic] = [await createTopic(), await createTopic()];
    const deadLetterPolicy = { deadLetterTopic, maxDeliveryAttempts: 5 };
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10, deadLetterPolicy });
    await publish(topic, 'left alone');
    const [first] = await pullUntil(subscription, 1);
    await sleep(9_000);
    const [second] = await pullUntil(subscription, 1);
    expect([first!.deliveryAttempt, second!.deliveryAttempt]).toEqual([1, 2]);
  });
}
