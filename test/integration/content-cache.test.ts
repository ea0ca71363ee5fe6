import { expect, test, vi } from 'vitest';
import { startCatalog } from '../../infra/catalog/catalog.ts';
import { syntheticProfile } from '../../infra/catalog/synthetic-profiles.ts';
import { describeWithServers, usePubSubEmulator, useRedisServer } from '../servers/servers.ts';
import { editOf, itemEvent, type TestEvent } from './item-events.ts';
import { type Rig, startRig } from './rig.ts';
import { eventually, untilCompleted } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator', 'redis-server'], 'what a model has said of a content', () => {
  const emulator = usePubSubEmulator();
  const redis = useRedisServer();

  async function startShop(cache: Record<string, unknown> = { kind: 'memory' }) {
    const stack = new AsyncDisposableStack();
    const catalog = stack.use(await startCatalog({ profiles: syntheticProfile }));
    const rig = stack.use(
      await startRig({
        emulator: emulator(),
        models: {
          arms: { settings: { reads: ['title', 'description'] } },
          offers: { settings: { reads: ['title', 'price'] } },
          fakes: { settings: { reads: ['title'], needs: ['seller'] } },
        },
        settings: {
          cache,
          enrichment: { seller: { target: catalog.address, timeout: '1500ms' } },
        },
      }),
    );
    return { rig, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  test('holds for an edit of what that model does not read', async () => {
    await using shop = await startShop();
    const first = itemEvent();
    await decide(shop.rig, first);
    const dearer = editOf(first, { price: { currency: 'JPY', minorUnits: 2_000 } });
    expect(await askedFor(shop.rig, dearer)).toEqual({ arms: 0, offers: 1, fakes: 0 });
    const reworded = editOf(dearer, { description: 'well worn' });
    expect(await askedFor(shop.rig, reworded)).toEqual({ arms: 1, offers: 0, fakes: 0 });
    const renamed = editOf(reworded, { title: 'something else' });
    expect(await askedFor(shop.rig, renamed)).toEqual({ arms: 1, offers: 1, fakes: 1 });
  });

  test('holds for the same content by another seller, where the seller does not matter', async () => {
    await using shop = await startShop();
    const first = itemEvent({ sellerId: 'seller-one' });
    await decide(shop.rig, first);
    const twin = itemEvent({ ...first.item, itemId: 'twin', sellerId: 'seller-two' });
    expect(await askedFor(shop.rig, twin)).toEqual({ arms: 0, offers: 0, fakes: 1 });
    const duplicate = itemEvent({ ...first.item, itemId: 'duplicate' });
    expect(await askedFor(shop.rig, duplicate)).toEqual({ arms: 0, offers: 0, fakes: 0 });
  });

  test('is shared by the replicas', async () => {
    await using shop = await startShop({ kind: 'redis', url: redis().url });
    const first = itemEvent();
    await decide(shop.rig, first);
    await shop.rig.startProxy();
    await shop.rig.stopProxy(shop.rig.proxies[0]!);
    // More than once only because a busy machine's Redis may be too late, and is bypassed then.
    let copies = 0;
    await eventually(
      () => askedFor(shop.rig, itemEvent({ ...first.item, itemId: `shared-${++copies}` })),
      (asked) => expect(asked).toEqual({ arms: 0, offers: 0, fakes: 0 }),
    );
  });

  test('does not hold for a new version of that model', async () => {
    await using shop = await startShop();
    const { rig } = shop;
    const first = itemEvent();
    await decide(rig, first);
    const arms = rig.model('arms');
    const next = `${arms.version}-next`;
    await arms.redeploy(next);
    arms.answer = () => 0.99;
    // The proxy learns of it from the first answer, or by itself within some seconds.
    let copies = 0;
    await eventually(
      async () => {
        const copy = itemEvent({ ...first.item, itemId: `copy-${++copies}` });
        await decide(rig, copy);
        return rig.decisions.values.find(({ eventId }) => eventId === copy.eventId)?.topics[0];
      },
      (topic) => expect(topic).toMatchObject({ topic: 'arms', modelVersion: next, probability: 0.99 }),
    );
    expect(rig.model('offers').inputs).toHaveLength(1);
  });

  test('answers two equal listings that come at the same moment with one question', async () => {
    await using shop = await startShop();
    const { rig } = shop;
    await rig.model('arms').setFaults({ latency: { medianMs: 500, p99Ms: 500 } });
    const first = itemEvent();
    const twins = [
      first,
      itemEvent({ ...first.item, itemId: 'twin-2' }),
      itemEvent({ ...first.item, itemId: 'twin-3' }),
    ];
    await Promise.all(twins.map((event) => rig.publish(event)));
    await untilCompleted(rig, twins);
    expect(rig.model('arms').inputs).toHaveLength(1);
  });
});

async function decide(rig: Rig, event: TestEvent): Promise<void> {
  await rig.publish(event);
  await untilCompleted(rig, [event]);
}

/** How many inputs each model gets because of the event. */
async function askedFor(rig: Rig, event: TestEvent): Promise<Record<string, number>> {
  const names = ['arms', 'offers', 'fakes'];
  const before = names.map((name) => rig.model(name).inputs.length);
  await decide(rig, event);
  return Object.fromEntries(names.map((name, index) => [name, rig.model(name).inputs.length - before[index]!]));
}
