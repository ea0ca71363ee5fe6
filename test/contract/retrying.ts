import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Bench, PATIENCE_MS, type SubscriptionSettings, textsOf } from './bench.ts';
import type { Contract } from './contract.ts';

/** Retry policies are kept "on a best effort basis". https://cloud.google.com/pubsub/docs/subscription-retry-policy */
const BEST_EFFORT = 0.8;

/** What becomes of a message that is given back: https://cloud.google.com/pubsub/docs/handling-failures */
export function retrying({ test, feature }: Contract): void {
  test('a message that is given back comes again at once, and the others do not', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, pullFor, modifyDeadline } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, 'a', 'b');
    const messages = await pullUntil(subscription, 2);
    await modifyDeadline(subscription, 0, messages.find(({ text }) => text === 'b')!);
    expect(textsOf(await pullUntil(subscription, 1, 10_000))).toEqual(['b']);
    expect(textsOf(await pullFor(subscription, 1_000))).toEqual([]);
  });

  test('what the client gives back comes to it again', async ({ createTopic, createSubscription, publish, listen }) => {
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
    await publish(topic, 'stubborn');
    const listener = listen(subscription, (message, index) => (index < 4 ? message.nack() : message.ack()));
    await listener.untilReceived(5);
    expect(listener.texts).toEqual(Array(5).fill('stubborn'));
    expect(new Set(listener.messages.map(({ id }) => id)).size).toBe(1);
  });

  test('what comes back after its lease goes before what was published later', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil } = bench;
    const topic = await createTopic();
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10 });
    await publish(topic, 'old');
    await pullUntil(subscription, 1);
    await publish(topic, 'new-1', 'new-2', 'new-3');
    await sleep(13_000);
    expect(await oneByOne(bench, subscription, 4)).toEqual(['old', 'new-1', 'new-2', 'new-3']);
  });

  feature('keepsItsPlace', 'what is given back goes before what was published later', {
    async documented(bench) {
      expect(await orderAfterNack(bench)).toEqual(['old', 'new-1', 'new-2', 'new-3']);
    },
    async differing(bench) {
      expect(await orderAfterNack(bench)).toEqual(['new-1', 'new-2', 'new-3', 'old']);
    },
  });

  test('with a retry policy the pauses are no shorter than the minimum and grow', async (bench) => {
    const pauses = await pausesAfterNacks(bench, 5, {
      minimumBackoff: { seconds: 1 },
      maximumBackoff: { seconds: 4 },
    });
    // The first pause is a question of its own, below.
    for (const pause of pauses.slice(1)) expect(pause, String(pauses)).toBeGreaterThan(BEST_EFFORT * 1_000);
    expect(pauses.at(-1), String(pauses)).toBeGreaterThan(BEST_EFFORT * 2_000);
  });

  test('the pauses grow no further than the maximum', async (bench) => {
    const pauses = await pausesAfterNacks(bench, 7, { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 1 } });
    // Doubling without end they would take two minutes.
    for (const pause of pauses) expect(pause, String(pauses)).toBeLessThan(15_000);
  });

  feature('pausesFromTheFirstRetry', 'the first retry waits for the minimum backoff already', {
    async documented(bench) {
      const retryPolicy = { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 60 } };
      const [pause] = await pausesAfterNacks(bench, 1, retryPolicy);
      expect(pause).toBeGreaterThan(BEST_EFFORT * 10_000);
    },
    async differing(bench) {
      const retryPolicy = { minimumBackoff: { seconds: 20 }, maximumBackoff: { seconds: 60 } };
      const [pause] = await pausesAfterNacks(bench, 1, retryPolicy);
      expect(pause).toBeLessThan(BEST_EFFORT * 20_000);
    },
  });

  feature('pausesFromTheFirstRetry', 'after the end of a lease the retry policy is kept too', {
    async documented(bench) {
      expect(await pauseAfterExpiry(bench)).toBeGreaterThan(10_000 + BEST_EFFORT * 6_000);
    },
    async differing(bench) {
      expect(await pauseAfterExpiry(bench)).toBeLessThan(10_000 + BEST_EFFORT * 6_000);
    },
  });

  test('while one message waits for its retry the others come', async (bench) => {
    const { createTopic, createSubscription, publish, pullUntil, modifyDeadline } = bench;
    const topic = await createTopic();
    const retryPolicy = { minimumBackoff: { seconds: 600 }, maximumBackoff: { seconds: 600 } };
    const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600, retryPolicy });
    await publish(topic, 'ill');
    for (let nacks = 0; nacks < 2; nacks++) {
      const [ill] = await bench.pullFor(subscription, 1_500);
      if (ill) await modifyDeadline(subscription, 0, ill);
    }
    await publish(topic, 'a', 'b', 'c');
    expect(textsOf(await pullUntil(subscription, 3)).toSorted()).toEqual(['a', 'b', 'c']);
  });
}

/** The order in which a message comes that was given back when three later ones waited already. */
async function orderAfterNack(bench: Bench): Promise<string[]> {
  const { createTopic, createSubscription, publish, pullUntil, modifyDeadline } = bench;
  const topic = await createTopic();
  const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600 });
  await publish(topic, 'old');
  const old = await pullUntil(subscription, 1);
  await publish(topic, 'new-1', 'new-2', 'new-3');
  await modifyDeadline(subscription, 0, ...old);
  await sleep(500);
  return oneByOne(bench, subscription, 4);
}

async function oneByOne({ pull }: Bench, subscription: string, count: number): Promise<string[]> {
  const end = performance.now() + PATIENCE_MS;
  const texts: string[] = [];
  while (texts.length < count && performance.now() < end) texts.push(...textsOf(await pull(subscription, 1)));
  return texts;
}

/** How long it takes until a message comes again, nack by nack, in milliseconds. */
async function pausesAfterNacks(
  { createTopic, createSubscription, publish, pullUntil, modifyDeadline }: Bench,
  nacks: number,
  retryPolicy: NonNullable<SubscriptionSettings['retryPolicy']>,
): Promise<number[]> {
  const topic = await createTopic();
  const subscription = await createSubscription(topic, { ackDeadlineSeconds: 600, retryPolicy });
  await publish(topic, 'again and again');
  let [message] = await pullUntil(subscription, 1);
  const pauses: number[] = [];
  while (pauses.length < nacks) {
    const givenBackAtMs = performance.now();
    await modifyDeadline(subscription, 0, message!);
    [message] = await pullUntil(subscription, 1);
    pauses.push(message!.pulledAtMs - givenBackAtMs);
  }
  return pauses;
}

/** From the pull of a message to its coming again, with a lease of 10 s and a minimum backoff of 6 s, in milliseconds. */
async function pauseAfterExpiry({ createTopic, createSubscription, publish, pullUntil }: Bench): Promise<number> {
  const topic = await createTopic();
  const retryPolicy = { minimumBackoff: { seconds: 6 }, maximumBackoff: { seconds: 60 } };
  const subscription = await createSubscription(topic, { ackDeadlineSeconds: 10, retryPolicy });
  await publish(topic, 'left alone');
  const [first] = await pullUntil(subscription, 1);
  const [second] = await pullUntil(subscription, 1);
  return second!.pulledAtMs - first!.askedAtMs;
}
