import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { PubSub } from '@google-cloud/pubsub';
import { expect, test } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { startPubSubEmulator } from './pubsub-emulator.ts';

describeWithServers(['pubsub-emulator'], 'an emulator of our own', () => {
  test('carries a message, and is gone when disposed of', async () => {
    let pid: number;
    {
      await using emulator = await startPubSubEmulator({ maxHeapMb: 256 });
      pid = emulator.pid;
      const client = new PubSub({ projectId: 'eddy-test', apiEndpoint: emulator.host, emulatorMode: true });
      const [topic] = await client.createTopic('events');
      const [subscription] = await topic.createSubscription('readers');
      const received = once(subscription, 'message');
      await topic.publishMessage({ data: Buffer.from('hello') });
      const [message] = await received;
      expect(message.data.toString()).toBe('hello');
      message.ack();
      await client.close();
    }
    expect(isRunning(pid)).toBe(false);
  });

  test('tells that its port is in use, and does not stay half started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const starting = startPubSubEmulator({ port, maxHeapMb: 256 });
    await expect(starting).rejects.toThrow(
      new RegExp(`The Pub/Sub emulator on port ${port} can't start[^]*Address already in use`),
    );
    other.close();
  });

  test('stops starting when that is aborted', async () => {
    const starting = startPubSubEmulator({ maxHeapMb: 256, signal: AbortSignal.timeout(100) });
    await expect(starting).rejects.toThrow('aborted due to timeout');
  });
});
