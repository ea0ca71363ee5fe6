import { PubSub } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { connectMisbehaviour } from '../pubsub/server/misbehaviour-client.ts';
import { startEmbeddedPubSub } from './embedded-pubsub.ts';

test('serves a client, can be frozen and thawed, and ends when disposed of', async () => {
  await using server = await startEmbeddedPubSub({ misbehave: true, seed: 1 });
  await using pubsub = Object.assign(
    new PubSub({
      projectId: 'p',
      apiEndpoint: server.host,
      emulatorMode: true,
      sslCreds: credentials.createInsecure(),
    }),
    { [Symbol.asyncDispose]: () => pubsub.close() },
  );
  const [topic] = await pubsub.createTopic('events');
  expect(topic.name).toBe('projects/p/topics/events');
  using faults = connectMisbehaviour(server.host, { timeoutMs: 300 });
  server.freeze();
  await expect(faults.getCounts()).rejects.toThrow('DEADLINE_EXCEEDED');
  server.thaw();
  using patient = connectMisbehaviour(server.host);
  expect(await patient.getCounts()).toMatchObject({ published: 0 });
  await server[Symbol.asyncDispose]();
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test('ends when disposed of although it is frozen', async () => {
  await using frozen = await startEmbeddedPubSub();
  frozen.freeze();
  await frozen[Symbol.asyncDispose]();
  expect(await frozen.exited).toEqual({ code: 0, signal: null });
});

test('stops starting when that is aborted', async () => {
  const starting = startEmbeddedPubSub({ signal: AbortSignal.timeout(20) });
  await expect(starting).rejects.toThrow('aborted due to timeout');
});
