import { expect } from 'vitest';
import type { SubscriptionSettings } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes, outcomeOf } from './refusal.ts';

const DAY = 86_400;

/** What a subscription can be told: https://cloud.google.com/pubsub/docs/subscription-properties */
export function settings({ test, feature }: Contract): void {
  test('the settings of a subscription come back as they were given', async ({
    broker,
    createTopic,
    createSubscription,
  }) => {
    const topic = await createTopic();
    const deadLetterTopic = await createTopic();
    const given = {
      ackDeadlineSeconds: 600,
      retainAckedMessages: true,
      labels: { team: 'red' },
      enableMessageOrdering: true,
      enableExactlyOnceDelivery: true,
      filter: 'attributes.kind = "car"',
    };
    const subscription = await createSubscription(topic, {
      ...given,
      messageRetentionDuration: { seconds: DAY },
      expirationPolicy: { ttl: { seconds: 2 * DAY } },
      retryPolicy: { minimumBackoff: { seconds: 1, nanos: 5e8 }, maximumBackoff: { seconds: 600 } },
      deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 100 },
    });
    const [found] = await broker.subscriber.getSubscription({ subscription });
    expect(found).toMatchObject({ ...given, topic, deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 100 } });
    expect(Number(found.messageRetentionDuration?.seconds)).toBe(DAY);
    expect(Number(found.expirationPolicy?.ttl?.seconds)).toBe(2 * DAY);
    expect(Number(found.retryPolicy?.minimumBackoff?.seconds)).toBe(1);
    expect(found.retryPolicy?.minimumBackoff?.nanos).toBe(5e8);
    expect(Number(found.retryPolicy?.maximumBackoff?.seconds)).toBe(600);
  });

  test('what is not told has the documented default', async ({ broker, createTopic, createSubscription }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic);
    const [found] = await broker.subscriber.getSubscription({ subscription });
    expect(found).toMatchObject({
      ackDeadlineSeconds: 10,
      retainAckedMessages: false,
      enableMessageOrdering: false,
      enableExactlyOnceDelivery: false,
      filter: '',
      detached: false,
      deadLetterPolicy: null,
      retryPolicy: null,
    });
    expect(Number(found.messageRetentionDuration?.seconds)).toBe(7 * DAY);
  });

  test('an empty retry or dead-letter policy is filled with defaults', async (bench) => {
    const { broker, createTopic, createSubscription } = bench;
    const topic = await createTopic();
    const policies = { retryPolicy: {}, deadLetterPolicy: { deadLetterTopic: topic } };
    const subscription = await createSubscription(topic, policies);
    const [found] = await broker.subscriber.getSubscription({ subscription });
    expect(Number(found.retryPolicy?.minimumBackoff?.seconds)).toBe(10);
    expect(Number(found.retryPolicy?.maximumBackoff?.seconds)).toBe(600);
    expect(found.deadLetterPolicy?.maxDeliveryAttempts).toBe(5);
  });

  test('a subscription can be told never to expire', async ({ broker, createTopic, createSubscription }) => {
    const subscription = await createSubscription(await createTopic(), { expirationPolicy: {} });
    const [found] = await broker.subscriber.getSubscription({ subscription });
    expect(found.expirationPolicy).toEqual({ ttl: null });
  });

  feature('expiresByDefault', 'a subscription expires after 31 idle days unless it is told otherwise', {
    async documented({ broker, createTopic, createSubscription }) {
      const subscription = await createSubscription(await createTopic());
      const [{ expirationPolicy }] = await broker.subscriber.getSubscription({ subscription });
      expect(Number(expirationPolicy?.ttl?.seconds)).toBe(31 * DAY);
    },
    async differing({ broker, createTopic, createSubscription }) {
      const subscription = await createSubscription(await createTopic());
      const [{ expirationPolicy }] = await broker.subscriber.getSubscription({ subscription });
      expect(expirationPolicy).toBeNull();
    },
  });

  test('settings out of bounds are refused', async ({ createTopic, createSubscription }) => {
    const topic = await createTopic();
    const refused: Record<string, SubscriptionSettings> = {
      'ack deadline of 601 s': { ackDeadlineSeconds: 601 },
      'negative ack deadline': { ackDeadlineSeconds: -1 },
      'retention of a minute': { messageRetentionDuration: { seconds: 60 } },
      'retention of 32 days': { messageRetentionDuration: { seconds: 32 * DAY } },
      'negative backoff': { retryPolicy: { minimumBackoff: { seconds: -1 } } },
      'minimum backoff of 601 s': { retryPolicy: { minimumBackoff: { seconds: 601 } } },
      'maximum backoff of 601 s': { retryPolicy: { maximumBackoff: { seconds: 601 } } },
    };
    const tries = Object.entries(refused).map(([name, one]) => [name, () => createSubscription(topic, one)]);
    await expectOutcomes('INVALID_ARGUMENT', Object.fromEntries(tries));
    await expectOutcomes('INVALID_ARGUMENT', {
      'topic retention of a minute': () => createTopic({ messageRetentionDuration: { seconds: 60 } }),
      'topic retention of 32 days': () => createTopic({ messageRetentionDuration: { seconds: 32 * DAY } }),
    });
  });

  // "If validation on any of the fields fails ... the create/update subscription request will fail": by which status is
  // not said. https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#deadletterpolicy
  test('fewer than 5 and more than 100 delivery attempts are refused', async ({ createTopic, createSubscription }) => {
    const topic = await createTopic();
    for (const maxDeliveryAttempts of [-1, 4, 101]) {
      const deadLetterPolicy = { deadLetterTopic: topic, maxDeliveryAttempts };
      const outcome = await outcomeOf(() => createSubscription(topic, { deadLetterPolicy }));
      expect(['INVALID_ARGUMENT', 'OUT_OF_RANGE'], String(maxDeliveryAttempts)).toContain(outcome);
    }
  });

  feature('refusesShortAckDeadlines', 'an ack deadline of 5 s is refused', {
    async documented({ broker, createTopic, createSubscription }) {
      const topic = await createTopic();
      const name = await createSubscription(topic);
      const subscription = { name, ackDeadlineSeconds: 5 };
      await expectOutcomes('INVALID_ARGUMENT', {
        create: () => createSubscription(topic, { ackDeadlineSeconds: 5 }),
        update: () =>
          broker.subscriber.updateSubscription({ subscription, updateMask: { paths: ['ack_deadline_seconds'] } }),
      });
    },
    async differing({ createTopic, createSubscription }) {
      const topic = await createTopic();
      await expectOutcomes('OK', { create: () => createSubscription(topic, { ackDeadlineSeconds: 5 }) });
    },
  });

  feature('refusesShortExpiration', 'an expiration after one hour is refused', {
    async documented({ createTopic, createSubscription }) {
      const topic = await createTopic();
      const expirationPolicy = { ttl: { seconds: 3_600 } };
      await expectOutcomes('INVALID_ARGUMENT', { create: () => createSubscription(topic, { expirationPolicy }) });
    },
    async differing({ createTopic, createSubscription }) {
      const topic = await createTopic();
      const expirationPolicy = { ttl: { seconds: 3_600 } };
      await expectOutcomes('OK', { create: () => createSubscription(topic, { expirationPolicy }) });
    },
  });

  feature('retains31Days', 'messages can be retained for 31 days', {
    async documented({ createTopic, createSubscription }) {
      const topic = await createTopic();
      const messageRetentionDuration = { seconds: 31 * DAY };
      await expectOutcomes('OK', { create: () => createSubscription(topic, { messageRetentionDuration }) });
    },
    async differing({ createTopic, createSubscription }) {
      const topic = await createTopic();
      const retaining = (days: number) => () =>
        createSubscription(topic, { messageRetentionDuration: { seconds: days * DAY } });
      await expectOutcomes('OK', { week: retaining(7) });
      await expectOutcomes('INVALID_ARGUMENT', { month: retaining(31) });
    },
  });

  test('an update changes what its mask names and nothing else', async ({
    broker,
    createTopic,
    createSubscription,
  }) => {
    const topic = await createTopic();
    const name = await createSubscription(topic, { ackDeadlineSeconds: 20, labels: { team: 'red' } });
    const wanted = { name, topic, ackDeadlineSeconds: 30, labels: { team: 'blue' } };
    const updateMask = { paths: ['ack_deadline_seconds'] };
    const [answer] = await broker.subscriber.updateSubscription({ subscription: wanted, updateMask });
    const [found] = await broker.subscriber.getSubscription({ subscription: name });
    expect(answer).toMatchObject({ name, ackDeadlineSeconds: 30, labels: { team: 'red' } });
    expect(found).toMatchObject({ name, ackDeadlineSeconds: 30, labels: { team: 'red' } });
  });

  test('a retry policy that the client sets is there, and gone when it takes it away', async (bench) => {
    const { broker, createTopic, createSubscription } = bench;
    const subscription = broker.pubsub.subscription(await createSubscription(await createTopic()));
    const retryPolicy = { minimumBackoff: { seconds: 3 }, maximumBackoff: { seconds: 30 } };
    await subscription.setMetadata({ retryPolicy });
    const [{ retryPolicy: found }] = await subscription.getMetadata();
    expect(Number(found?.minimumBackoff?.seconds)).toBe(3);
    expect(Number(found?.maximumBackoff?.seconds)).toBe(30);
    const updateMask = { paths: ['retry_policy'] };
    await broker.subscriber.updateSubscription({ subscription: { name: subscription.name }, updateMask });
    expect((await subscription.getMetadata())[0].retryPolicy).toBeNull();
  });

  test('an update without a mask, of something unknown or of what is fixed is refused', async (bench) => {
    const { broker, createTopic, createSubscription } = bench;
    const topic = await createTopic();
    const other = await createTopic();
    const name = await createSubscription(topic);
    const update = (change: SubscriptionSettings, ...paths: string[]) => {
      const subscription = { name, topic, ...change };
      return () => broker.subscriber.updateSubscription({ subscription, updateMask: { paths } });
    };
    await expectOutcomes('INVALID_ARGUMENT', {
      'no mask': update({ ackDeadlineSeconds: 30 }),
      'unknown field': update({}, 'colour'),
      topic: update({ topic: other }, 'topic'),
      ordering: update({ enableMessageOrdering: true }, 'enable_message_ordering'),
      filter: update({ filter: 'attributes:kind' }, 'filter'),
      'ack deadline of 601 s': update({ ackDeadlineSeconds: 601 }, 'ack_deadline_seconds'),
      'topic without a mask': () => broker.publisher.updateTopic({ topic: { name: topic }, updateMask: { paths: [] } }),
      'unknown field of a topic': () =>
        broker.publisher.updateTopic({ topic: { name: topic }, updateMask: { paths: ['colour'] } }),
    });
  });
}
