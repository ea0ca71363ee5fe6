import { type Client, credentials, makeGenericClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { service as healthDefinition } from 'grpc-health-check';
import { expect, test, vi } from 'vitest';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent } from './item-events.ts';
import { type Rig, startRig } from './rig.ts';
import { eventually, untilDecided, untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator'], 'a proxy', () => {
  const emulator = usePubSubEmulator();

  test('is alive and ready once it has started, whatever the models do', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} }, role: 'none' });
    await rig.model('arms').setFaults({ down: true });
    const { http } = await rig.startProxy();
    expect(await get(http, '/livez')).toEqual({ code: 200, body: 'ok\n' });
    expect(await get(http, '/readyz')).toEqual({ code: 200, body: 'ok\n' });
    expect(await get(http, '/elsewhere')).toMatchObject({ code: 404 });
    expect((await fetch(`http://${http}/readyz`, { method: 'POST' })).status).toBe(405);
    const metrics = await fetch(`http://${http}/metrics`);
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=/);
    expect(await metrics.text()).toContain('eddy_model_breaker_state{model="arms"} 0');
  });

  test('says grpc.health.v1 for the server and its service', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const { grpc } = rig.proxies[0]!;
    expect(await health(grpc, '')).toBe('SERVING');
    expect(await health(grpc, 'moderation.v1.ModerationService')).toBe('SERVING');
    await expect(health(grpc, 'other.v1.Service')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('is alive but not ready while it drains, and gone after', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {} },
      settings: { shutdown: { drain: '10s' } },
    });
    await rig.model('arms').setFaults({ latency: { medianMs: 2_000, p99Ms: 2_000 } });
    const event = itemEvent();
    await rig.publish(event);
    await eventually(
      async () => (await rig.model('arms').load()).inputs,
      (inputs) => expect(inputs).toBe(1),
    );
    const proxy = rig.proxies[0]!;
    const stopped = rig.stopProxy(proxy);
    expect(await get(proxy.http, '/livez')).toMatchObject({ code: 200 });
    expect(await get(proxy.http, '/readyz')).toEqual({ code: 503, body: 'shutting down\n' });
    await stopped;
    await untilDecided(rig, [event]);
    await expect(get(proxy.http, '/livez')).rejects.toThrow();
    await expect(health(proxy.grpc, '')).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  test('tells that it can’t go on when its subscription is gone, and is not ready', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const { failure, http } = rig.proxies[0]!;
    const failed = failure.catch((error: Error) => error.message);
    await using pubsub = connected(emulator().projectId);
    await pubsub.client.subscription(rig.names.subscriptions.items).delete();
    expect(await failed).toContain(`subscription ${rig.names.subscriptions.items}: `);
    expect(await get(http, '/readyz')).toEqual({ code: 503, body: 'a subscription is not being received from\n' });
    expect(await get(http, '/livez')).toMatchObject({ code: 200 });
  });

  test('of the role items leaves the backlog alone, and one of the role backlog the items', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} }, role: 'backlog' });
    await rig.model('money').setFaults({ errors: [{ code: status.UNAVAILABLE, rate: 1 }] });
    const event = itemEvent();
    await rig.publish(event);
    await rig.startProxy('items');
    await untilSettled(rig, { intake: 'items', result: 'deferred' }, 1);
    await untilSettled(rig, { intake: 'backlog', result: 'fruitless' }, 1);
    const [backlog, items] = rig.proxies;
    expect(await receivedBy(backlog!)).toEqual(['backlog']);
    expect(await receivedBy(items!)).toEqual(['items']);

    await rig.stopProxy(items!);
    await rig.model('money').setFaults({});
    await rig.decisions.until(({ length }) => length === 2);
    expect(rig.model('money').timesAsked(event.item.itemId)).toBe(1);
  });
});

/** The intakes from which the proxy has received anything. */
async function receivedBy({ http }: Rig['proxies'][number]): Promise<string[]> {
  const { body } = await get(http, '/metrics');
  return [...body.matchAll(/^eddy_messages_received_total\{intake="(\w+)"\} [1-9]/gm)].map(([, intake]) => intake!);
}

async function get(address: string, path: string): Promise<{ code: number; body: string }> {
  const response = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(10_000) });
  return { code: response.status, body: await response.text() };
}

interface HealthClient extends Client {
  check(
    request: { service: string },
    options: { deadline: number },
    callback: (error: ServiceError | null, response?: { status: string }) => void,
  ): void;
}

function health(address: string, service: string): Promise<string> {
  const Constructor = makeGenericClientConstructor(healthDefinition, 'grpc.health.v1.Health');
  const client = new Constructor(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  }) as unknown as HealthClient;
  return new Promise<string>((resolve, reject) => {
    client.check({ service }, { deadline: Date.now() + 10_000 }, (error, response) => {
      if (error) reject(error);
      else resolve(response!.status);
    });
  }).finally(() => client.close());
}

function connected(projectId: string) {
  const client = connectPubSub(projectId);
  return { client, [Symbol.asyncDispose]: () => client.close() };
}
