import { PubSub } from '@google-cloud/pubsub';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { describeWithServers, usePubSubEmulator, useRedisServer } from './servers.ts';

describeWithServers(['pubsub-emulator'], 'the shared emulator', () => {
  const emulator = usePubSubEmulator();

  test('has a project of this file alone', async () => {
    const { host, projectId } = emulator();
    const client = new PubSub({ projectId, apiEndpoint: host, emulatorMode: true });
    await client.createTopic('events');
    const [topics] = await client.getTopics();
    expect(topics.map(({ name }) => name)).toEqual([`projects/${projectId}/topics/events`]);
    await client.close();
  });
});

describeWithServers(['redis-server'], "a test file's own Redis", () => {
  const redis = useRedisServer();

  test('is there for the first test', async () => {
    const client = new Redis(redis().url);
    expect(await client.incr('tests')).toBe(1);
    client.disconnect();
  });

  test('is the same for the next', async () => {
    const client = new Redis(redis().url);
    expect(await client.incr('tests')).toBe(2);
    client.disconnect();
  });
});
