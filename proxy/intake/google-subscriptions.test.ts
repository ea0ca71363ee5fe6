import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { credentials, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startTestClient, type TestClient } from '../../infra/pubsub/server/test-client.ts';
import type { Subscription } from '../../proto/generated/google/pubsub/v1/pubsub.ts';
import type { DeepPartial, SetMisbehaviourRequest } from '../../proto/generated/pubsub/v1/misbehaviour.ts';
import { connectSubscriptions } from './google-subscriptions.ts';
import type { IncomingMessage, ReceiveOptions } from './lease.ts';

const PATIENCE = { timeout: 10_000, interval: 10 };

async function brokerOf(misbehave: DeepPartial<SetMisbehaviourRequest> = {}, settings: DeepPartial<Subscription> = {}) {
  const broker = await startTestClient({ misbehave, drainMs: 0 }, settings);
  onTestFinished(() => broker[Symbol.asyncDispose]());
  return broker;
}

/** A subscriber of the broker's one subscription; each message is settled as it is told to, or else acknowledged. */
async function receive(
  address: string,
  onMessage = (message: IncomingMessage) => message.ack(),
  options: Partial<ReceiveOptions> = {},
  name = 'reader',
) {
  const pubsub = new PubSub({
    projectId: 'p',
    apiEndpoint: address,
    emulatorMode: true,
    sslCreds: credentials.createInsecure(),
  });
  const lost: string[] = [];
  const streamsLost: string[] = [];
  const subscriptions = await connectSubscriptions(pubsub, {
    settlementsLost: (subscription, what, count) => lost.push(`${subscription}: ${count} ${what}`),
    streamLost: (subscription, { message }) => streamsLost.push(`${subscription}: ${message}`),
  });
  const stream = subscriptions.subscription(name, {
    maxMessages: 100,
    maxBytes: 1e6,
    maxLeaseMs: 60_000,
    drainMs: 2_000,
    ...options,
  });
  const received: IncomingMessage[] = [];
  const errors: Error[] = [];
  stream.on('message', (message) => {
    received.push(message);
    onMessage(message);
  });
  stream.on('error', (error) => errors.push(error));
  const close = async () => {
    await stream.close();
    await pubsub.close();
  };
  onTestFinished(close);
  return {
    received,
    errors,
    lost,
    streamsLost,
    close,
    texts: () => received.map(({ data }) => data.toString()),
    until: (count: number) => vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(count), PATIENCE),
  };
}

const nothingLeft = async (broker: TestClient) => expect(await broker.pull()).toEqual([]);

