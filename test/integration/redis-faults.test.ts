import { afterEach, expect, test, vi } from 'vitest';
import { describeWithServers, usePubSubEmulator, useRedisServer } from '../servers/servers.ts';
import { itemEvent, itemEvents } from './item-events.ts';
import { connectModeration, type ModerationClient } from './moderation-client.ts';
import { type Rig, startRig } from './rig.ts';
import { eventually, publishSlowly, untilDecided } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

/** The most that an item may lose to a Redis that does not answer, in milliseconds. */
const EXTRA_MS = 50;

describeWithServers(['pubsub-emulator', 'redis-server'], 'a Redis that fails', () => {
  const emulator = usePubSubEmulator();
  const redis = useRedisServer();
  afterEach(() => redis().restart());

  const start = () =>
    startRig({
      emulator: emulator(),
      models: { arms: {}, money: {} },
      settings: { cache: { kind: 'redis', url: redis().url } },
    });

  test.each([
    { how: 'killed', fail: () => redis().kill(), mend: () => redis().restart() },
    { how: 'frozen', fail: async () => redis().freeze(), mend: async () => redis().thaw() },
    { how: 'restarted, empty,', fail: () => redis().restart(), mend: async () => {} },
  ])('$how in mid-stream delays nothing for long and loses nothing', async ({ fail, mend }) => {
    await using rig = await start();
    const events = itemEvents(150);
    const publishing = publishSlowly(rig, events, 10);
    await rig.decisions.until(({ length }) => length >= 40);
    await fail();
    await publishing;
    await untilDecided(rig, events);
    for (const { item } of events) {
      for (const name of ['arms', 'money']) expect(rig.model(name).timesAsked(item.itemId)).toBe(1);
    }
    expect(rig.backlog.all).toHaveLength(0);

    await mend();
    using client = connectModeration(rig.proxies[0]!.grpc);
    await untilStore(rig, client, 'up');
    // It is used again: what is asked from now on is kept, and a listing of the same text asks nobody.
    await eventually(
      async () => {
        const event = itemEvent();
        await client.moderate(event);
        const twin = itemEvent({ ...event.item, itemId: `${event.item.itemId}-twin` });
        await client.moderate(twin);
        return ['arms', 'money'].map((name) => rig.model(name).timesAsked(twin.item.itemId));
      },
      (asked) => expect(asked).toEqual([0, 0]),
    );
  });

  test('by not answering costs an item at most 50 ms, and the later ones nothing', async () => {
    await using rig = await start();
    using client = connectModeration(rig.proxies[0]!.grpc);
    await timed(client, 30);
    const calm = median(await timed(client, 30));
    const early: number[] = [];
    const later: number[] = [];
    for (let round = 0; round < 3; round++) {
      redis().freeze();
      early.push(...(await timed(client, 5)));
      await untilStore(rig, client, 'bypassed');
      later.push(...(await timed(client, 20)));
      redis().thaw();
      await untilStore(rig, client, 'up');
    }
    // The middle of them: what other programs on this machine take is not Redis's doing.
    expect(median(early) - calm).toBeLessThan(EXTRA_MS);
    expect(median(later) - calm).toBeLessThan(EXTRA_MS / 5);
  });

  test('at the start, by being away, is told of and does without', async () => {
    await redis().kill();
    await using rig = await start();
    const events = itemEvents(20);
    await Promise.all(events.map((event) => rig.publish(event)));
    await untilDecided(rig, events);
    expect(await rig.metric('eddy_store_up')).toBe(0);
    expect(rig.log.find(({ event }) => event === 'store')).toMatchObject({ level: 'warn', state: 'bypassed' });
    await redis().restart();
    using client = connectModeration(rig.proxies[0]!.grpc);
    await untilStore(rig, client, 'up');
  });
});

/** Waits for what the proxy thinks of its store, which it learns from the items that come meanwhile. */
async function untilStore(rig: Rig, client: ModerationClient, state: 'up' | 'bypassed'): Promise<void> {
  const isUp = async () => {
    await client.moderate(itemEvent());
    return rig.metric('eddy_store_up');
  };
  await expect.poll(isUp, { timeout: 20_000, interval: 50 }).toBe(state === 'up' ? 1 : 0);
}

/** How long items of their own take one after the other, in milliseconds. */
async function timed(client: ModerationClient, count: number): Promise<number[]> {
  const times: number[] = [];
  for (const event of itemEvents(count)) {
    const from = performance.now();
    await client.moderate(event);
    times.push(performance.now() - from);
  }
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
