import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent, itemEvents } from './item-events.ts';
import type { Outlet } from './queues.ts';
import { type Rig, startRig } from './rig.ts';
import { untilBooksBalance, untilCompleted, untilDecided, untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

// What a topic confirms before it has its subscription again is lost to the collector, not to the proxy: where the
// proxy lives on while the topic is mended, its metrics tell what the broker has confirmed.
describeWithServers(['pubsub-emulator'], 'a publish that the broker does not confirm', () => {
  const emulator = usePubSubEmulator();

  test('of a decision returns the messages, which are decided once the topic is back, without asking again', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    await rig.breakTopic('decisions');
    const events = itemEvents(20);
    await Promise.all(events.map((event) => rig.publish(event)));
    await untilSettled(rig, { intake: 'items', result: 'returned' }, 20);
    expect(await confirmed(rig, 'decisions')).toBe(0);
    expect(await rig.metric('eddy_messages_settled_total', { result: 'decided' })).toBe(0);
    expect(rig.log.find(({ event }) => event === 'not-confirmed')).toMatchObject({ level: 'error' });

    await rig.mendTopic('decisions');
    await untilBooksBalance(rig, 20);
    expect(await confirmed(rig, 'decisions')).toBe(20);
    for (const { item } of events) expect(rig.model('arms').timesAsked(item.itemId)).toBe(1);
    const next = itemEvent();
    await rig.publish(next);
    await untilDecided(rig, [next]);
  });

  test('leaves the messages to whoever comes next', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    await rig.breakTopic('decisions');
    const events = itemEvents(20);
    await Promise.all(events.map((event) => rig.publish(event)));
    await untilSettled(rig, { intake: 'items', result: 'returned' }, 20);
    await rig.stopProxy(rig.proxies[0]!);
    await rig.mendTopic('decisions');
    await rig.startProxy();
    await untilCompleted(rig, events);
    await untilBooksBalance(rig, 20);
  });

  test('of a backlog entry returns the message, which is owed once the topic is back', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} }, role: 'items' });
    await rig.model('money').setFaults({ errors: [{ code: status.INTERNAL, rate: 1 }] });
    await rig.breakTopic('backlog');
    const event = itemEvent();
    await rig.publish(event);
    await untilSettled(rig, { intake: 'items', result: 'returned' }, 1);
    expect(await rig.metric('eddy_messages_settled_total', { result: 'deferred' })).toBe(0);
    await rig.mendTopic('backlog');
    await untilSettled(rig, { result: 'deferred' }, 1);
    expect(await confirmed(rig, 'backlog')).toBe(1);
    expect(rig.model('arms').timesAsked(event.item.itemId)).toBe(1);
    // A decision published beside the entry that was refused has the id of the one published again.
    expect(new Set(rig.decisions.values.map(({ id }) => id)).size).toBe(1);
  });

  test('to the quarantine returns the message', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    await rig.breakTopic('quarantine');
    await rig.publish(Buffer.from('{'));
    await untilSettled(rig, { intake: 'items', result: 'returned' }, 1);
    await rig.stopProxy(rig.proxies[0]!);
    await rig.mendTopic('quarantine');
    await rig.startProxy();
    expect((await rig.quarantine.first()).data.toString()).toBe('{');
    await untilSettled(rig, { intake: 'items', result: 'quarantined' }, 1);
  });

  test('of a late decision returns the entry, and no score is lost', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} } });
    await rig.model('money').setFaults({ errors: [{ code: status.UNAVAILABLE, rate: 1 }] });
    const event = itemEvent();
    await rig.publish(event);
    await untilSettled(rig, { intake: 'items', result: 'deferred' }, 1);
    await rig.breakTopic('decisions');
    await rig.model('money').setFaults({});
    await untilSettled(rig, { intake: 'backlog', result: 'returned' }, 1);
    expect(await rig.metric('eddy_messages_settled_total', { result: 'decided' })).toBe(0);
    await rig.mendTopic('decisions');
    await untilBooksBalance(rig, 1);
    for (const name of ['arms', 'money']) expect(rig.model(name).timesAsked(event.item.itemId)).toBe(1);
  });
});

/** Publishes that the broker has confirmed. */
function confirmed(rig: Rig, outlet: Outlet): Promise<number> {
  return rig.metric('eddy_publishes_total', { outlet, result: 'confirmed' });
}