describe('a subscription of the broker', () => {
  test('gives its messages, and none of them again when they are acknowledged', async () => {
    const broker = await brokerOf();
    const fromMs = Date.now();
    const ids = await broker.publish('a', 'b', 'c');
    const it = await receive(broker.server.address);
    await it.until(3);
    expect(it.texts()).toEqual(['a', 'b', 'c']);
    expect(it.received.map(({ id }) => id)).toEqual(ids);
    const [first] = it.received;
    expect(first).toMatchObject({ attributes: {}, data: expect.any(Buffer) });
    expect(first!.publishedAtMs).toBeGreaterThanOrEqual(fromMs - 1);
    expect(first!.publishedAtMs).toBeLessThanOrEqual(Date.now());
    await it.close();
    await nothingLeft(broker);
  });

  test('does not give more bytes at a time than are wanted, but always a message', async () => {
    const broker = await brokerOf();
    const held: IncomingMessage[] = [];
    const it = await receive(broker.server.address, (message) => void held.push(message), { maxBytes: 10 });
    await broker.publish('x'.repeat(20), 'y', 'z');
    await it.until(1);
    await sleep(100);
    expect(it.received).toHaveLength(1);
    held[0]!.ack();
    await it.until(3);
    for (const message of held) message.ack();
    await it.close();
    await nothingLeft(broker);
  });

  test('gives again what is given back', async () => {
    const broker = await brokerOf();
    let deliveries = 0;
    const it = await receive(broker.server.address, (message) => (++deliveries < 3 ? message.nack() : message.ack()));
    await broker.publish('a');
    await it.until(3);
    await it.close();
    expect(it.texts()).toEqual(['a', 'a', 'a']);
    await nothingLeft(broker);
  });

  test('that is not there is told of once, and one that goes away as well', async () => {
    const broker = await brokerOf();
    const missing = await receive(broker.server.address, undefined, {}, 'missing');
    const it = await receive(broker.server.address);
    await broker.publish('a');
    await it.until(1);
    await new Promise((resolve) => {
      broker.subscriber.deleteSubscription({ subscription: 'projects/p/subscriptions/reader' }, resolve);
    });
    for (const { errors } of [missing, it]) {
      await vi.waitFor(() => expect(errors).toHaveLength(1), PATIENCE);
      expect(errors[0]).toMatchObject({ code: status.NOT_FOUND, message: expect.stringContaining('NOT_FOUND') });
    }
  });

  test('whose streams are cut again and again loses nothing, and takes the acks of what came before', async () => {
    const broker = await brokerOf({ cutStreamsEveryMs: 50 });
    const it = await receive(broker.server.address, (message) => void sleep(120).then(() => message.ack()));
    for (let round = 0; round < 10; round++) {
      await broker.publish(`${round}`);
      await sleep(30);
    }
    await vi.waitFor(() => expect(new Set(it.texts()).size).toBe(10), PATIENCE);
    await it.close();
    await nothingLeft(broker);
    // Nothing had to be delivered twice: what is in work is kept over the end of its stream.
    expect(it.received.length).toBe(10);
  });

  test('does not give more at a time than is wanted, and all of it in the end', async () => {
    const broker = await brokerOf();
    let inWork = 0;
    let most = 0;
    const it = await receive(
      broker.server.address,
      async (message) => {
        most = Math.max(most, ++inWork);
        await sleep(5);
        inWork--;
        message.ack();
      },
      { maxMessages: 7 },
    );
    await broker.publish(...Array.from({ length: 100 }, (_, index) => `${index}`));
    await it.until(100);
    await it.close();
    expect(most).toBe(7);
    await nothingLeft(broker);
  });

  test('gets back at once what is not done when it is closed', async () => {
    const broker = await brokerOf();
    const it = await receive(broker.server.address, () => {}, { drainMs: 100 });
    await broker.publish('a', 'b');
    await it.until(2);
    const fromMs = performance.now();
    await it.close();
    expect(performance.now() - fromMs).toBeLessThan(1_000);
    expect((await broker.pull()).map(({ text }) => text)).toEqual(['a', 'b']);
  });

  test('with delivery exactly once says which ack came too late, and takes the others', async () => {
    const broker = await brokerOf({}, { enableExactlyOnceDelivery: true });
    const it = await receive(broker.server.address, () => {});
    await broker.publish('a', 'b');
    await it.until(2);
    const [first] = it.received as unknown as { ackId: string }[];
    await broker.ack(first!.ackId);
    for (const message of it.received) message.ack();
    await it.close();
    expect(it.lost).toEqual(['reader: 1 ack']);
    await nothingLeft(broker);
  });

  test('lends a message for as long as it is in work', async () => {
    const broker = await brokerOf({}, { ackDeadlineSeconds: 10 });
    const it = await receive(broker.server.address, () => {}, { maxLeaseMs: 30_000, drainMs: 0 });
    await broker.publish('a');
    await it.until(1);
    await sleep(11_000);
    await nothingLeft(broker);
    it.received[0]!.ack();
    await it.close();
    expect(it.received).toHaveLength(1);
    await nothingLeft(broker);
  });
});

