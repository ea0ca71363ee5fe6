import { expect, test, vi } from 'vitest';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvents } from './item-events.ts';
import { startProxyProcess } from './proxy-process.ts';
import { startRig } from './rig.ts';
import { eventually, untilBooksBalance, untilCompleted } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator'], 'a proxy that is shut down under load', () => {
  const emulator = usePubSubEmulator();

  test.concurrent('settles what it has in work, takes nothing more, and leaves the rest to the next one', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: { settings: { batch: { max: 8 } } } },
      settings: { items: { maxInFlight: 40 }, shutdown: { drain: '10s' } },
    });
    const slow = { latency: { medianMs: 150, p99Ms: 200 } };
    await rig.model('arms').setFaults(slow);
    const events = itemEvents(400);
    await Promise.all(events.map((event) => rig.publish(event)));
    await rig.decisions.until(({ length }) => length > 20);

    await rig.stopProxy(rig.proxies[0]!);
    const before = rig.model('arms').inputs.length;
    expect(before).toBeLessThan(events.length);
    // All that was in work is decided; that it is acknowledged as well shows when nothing is decided twice.
    await rig.decisions.until(({ length }) => length === before);
    expect(rig.log.some(({ event }) => event === 'drained')).toBe(false);

    await rig.model('arms').setFaults({});
    await rig.startProxy();
    await untilCompleted(rig, events);
    await untilBooksBalance(rig, events.length - before);
    expect(rig.decisions.all).toHaveLength(events.length);
    for (const { item } of events) expect(rig.model('arms').timesAsked(item.itemId)).toBe(1);
  });

  test.concurrent('gives back what it can’t finish in the drain time, and nothing is lost', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, money: {} },
      settings: { items: { maxInFlight: 100 }, shutdown: { drain: '500ms' } },
    });
    const events = itemEvents(300);
    await Promise.all(events.slice(0, 20).map((event) => rig.publish(event)));
    await untilCompleted(rig, events.slice(0, 20));
    await rig.model('money').setFaults({ hang: true });
    await Promise.all(events.slice(20).map((event) => rig.publish(event)));
    await eventually(
      () => rig.model('arms').inputs.length,
      (asked) => expect(asked).toBeGreaterThanOrEqual(120),
    );

    const from = performance.now();
    await rig.stopProxy(rig.proxies[0]!);
    // The drain time, the client's own for sending what is left, and time of a busy machine's.
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(rig.log.find(({ event }) => event === 'drained')).toMatchObject({ level: 'warn', nacked: 100 });
    expect(rig.decisions.all).toHaveLength(20);

    await rig.model('money').setFaults({});
    await rig.startProxy();
    await untilCompleted(rig, events);
    await untilBooksBalance(rig, 280);
    expect(rig.decisions.all).toHaveLength(events.length);
    expect(rig.quarantine.all).toHaveLength(0);
  });

  test.concurrent('as a process drains on SIGTERM and exits with code 0', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {} },
      settings: { items: { maxInFlight: 50 } },
      role: 'none',
    });
    await using child = await startProxyProcess({ config: rig.configText() });
    await rig.model('arms').setFaults({ latency: { medianMs: 200, p99Ms: 300 } });
    const events = itemEvents(200);
    await Promise.all(events.map((event) => rig.publish(event)));
    await rig.decisions.first();
    child.kill('SIGTERM');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.lastOutput()).toMatch(/"event":"draining","reason":"SIGTERM".*"event":"stopped"/s);
    const before = rig.model('arms').inputs.length;
    await rig.decisions.until(({ length }) => length === before);

    await rig.model('arms').setFaults({});
    await rig.startProxy();
    await untilCompleted(rig, events);
    expect(rig.decisions.all).toHaveLength(events.length);
  });

  test.concurrent('with nothing to do ends at once', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {} },
      settings: { shutdown: { drain: '1m' } },
    });
    const from = performance.now();
    await rig.stopProxy(rig.proxies[0]!);
    expect(performance.now() - from).toBeLessThan(10_000);
  });
});
