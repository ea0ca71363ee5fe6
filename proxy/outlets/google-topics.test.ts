import { PubSub } from '@google-cloud/pubsub';
import { credentials, type handleUnaryCall, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startGrpcServer } from '../../infra/grpc/server.ts';
import { startPubSubServer } from '../../infra/pubsub/server/server.ts';
import { startTestClient, type TestClient } from '../../infra/pubsub/server/test-client.ts';
import {
  PublisherService,
  type PublishRequest,
  type PublishResponse,
} from '../../proto/generated/google/pubsub/v1/pubsub.ts';
import type { DeepPartial, SetMisbehaviourRequest } from '../../proto/generated/pubsub/v1/misbehaviour.ts';
import { connectTopics } from './google-topics.ts';
import { publishOptions } from './publisher.ts';

const TIMEOUT_MS = 10_000;
/** What a busy machine may add to a wait, and a last pause between two tries. */
const SLACK_MS = 2_000;

async function brokerOf(
  misbehave: DeepPartial<SetMisbehaviourRequest> = {},
  random: () => number = Math.random,
): Promise<TestClient> {
  const broker = await startTestClient({ misbehave, random, drainMs: 0 });
  onTestFinished(() => broker[Symbol.asyncDispose]());
  return broker;
}

async function topicsOf(address: string) {
  const pubsub = new PubSub({
    projectId: 'p',
    apiEndpoint: address,
    emulatorMode: true,
    sslCreds: credentials.createInsecure(),
  });
  const topics = await connectTopics(pubsub);
  onTestFinished(async () => {
    await topics[Symbol.asyncDispose]();
    await pubsub.close();
  });
  return topics;
}

const message = (text: string) => ({ data: Buffer.from(text), attributes: { key: 'テ' } });

describe('a topic of the broker', () => {
  test("takes what is published, in its order, and each publish ends with the broker's id of it", async () => {
    const broker = await brokerOf();
    const topic = (await topicsOf(broker.server.address)).topic('events', publishOptions(TIMEOUT_MS));
    const ids = await Promise.all(['a', 'b', 'c'].map((text) => topic.publishMessage(message(text))));
    expect(new Set(ids).size).toBe(3);
    expect(ids.toSorted((a, b) => Number(a) - Number(b))).toEqual(ids);
    expect((await broker.pull()).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  test('that does not exist refuses at once all that is published to it, and no other topic anything', async () => {
    const broker = await brokerOf();
    const topics = await topicsOf(broker.server.address);
    const options = publishOptions(TIMEOUT_MS);
    const startedAtMs = performance.now();
    const missing = topics.topic('missing', options);
    const publishes = [missing.publishMessage(message('a')), missing.publishMessage(message('b'))];
    const confirmed = topics.topic('events', options).publishMessage(message('c'));
    for (const refused of await Promise.allSettled(publishes)) {
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: status.NOT_FOUND } });
    }
    expect(performance.now() - startedAtMs).toBeLessThan(TIMEOUT_MS / 2);
    await confirmed;
    expect((await broker.pull()).map(({ text }) => text)).toEqual(['c']);
    expect(options).toEqual(publishOptions(TIMEOUT_MS));
  });

  test('that does not answer is given up in time', async () => {
    const { server } = await brokerOf({ publishDelayMs: 60_000 });
    const topic = (await topicsOf(server.address)).topic('events', publishOptions(200));
    const startedAtMs = performance.now();
    const publishes = [topic.publishMessage(message('a')), topic.publishMessage(message('b'))];
    for (const given of await Promise.allSettled(publishes)) {
      expect(given).toMatchObject({ status: 'rejected', reason: { code: status.DEADLINE_EXCEEDED } });
    }
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(190);
    expect(performance.now() - startedAtMs).toBeLessThan(200 + SLACK_MS);
  });

  test('that refuses for a moment is tried again within the time', async () => {
    const draws = [0, 0, 1, 0];
    const refusedPublishes = [{ code: status.UNAVAILABLE, share: 0.5 }];
    const broker = await brokerOf({ refusedPublishes }, () => draws.shift() ?? 1);
    const topic = (await topicsOf(broker.server.address)).topic('events', publishOptions(TIMEOUT_MS));
    for (const text of ['a', 'b', 'c']) await topic.publishMessage(message(text));
    expect((await broker.pull()).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(draws).toEqual([]);
  });

  test('that is gone is given up in time, and takes what is published when it is back', async () => {
    const broker = await brokerOf();
    const topics = await topicsOf(broker.server.address);
    await topics.topic('events', publishOptions(TIMEOUT_MS)).publishMessage(message('a'));
    await broker.server[Symbol.asyncDispose]();
    const startedAtMs = performance.now();
    const impatient = topics.topic('events', publishOptions(300));
    await expect(impatient.publishMessage(message('b'))).rejects.toThrow();
    expect(performance.now() - startedAtMs).toBeLessThan(300 + SLACK_MS);

    const publishing = topics.topic('events', publishOptions(TIMEOUT_MS)).publishMessage(message('c'));
    await using _back = await startPubSubServer({ port: Number(broker.server.address.split(':')[1]), drainMs: 0 });
    // Empty as it is after a restart, it knows no topic: that it says so shows that it was asked again.
    await expect(publishing).rejects.toMatchObject({ code: status.NOT_FOUND });
  });
});

test('what is published once the connection is closed is refused', async () => {
  const topics = await topicsOf((await brokerOf()).server.address);
  const topic = topics.topic('events', publishOptions(TIMEOUT_MS));
  await topics[Symbol.asyncDispose]();
  await expect(topic.publishMessage(message('a'))).rejects.toBeDefined();
});

test('an answer with fewer ids than messages confirms none of them', async () => {
  const publish: handleUnaryCall<PublishRequest, PublishResponse> = (_call, answer) =>
    answer(null, { messageIds: ['1'] });
  const definition = PublisherService;
  const service = { name: 'google.pubsub.v1.Publisher', protoFile: 'google/pubsub/v1/pubsub.proto', definition };
  await using odd = await startGrpcServer({
    services: [{ ...service, implementation: { publish } }],
    host: '127.0.0.1',
    port: 0,
    drainMs: 0,
  });
  const topic = (await topicsOf(odd.address)).topic('events', publishOptions(TIMEOUT_MS));
  for (const refused of await Promise.allSettled(['a', 'b'].map((text) => topic.publishMessage(message(text))))) {
    expect(refused).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('2 ids') } });
  }
  expect(await topic.publishMessage(message('c'))).toBe('1');
});
