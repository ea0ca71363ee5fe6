import { expect } from 'vitest';
import { type Bench, textsOf } from './bench.ts';
import type { Contract } from './contract.ts';
import { expectOutcomes } from './refusal.ts';

/** Filters, and which of the messages below they let through. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  'attributes.kind = "car"': ['red car', 'blue car'],
  'attributes.kind != "car"': ['plain', 'red boat'],
  'attributes:colour': ['red car', 'blue car', 'red boat'],
  'NOT attributes:colour': ['plain'],
  'hasPrefix(attributes.colour, "bl")': ['blue car'],
  'attributes.kind = "car" AND attributes.colour = "red"': ['red car'],
  'attributes.kind = "boat" OR attributes.colour = "blue"': ['blue car', 'red boat'],
  '(attributes.kind = "boat" OR attributes.colour = "blue") AND NOT attributes.kind = "car"': ['red boat'],
  'attributes."kind" = "car"': ['red car', 'blue car'],
};

const MESSAGES = [
  { data: Buffer.from('plain') },
  { data: Buffer.from('red car'), attributes: { kind: 'car', colour: 'red' } },
  { data: Buffer.from('blue car'), attributes: { kind: 'car', colour: 'blue' } },
  { data: Buffer.from('red boat'), attributes: { kind: 'boat', colour: 'red' } },
];

const NONSENSE = ['nonsense ===', 'data = "x"', 'attributes.kind > "car"', 'attributes.kind = "car" AND'];
const TOO_LONG = `attributes.kind = "${'x'.repeat(256)}"`;

/** https://cloud.google.com/pubsub/docs/subscription-message-filter */
export function filtering({ feature }: Contract): void {
  feature('appliesFilters', 'a filter lets through what it matches, and nothing else', {
    async documented(bench) {
      expect(await passed(bench)).toEqual(
        Object.fromEntries(Object.entries(FILTERS).map(([filter, texts]) => [filter, texts.toSorted()])),
      );
    },
    async differing(bench) {
      const all = textsOfMessages().toSorted();
      expect(await passed(bench)).toEqual(Object.fromEntries(Object.keys(FILTERS).map((filter) => [filter, all])));
    },
  });

  // "Pub/Sub automatically acknowledges the messages that don't match the filter."
  feature('appliesFilters', 'what a filter keeps out counts as acknowledged, and does not come by seeking back', {
    async documented(bench) {
      expect(await passedAfterSeek(bench)).toEqual(['blue car', 'red car']);
    },
    async differing(bench) {
      expect(await passedAfterSeek(bench)).toEqual(textsOfMessages().toSorted());
    },
  });

  feature('checksFilters', 'a filter that is wrong or too long is refused', {
    async documented({ createTopic, createSubscription }) {
      const topic = await createTopic();
      const tries = [...NONSENSE, TOO_LONG].map((filter) => [filter, () => createSubscription(topic, { filter })]);
      await expectOutcomes('INVALID_ARGUMENT', Object.fromEntries(tries));
    },
    async differing({ createTopic, createSubscription }) {
      const topic = await createTopic();
      const tries = [...NONSENSE, TOO_LONG].map((filter) => [filter, () => createSubscription(topic, { filter })]);
      await expectOutcomes('OK', Object.fromEntries(tries));
    },
  });
}

function textsOfMessages(): string[] {
  return MESSAGES.map(({ data }) => data.toString());
}

async function passed({ createTopic, createSubscription, publish, pullFor }: Bench): Promise<Record<string, string[]>> {
  const topic = await createTopic();
  const filters = Object.keys(FILTERS);
  const subscriptions = await Promise.all(
    filters.map((filter) => createSubscription(topic, { filter, ackDeadlineSeconds: 600 })),
  );
  await publish(topic, ...MESSAGES);
  const passing = await Promise.all(subscriptions.map((one) => pullFor(one, 2_000)));
  return Object.fromEntries(filters.map((filter, index) => [filter, textsOf(passing[index] ?? []).toSorted()]));
}

async function passedAfterSeek(bench: Bench): Promise<string[]> {
  const { broker, createTopic, createSubscription, publish, pullFor, acknowledge } = bench;
  const topic = await createTopic();
  const settings = { filter: 'attributes.kind = "car"', retainAckedMessages: true, ackDeadlineSeconds: 600 };
  const subscription = await createSubscription(topic, settings);
  await publish(topic, ...MESSAGES);
  await acknowledge(subscription, ...(await pullFor(subscription, 1_000)));
  await broker.subscriber.seek({ subscription, time: { seconds: Math.floor(Date.now() / 1_000) - 3_600 } });
  return textsOf(await pullFor(subscription, 2_000)).toSorted();
}
