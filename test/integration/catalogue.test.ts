import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { type Catalog, startCatalog } from '../../infra/catalog/catalog.ts';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent, itemEvents } from './item-events.ts';
import { type Rig, startRig } from './rig.ts';
import { isComplete, untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator'], 'a model that needs the seller’s profile', () => {
  const emulator = usePubSubEmulator();

  test('gets it, fetched once for all who need it, and the other models get none', async () => {
    await using shop = await startShop();
    await using rig = await rigWith(shop, { fakes: needy(), scams: needy(), arms: {} });
    const events = itemEvents(30, { sellerId: 'seller-x' });
    await Promise.all(events.map((event) => rig.publish(event)));
    await rig.decisions.until((all) => all.filter(isComplete).length === 30);
    expect(shop.asked).toEqual(['seller-x']);
    for (const name of ['fakes', 'scams']) {
      const sellers = rig.model(name).inputs.map(({ enrichment }) => enrichment?.seller);
      expect(sellers).toHaveLength(30);
      expect(sellers.every((seller) => seller?.accountAgeDays === 365)).toBe(true);
    }
    expect(rig.model('arms').inputs.every(({ enrichment }) => enrichment?.seller === undefined)).toBe(true);
  });

  test.each([
    { how: 'is down', faults: (shop: Shop) => shop.stop() },
    { how: 'is slower than its deadline', faults: (shop: Shop) => shop.restart(30_000) },
  ])('is pending alone while the catalogue $how, and completes after', async ({ faults }) => {
    await using shop = await startShop();
    await using rig = await rigWith(shop, { fakes: needy(), arms: {} });
    await faults(shop);
    const event = itemEvent();
    await rig.publish(event);
    const { value } = await rig.decisions.first();
    expect(value.completeness).toBe(Completeness.PARTIAL);
    expect(value.topics).toMatchObject([
      { topic: 'arms', state: TopicState.SCORED },
      { topic: 'fakes', state: TopicState.PENDING, error: expect.stringMatching(/^ENRICHMENT: seller: [A-Z_]+: /) },
    ]);
    const { value: entry } = await rig.backlog.first();
    expect(entry.owed).toMatchObject([{ model: 'fakes', attempts: 1 }]);
    expect(rig.model('fakes').inputs).toHaveLength(0);

    await shop.restart();
    await rig.decisions.find(isComplete);
    for (const name of ['arms', 'fakes']) expect(rig.model(name).timesAsked(event.item.itemId)).toBe(1);
    expect(rig.model('fakes').inputs[0]?.enrichment?.seller?.accountAgeDays).toBe(365);
  });

  test('gets the profile that its backlog entry carries: it is not fetched again', async () => {
    await using shop = await startShop();
    await using rig = await rigWith(shop, { fakes: needy() }, { ttl: '1ms' });
    await rig.model('fakes').setFaults({ errors: [{ code: status.UNAVAILABLE, rate: 1 }] });
    const event = itemEvent();
    await rig.publish(event);
    const { value: entry } = await rig.backlog.first();
    expect(entry.enrichment?.seller).toMatchObject({ sellerId: event.item.sellerId, accountAgeDays: 365 });
    await untilSettled(rig, { result: 'fruitless' }, 1);
    await shop.stop();
    await rig.model('fakes').setFaults({});
    await rig.decisions.find(isComplete);
    expect(shop.asked).toEqual([event.item.sellerId]);
    expect(rig.model('fakes').inputs[0]?.enrichment?.seller?.accountAgeDays).toBe(365);
  });

  test('gets an older profile when the catalogue is away', async () => {
    await using shop = await startShop();
    await using rig = await rigWith(shop, { fakes: needy() }, { ttl: '1ms' });
    const [first, second] = itemEvents(2, { sellerId: 'seller-y' });
    await rig.publish(first!);
    await rig.decisions.first();
    await shop.stop();
    await rig.publish(second!);
    const [, { value }] = (await rig.decisions.until(({ length }) => length === 2)) as [unknown, Decided];
    expect(value.completeness).toBe(Completeness.COMPLETE);
    expect(await rig.metric('eddy_enrichment_stale_total', { source: 'seller' })).toBe(1);
  });

  test('judges a seller whom the catalogue does not know as one who has just opened an account', async () => {
    await using shop = await startShop();
    await using rig = await rigWith(shop, { fakes: needy() });
    await rig.publish(itemEvent({ sellerId: 'nobody' }));
    expect((await rig.decisions.first()).value.completeness).toBe(Completeness.COMPLETE);
    expect(rig.model('fakes').inputs[0]?.enrichment?.seller).toMatchObject({ sellerId: 'nobody', accountAgeDays: 0 });
  });

  function rigWith(shop: Shop, models: Parameters<typeof startRig>[0]['models'], seller = {}): Promise<Rig> {
    // The model's timeout and this one must fit into the budget.
    const settings = { enrichment: { seller: { target: shop.address, timeout: '1500ms', ...seller } } };
    return startRig({ emulator: emulator(), models, settings });
  }
});

type Decided = Rig['decisions']['all'][number];

const needy = () => ({ settings: { needs: ['seller'] } });

/** A catalogue that goes and comes back, and keeps whom it was asked for. */
interface Shop extends AsyncDisposable {
  readonly address: string;
  readonly asked: readonly string[];
  stop(): Promise<void>;
  restart(latencyMs?: number): Promise<void>;
}

async function startShop(): Promise<Shop> {
  const asked: string[] = [];
  function profiles(sellerId: string): SellerProfile | undefined {
    asked.push(sellerId);
    if (sellerId === 'nobody') return undefined;
    return { sellerId, accountAgeDays: 365, pastRemovals: 1, completedSales: 9, verified: true, rating: 4.5 };
  }
  const start = (port: number, latencyMs = 0) => startCatalog({ profiles, port, latencyMs, drainMs: 0 });
  let running: Catalog | undefined = await start(0);
  const { address } = running;
  async function stop(): Promise<void> {
    await running?.[Symbol.asyncDispose]();
    running = undefined;
  }
  return {
    address,
    asked,
    stop,
    async restart(latencyMs) {
      await stop();
      running = await start(Number(address.split(':')[1]), latencyMs);
    },
    [Symbol.asyncDispose]: stop,
  };
}
