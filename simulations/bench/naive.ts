// What a good engineer would write in an afternoon with the same libraries, as their documentation recommends: flow
// control, keep-alive, pipelining, a breaker and a limit per model, deadlines. What fails is nacked.
// node simulations/bench/naive.ts --config FILE
import { hash } from 'node:crypto';
import { credentials, Metadata, status } from '@grpc/grpc-js';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import CircuitBreaker from 'opossum';
import pLimit from 'p-limit';
import { CatalogServiceClient, type SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { type Item, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import {
  ModelServiceClient,
  type PredictInput,
  type PredictResponse,
} from '../../proto/generated/moderation/v1/model.ts';
import {
  Action,
  actionToJSON,
  Completeness,
  completenessToJSON,
  Decision,
  type TopicDecision,
  TopicState,
} from '../../proto/generated/moderation/v1/moderation.ts';
import type { ModelConfig } from '../../proxy/config-schema.ts';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { decisionId } from '../../proxy/moderation/decision-id.ts';
import { newSeller, runContestant } from './contestant.ts';

/** Half of what the client would take by itself. With a quarter it once received no more from Google's emulator. */
const MAX_MESSAGES = 500;
const KEEP_ALIVE = { 'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 5_000 };

interface Prediction {
  readonly probability: number;
  readonly modelVersion: string;
}

await runContestant(async (config) => {
  const pubsub = connectPubSub(config.pubsub.project);
  const decisions = pubsub.topic(config.pubsub.topics.decisions);
  const redis =
    config.cache.kind === 'redis' ? new Redis(config.cache.url!, { enableAutoPipelining: true }) : undefined;
  const ttlSeconds = Math.ceil(config.cache.ttl / 1_000);

  const seller = config.enrichment.seller;
  const catalog = seller && new CatalogServiceClient(seller.target, credentials.createInsecure(), KEEP_ALIVE);
  const sellers = new LRUCache<string, SellerProfile>({
    max: 50_000,
    ttl: seller?.ttl ?? 600_000,
    fetchMethod: (sellerId) => fetchSeller(sellerId),
  });
  function fetchSeller(sellerId: string): Promise<SellerProfile | undefined> {
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + seller!.timeout };
      catalog!.getSellerProfile({ sellerId }, new Metadata(), options, (error, response) => {
        if (error?.code === status.NOT_FOUND) resolve(newSeller(sellerId));
        else if (error) reject(error);
        else resolve(response.profile);
      });
    });
  }

  const sorted = Object.entries(config.models).sort(([, a], [, b]) => (a.topic < b.topic ? -1 : 1));
  const models = sorted.map(([name, model]) => {
    const client = new ModelServiceClient(model.target, credentials.createInsecure(), KEEP_ALIVE);
    const call = (input: PredictInput) =>
      new Promise<PredictResponse>((resolve, reject) => {
        const options = { deadline: Date.now() + model.timeout };
        client.predict({ inputs: [input] }, new Metadata(), options, (error, response) => {
          if (error) reject(error);
          else resolve(response);
        });
      });
    const breaker = new CircuitBreaker(call, {
      timeout: false,
      errorThresholdPercentage: 50,
      volumeThreshold: 20,
      resetTimeout: model.breaker.reset,
      // Nobody reads them here.
      rollingPercentilesEnabled: false,
    });
    const limit = pLimit(model.concurrency.max);

    async function predict(item: Item, profile: SellerProfile | undefined): Promise<Prediction> {
      const key = cacheKey(name, model, item, profile);
      const cached = await redis?.get(key);
      if (cached) return JSON.parse(cached) as Prediction;
      const enrichment = { seller: model.needs.includes('seller') ? profile : undefined };
      const response = await limit(() => breaker.fire({ item, enrichment }));
      const probability = response.predictions[0]?.probability;
      if (probability === undefined) throw new Error(`${name} has not scored ${item.itemId}`);
      const prediction = { probability, modelVersion: response.modelVersion };
      // The decision need not wait for it, nor fail with it.
      redis?.set(key, JSON.stringify(prediction), 'EX', ttlSeconds).catch(() => {});
      return prediction;
    }
    return { name, model, client, predict };
  });

  async function moderate(data: Buffer): Promise<Decision> {
    const event = ItemEvent.fromJSON(JSON.parse(data.toString()));
    const item = event.item!;
    const profile = seller && (await sellers.fetch(item.sellerId));
    const topics = await Promise.all(
      models.map(async ({ name, model, predict }): Promise<TopicDecision> => {
        const { probability, modelVersion } = await predict(item, profile);
        const { topic, policy } = model;
        const verdict =
          probability >= policy.remove ? Action.REMOVE : probability >= policy.review ? Action.REVIEW : Action.PASS;
        return { topic, state: TopicState.SCORED, verdict, probability, model: name, modelVersion, error: '' };
      }),
    );
    return {
      id: decisionId(item.itemId, item.revision, topics),
      eventId: event.eventId,
      itemId: item.itemId,
      revision: item.revision,
      action: Math.max(...topics.map(({ verdict }) => verdict)) as Action,
      completeness: Completeness.COMPLETE,
      topics,
      decidedAt: new Date(),
    };
  }

  const subscription = pubsub.subscription(config.pubsub.subscriptions.items, {
    flowControl: { maxMessages: MAX_MESSAGES, allowExcessMessages: false },
  });
  subscription.on('message', async (message) => {
    try {
      const decision = await moderate(message.data);
      const attributes = {
        'content-type': 'application/json',
        'decision-id': decision.id,
        'event-id': decision.eventId,
        'item-id': decision.itemId,
        revision: String(decision.revision),
        action: actionToJSON(decision.action),
        completeness: completenessToJSON(decision.completeness),
        'source-message-id': message.id,
      };
      await decisions.publishMessage({ json: Decision.toJSON(decision) as object, attributes });
      message.ack();
    } catch (error) {
      tell(error);
      message.nack();
    }
  });
  subscription.on('error', (error) => {
    tell(error);
    process.exit(1);
  });

  return async () => {
    await subscription.close();
    for (const { client } of models) client.close();
    catalog?.close();
    redis?.disconnect();
    await pubsub.close();
  };
});

function cacheKey(name: string, { reads, needs }: ModelConfig, item: Item, profile: SellerProfile | undefined): string {
  const seen = JSON.stringify([reads.map((field) => item[field]), needs.includes('seller') ? profile : undefined]);
  return `naive:${name}:${hash('sha256', seen)}`;
}

function tell(error: unknown): void {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
}
