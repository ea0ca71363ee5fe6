import { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { describeWithServers, usePubSubEmulator, useRedisServer } from '../servers/servers.ts';
import { itemEvents } from './item-events.ts';
import { startProxyProcess } from './proxy-process.ts';
import { startRig } from './rig.ts';
import { untilBooksBalance, untilCompleted } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator', 'redis-server'], 'a replica that is killed', () => {
  const emulator = usePubSubEmulator();
  const redis = useRedisServer();

  test('leaves its items to the next one, which does not ask again what was answered', async () => {
    const patient = { timeout: '20s', breaker: { minimumCalls: 1_000, reset: '30s' } };
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, money: { settings: patient } },
      settings: {
        cache: { kind: 'redis', url: redis().url },
        items: { budget: '25s' },
        backlog: { budget: '25s' },
        pubsub: { ackDeadline: '40s' },
      },
      role: 'none',
    });
    await using doomed = await startProxyProcess({ config: rig.configText() });
    await rig.model('money').setFaults({ hang: true });
    const events = itemEvents(30);
    await Promise.all(events.map((event) => rig.publish(event)));
    using store = connected(redis().url);
    const kept = () => store.redis.keys(`eddy:prediction:arms:${rig.model('arms').version}:*`);
    await expect.poll(async () => (await kept()).length, { timeout: 20_000 }).toBe(events.length);
    expect(rig.decisions.all).toHaveLength(0);

    doomed.kill('SIGKILL');
    await doomed.exited;
    await rig.model('money').setFaults({});
    await rig.startProxy();
    await untilCompleted(rig, events, 40_000);
    // A busy machine's Redis may be too late for some, who are asked again then; that is told.
    const lookUps = (result: string) => rig.metric('eddy_prediction_cache_total', { model: 'arms', result });
    const bypassed = await lookUps('bypassed');
    expect(await lookUps('hit')).toBe(events.length - bypassed);
    expect(rig.model('arms').inputs).toHaveLength(events.length + bypassed);
    expect(bypassed).toBeLessThan(events.length / 2);
    await untilBooksBalance(rig, events.length);
  });
});

function connected(url: string): Disposable & { readonly redis: Redis } {
  const redis = new Redis(url);
  return { redis, [Symbol.dispose]: () => redis.disconnect() };
}