test('without credentials to be had, a subscriber tries again, and can be closed', async () => {
  const pubsub = new PubSub({ projectId: 'p', keyFilename: 'missing-key.json' });
  const lost: string[] = [];
  const settlementsLost = (_: string, what: string, count: number) => lost.push(`${count} ${what}`);
  const streamsLost: string[] = [];
  const streamLost = (name: string, { message }: Error) => streamsLost.push(`${name}: ${message}`);
  const { subscription } = await connectSubscriptions(pubsub, { settlementsLost, streamLost });
  const stream = subscription('reader', { maxMessages: 1, maxBytes: 1, maxLeaseMs: 60_000, drainMs: 1_000 });
  const errors: Error[] = [];
  stream.on('error', (error) => errors.push(error));
  stream.on('message', () => {});
  await sleep(700);
  const fromMs = performance.now();
  await stream.close();
  await pubsub.close();
  expect(performance.now() - fromMs).toBeLessThan(2_000);
  expect([errors, lost]).toEqual([[], []]);
  expect(streamsLost[0]).toMatch(/^reader: no client: .*missing-key\.json/);
});

describe('a broker that is away', () => {
  test('is waited for, and received from when it is back', async () => {
    const broker = await brokerOf();
    await using relay = await startRelay(Number(broker.server.address.split(':')[1]));
    relay.refuse(true);
    const it = await receive(relay.address);
    await broker.publish('a');
    await sleep(300);
    relay.refuse(false);
    await it.until(1);
    await it.close();
    expect([it.texts(), it.errors, it.lost]).toEqual([['a'], [], []]);
    await nothingLeft(broker);
  });

  test('does not keep a subscriber from closing', async () => {
    const broker = await brokerOf();
    await using relay = await startRelay(Number(broker.server.address.split(':')[1]));
    const it = await receive(relay.address, () => {}, { drainMs: 100 });
    await broker.publish('a');
    await it.until(1);
    relay.freeze();
    const fromMs = performance.now();
    await it.close();
    expect(performance.now() - fromMs).toBeLessThan(5_000);
    expect(it.lost).toEqual(['reader: 1 nack']);
  });

  test('without having said so is noticed, and another connection made', async () => {
    const broker = await brokerOf();
    await using relay = await startRelay(Number(broker.server.address.split(':')[1]));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const it = await receive(relay.address, () => {});
    await broker.publish('a');
    await it.until(1);
    // The broker is seen to answer what keeps the stream alive.
    await vi.advanceTimersByTimeAsync(30_000);
    await realMs(300);
    relay.freeze();
    expect(relay.connections).toBe(1);
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.advanceTimersByTimeAsync(15_000);
    await vi.advanceTimersByTimeAsync(1_000);
    await vi.waitFor(() => expect(relay.connections).toBe(2), PATIENCE);
    // The broker would send to the stream that leads nowhere until it notices as well.
    relay.endAtServer();
    await realMs(100);
    await broker.publish('b');
    await it.until(2);
    expect(it.texts()).toEqual(['a', 'b']);
    vi.useRealTimers();
    for (const message of it.received) message.ack();
    await it.close();
    await nothingLeft(broker);
  });
});

/** Time that passes in truth while timers are held. */
async function realMs(ms: number): Promise<void> {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs) await new Promise((resolve) => setImmediate(resolve));
}

/** A network between a client and a server on 127.0.0.1 that can fail. */
async function startRelay(targetPort: number) {
  const sockets = new Set<Socket>();
  const frozen = new Set<Socket>();
  let isRefusing = false;
  let connections = 0;
  const server = createServer((client) => {
    if (isRefusing) {
      client.destroy();
      return;
    }
    connections++;
    const target = connect({ host: '127.0.0.1', port: targetPort });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    }
    client.pipe(target).pipe(client);
    target.once('close', () => frozen.has(target) || client.destroy());
  });
  await new Promise<void>((resolve) => void server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    get connections() {
      return connections;
    },
    refuse(isSo: boolean) {
      isRefusing = isSo;
    },
    /** Nothing goes through the connections that there are any more, and neither side is told. */
    freeze() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
        frozen.add(socket);
      }
    },
    /** Tells the server, and it alone, that what is frozen is over. */
    endAtServer() {
      for (const socket of frozen) if (socket.remotePort === targetPort) socket.destroy();
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
