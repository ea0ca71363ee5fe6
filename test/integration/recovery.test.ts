import { expect, test, vi } from 'vitest';
import { Completeness } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvents } from './item-events.ts';
import { startRig } from './rig.ts';
import { eventually, isComplete, publishSlowly, untilBooksBalance, untilCompleted, untilDecided } from './waits.ts';

vi.setConfig({ testTimeout: 120_000 });

const LIMIT = 4;

describeWithServers(['pubsub-emulator'], 'a model that returns to a long backlog', () => {
  const emulator = usePubSubEmulator();

  test.concurrent('is never asked more at one time than its limit allows, and live events do not wait for the backlog', async () => {
    const settings = {
      timeout: '1s',
      batch: { max: 4 },
      concurrency: { initial: 2, max: LIMIT },
      breaker: { minimumCalls: 4, failureRate: 0.5, window: '5s', reset: '1500ms' },
    };
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: { settings } } });
    await rig.model('money').setFaults({ hang: true });
    const owed = itemEvents(300);
    await Promise.all(owed.map((event) => rig.publish(event)));
    await untilDecided(rig, owed);
    expect(rig.decisions.values.every(({ completeness }) => completeness === Completeness.PARTIAL)).toBe(true);

    // Back, and slow enough that the backlog keeps it busy for some seconds.
    await rig.model('money').setFaults({ latency: { medianMs: 150, p99Ms: 250 } });
    await rig.decisions.find(isComplete, 60_000);
    const live = itemEvents(30);
    await publishSlowly(rig, live, 10);
    await untilDecided(rig, live);
    const late = new Set(live.map(({ eventId }) => eventId));
    const recovered = rig.decisions.all.filter((one) => isComplete(one) && !late.has(one.value.eventId));
    expect(recovered.length).toBeLessThan(owed.length);

    await untilCompleted(rig, [...owed, ...live], 90_000);
    expect((await rig.model('money').load()).peakConcurrency).toBeLessThanOrEqual(LIMIT);
    for (const { item } of [...owed, ...live]) expect(rig.model('arms').timesAsked(item.itemId)).toBe(1);
    await untilBooksBalance(rig, owed.length + live.length);
  });

  test.concurrent('is not asked for its version by ever more calls while it hangs', async () => {
    const settings = { timeout: '1500ms', concurrency: { initial: 1, max: 1 } };
    await using rig = await startRig({ emulator: emulator(), models: { arms: { settings } }, role: 'none' });
    await rig.model('arms').setFaults({ hang: true });
    await rig.startProxy();
    await eventually(
      async () => (await rig.model('arms').load()).calls,
      (calls) => expect(calls).toBeGreaterThanOrEqual(4),
    );
    expect((await rig.model('arms').load()).peakConcurrency).toBe(1);
  });
});
