import { expect, test, vi } from 'vitest';
import { Completeness } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator, useRedisServer } from '../servers/servers.ts';
import { itemEvents } from './item-events.ts';
import { startRig } from './rig.ts';
import { publishSlowly, untilBooksBalance, untilCompleted, untilDecided } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator', 'redis-server'], 'while one model is ill', () => {
  const emulator = usePubSubEmulator();
  const redis = useRedisServer();
  const shared = () => ({ cache: { kind: 'redis', url: redis().url } });

  test.concurrent('two replicas ask each healthy model exactly once per item, backlog passes included', async () => {
    const breaker = { minimumCalls: 3, failureRate: 0.5, window: '5s', reset: '1s' };
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, fakes: {}, money: { settings: { timeout: '500ms', breaker } } },
      settings: shared(),
    });
    await rig.startProxy();
    const events = itemEvents(120);
    const publishing = publishSlowly(rig, events);
    await rig.decisions.until(({ length }) => length >= 10);
    await rig.model('money').setFaults({ down: true });
    await publishing;
    await untilDecided(rig, events);
    expect(rig.decisions.values.some(({ completeness }) => completeness === Completeness.PARTIAL)).toBe(true);

    await rig.model('money').setFaults({});
    await untilCompleted(rig, events);
    for (const { item } of events) {
      for (const name of ['arms', 'fakes']) expect(rig.model(name).timesAsked(item.itemId)).toBe(1);
    }
    // One model alone is owed, so that no entry is followed by another one.
    const entries = rig.backlog.values.map(({ event }) => event!.eventId);
    expect(entries.length).toBe(new Set(entries).size);
    await untilBooksBalance(rig, events.length);
  });

  test.concurrent('a hanging model holds up no decision for longer than its timeout', async () => {
    const settings = {
      timeout: '400ms',
      breaker: { minimumCalls: 5, reset: '1s' },
      concurrency: { initial: 2, max: 4 },
    };
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, money: { settings } },
      settings: shared(),
    });
    await rig.model('money').setFaults({ hang: true });
    const events = itemEvents(100);
    await publishSlowly(rig, events);
    await untilDecided(rig, events);
    await rig.model('money').setFaults({});
    await untilCompleted(rig, events);
    for (const { item } of events) expect(rig.model('arms').timesAsked(item.itemId)).toBe(1);
    await untilBooksBalance(rig, events.length);
  });
});
