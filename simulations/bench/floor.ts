// The least that the libraries allow for the same outputs: pull, one batched call per model with bytes encoded once, one
// Redis round trip to read and one to write, publish, ack; all of it for whatever has arrived together. No breaker, no
// limit, no leases, no validation, no order of revisions, no figures; what fails ends the program.
// node simulations/bench/floor.ts --config FILE
import { hash } from 'node:crypto';
import { v1 } from '@google-cloud/pubsub';
import { credentials, status } from '@grpc/grpc-js';
import { Redis } from 'ioredis';
import { encoded } from '../../proto/encoding.ts';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import { TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { createCatalogClient } from '../../proxy/enrichment/catalog-client.ts';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { type CallError, createModelClient } from '../../proxy/panel/model-client.ts';
import { newSeller, runContestant } from './contestant.ts';

/** Inputs of a call: what a model's host takes. */
const MAX_BATCH = 128;

/** One command for all scores of a batch: MSET knows no expiry. */
const SET_MANY = `
for index, key in ipairs(KEYS) do redis.call('SET', key, ARGV[index + 1], 'PX', ARGV[1]) end`;

interface RedisWithScript extends Redis {
  setMany(keyCount: number, ...keysTtlAndValues: (string | number)[]): Promise<null>;
}

/** What Google's generated clients are made with. */
type ClientOptions = ConstructorParameters<typeof v1.PublisherClient>[0];

/** What they receive, where all fields are set. */
interface Received {
  readonly ackId: string;
  readonly message: { readonly messageId: string; readonly data: Buffer };
}

await runContestant(async (config) => {
  const pubsub = connectPubSub(config.pubsub.project);
  // Google's generated clients, without the queues, histograms and copies of those above them: there are batches already.
  const options = (await pubsub.getClientConfig()) as ClientOptions;
  const subscriber = new v1.SubscriberClient(options);
  const publisher = new v1.PublisherClient(options);
  let isClosing = false;
  const { name: decisions } = pubsub.topic(config.pubsub.topics.decisions);
  const redis = config.cache.kind === 'redis' ? (new Redis(config.cache.url!) as RedisWithScript) : undefined;
  redis?.defineCommand('setMany', { lua: SET_MANY });

  const { seller } = config.enrichment;
  const catalog = seller && createCatalogClient(seller.target, credentials.createInsecure());
  const profiles = new Map<string, Buffer | Promise<Buffer>>();
  /** The bytes by which an input tells the seller's profile. */
  function profileOf(sellerId: string): Buffer | Promise<Buffer> {
    const known = profiles.get(sellerId);
    if (known || !catalog) return known ?? Buffer.alloc(0);
    const fetched = fetchProfile(sellerId);
    profiles.set(sellerId, fetched);
    return fetched;
  }
  async function fetchProfile(sellerId: string): Promise<Buffer> {
    const profile = await catalog!.getSellerProfile(sellerId, seller!.timeout).catch((error: CallError) => {
      if (error.code !== status.NOT_FOUND) throw error;
      return newSeller(sellerId);
    });
    const enrichment = { seller: profile };
    const bytes = encoded(PredictInput, { item: undefined, enrichment });
    profiles.set(sellerId, bytes);
    return bytes;
  }

  const sorted = Object.entries(config.models).sort(([, a], [, b]) => (a.topic < b.topic ? -1 : 1));
  const models = await Promise.all(
    sorted.map(async ([name, { target, topic, policy, needs, timeout }]) => {
      const client = createModelClient(target, credentials.createInsecure());
      const { modelVersion } = await client.predict([], timeout);
      const verdictOf = (probability: number) =>
        probability >= policy.remove ? 'REMOVE' : probability >= policy.review ? 'REVIEW' : 'PASS';
      const prefix = `floor:${name}:${modelVersion}:`;
      return { name, client, topic, verdictOf, needsSeller: needs.includes('seller'), timeout, modelVersion, prefix };
    }),
  );
  /** The end of what a decision's id digests: where all is scored it is always the same. */
  const scoredByAll = JSON.stringify(models.map(({ topic, modelVersion }) => [topic, TopicState.SCORED, modelVersion]));

  async function moderate(received: readonly Received[]): Promise<void> {
    const events = received.map(({ message }) => ItemEvent.fromJSON(JSON.parse(message.data.toString())));
    const items = events.map(({ item }) => item!);
    const profilesOfBatch = items.map(({ sellerId }) => profileOf(sellerId));
    const sellers = profilesOfBatch.every(Buffer.isBuffer) ? profilesOfBatch : await Promise.all(profilesOfBatch);
    // What the models read: these fields, and of the seller what the catalogue says.
    const digests = items.map(({ title, description, category, sellerId }) =>
      hash('sha256', `${title}\0${description}\0${category}\0${sellerId}`, 'base64url'),
    );
    const keys = models.flatMap(({ prefix }) => digests.map((digest) => prefix + digest));
    const known = await redis?.mget(keys);

    const bare: Buffer[] = [];
    function inputOf(at: number, needsSeller: boolean): Buffer {
      let input = bare[at];
      if (!input) {
        input = encoded(PredictInput, { item: items[at]!, enrichment: undefined });
        bare[at] = input;
      }
      // Encoded messages are concatenated to merge them.
      return needsSeller ? Buffer.concat([input, sellers[at]!]) : input;
    }
    const newKeys: string[] = [];
    const newValues: number[] = [];
    const scores = await Promise.all(
      models.map(async ({ client, needsSeller, timeout }, index) => {
        const from = index * items.length;
        const scored = items.map((_, at) => (known?.[from + at] ? Number(known[from + at]) : Number.NaN));
        const missing = [...scored.keys()].filter((at) => Number.isNaN(scored[at]));
        if (missing.length === 0) return scored;
        const { predictions } = await client.predict(
          missing.map((at) => inputOf(at, needsSeller)),
          timeout,
        );
        for (const [place, at] of missing.entries()) {
          const probability = predictions[place]!.probability!;
          scored[at] = probability;
          newKeys.push(keys[from + at]!);
          newValues.push(probability);
        }
        return scored;
      }),
    );
    if (newKeys.length > 0) redis?.setMany(newKeys.length, ...newKeys, config.cache.ttl, ...newValues).catch(fail);
    await publisher.publish({
      topic: decisions,
      messages: received.map(({ message }, at) =>
        decisionMessage(message.messageId, events[at]!, (model) => scores[model]![at]!),
      ),
    });
    await subscriber.acknowledge({ subscription, ackIds: received.map(({ ackId }) => ackId) });
  }

  function decisionMessage(messageId: string, { eventId, item }: ItemEvent, scoreOf: (model: number) => number) {
    const { itemId, revision } = item!;
    const topics = models.map(({ name, topic, verdictOf, modelVersion }, index) => {
      const probability = scoreOf(index);
      return { topic, state: 'SCORED', verdict: verdictOf(probability), probability, model: name, modelVersion };
    });
    const id = hash('sha256', `[${JSON.stringify(itemId)},${revision},${scoredByAll}]`, 'hex').slice(0, 32);
    const has = (wanted: string) => topics.some(({ verdict }) => verdict === wanted);
    const action = has('REMOVE') ? 'REMOVE' : has('REVIEW') ? 'REVIEW' : 'PASS';
    const completeness = 'COMPLETE';
    const decision = { id, eventId, itemId, revision, action, completeness, topics, decidedAt: new Date() };
    const attributes = {
      'content-type': 'application/json',
      'decision-id': id,
      'event-id': eventId,
      'item-id': itemId,
      revision: String(revision),
      action,
      completeness,
      'source-message-id': messageId,
    };
    return { data: Buffer.from(JSON.stringify(decision)), attributes };
  }

  const { name: subscription } = pubsub.subscription(config.pubsub.subscriptions.items);
  const stream = subscriber.streamingPull();
  stream.on('error', (error: Error) => isClosing || fail(error));
  stream.on('data', ({ receivedMessages }: { readonly receivedMessages: readonly Received[] }) => {
    for (let at = 0; at < receivedMessages.length; at += MAX_BATCH) {
      moderate(receivedMessages.slice(at, at + MAX_BATCH)).catch(fail);
    }
  });
  stream.on('end', () => isClosing || fail(new Error('the broker has ended the stream of messages')));
  // No lease is made longer: that time is enough for all that has arrived.
  stream.write({ subscription, streamAckDeadlineSeconds: config.pubsub.ackDeadline / 1_000 });

  return async () => {
    isClosing = true;
    stream.cancel();
    await subscriber.close();
    for (const { client } of models) client.close();
    catalog?.close();
    redis?.disconnect();
    await publisher.close();
    await pubsub.close();
  };
});

function fail(error: Error): never {
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(1);
}
