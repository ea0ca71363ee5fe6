import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { EventType } from '../../proto/generated/moderation/v1/item.ts';
import { describeWithServers, usePubSubEmulator, useRedisServer } from '../servers/servers.ts';
import { editOf, itemEvent, itemEvents } from './item-events.ts';
import { startRig } from './rig.ts';

const unavailable = { errors: [{ code: status.UNAVAILABLE, rate: 1 }] };

import { isComplete, untilCompleted, untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator', 'redis-server'], 'a newer revision', () => {
  const emulator = usePubSubEmulator();
  const redis = useRedisServer();

  test('drops what is owed for the older one, whose model is not asked for it any more', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} } });
    await rig.model('money').setFaults(unavailable);
    const first = itemEvent();
    await rig.publish(first);
    await rig.backlog.first();
    const edit = editOf(first);
    await rig.publish(edit);
    await untilSettled(rig, { intake: 'backlog', result: 'superseded' }, 1);
    await rig.model('money').setFaults({});
    const { value } = await rig.decisions.find(isComplete);
    expect(value.revision).toBe(2);
    expect(rig.model('money').inputs.map(({ item }) => item?.revision)).toEqual([2]);
    expect(rig.decisions.values.filter(({ revision }) => revision === 1)).toHaveLength(1);
    expect(rig.deadLetter.all).toHaveLength(0);
  });

  test('that another replica has taken in is known to all that share a store', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, money: {} },
      // One after the other: a busy machine's Redis may be too late for some, but not for all.
      settings: { cache: { kind: 'redis', url: redis().url }, backlog: { maxInFlight: 1 } },
      role: 'items',
    });
    await rig.model('money').setFaults(unavailable);
    const first = itemEvents(5);
    await Promise.all(first.map((event) => rig.publish(event)));
    await rig.backlog.until(({ length }) => length === 5);
    await rig.model('money').setFaults({});
    const edits = first.map((event) => editOf(event));
    await Promise.all(edits.map((event) => rig.publish(event)));
    await untilCompleted(rig, edits);
    await rig.startProxy('backlog');
    await untilSettled(rig, { intake: 'backlog', result: 'superseded' }, 3);
    expect(rig.log.find(({ event }) => event === 'superseded')).toMatchObject({ intake: 'backlog', revision: 1 });
  });

  test('that comes while the older one is with a slow model keeps its decision from coming last', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const first = itemEvent();
    await rig.model('arms').setFaults({ latency: { medianMs: 1_500, p99Ms: 1_500 } });
    await rig.publish(first);
    await expect.poll(async () => (await rig.model('arms').load()).inputs, { timeout: 10_000 }).toBe(1);
    await rig.model('arms').setFaults({});
    await rig.publish(editOf(first, { title: 'something else' }));
    await untilSettled(rig, { intake: 'items', result: 'superseded' }, 1);
    await untilSettled(rig, { intake: 'items', result: 'decided' }, 1);
    expect((await rig.decisions.first()).value.revision).toBe(2);
    expect(rig.decisions.all).toHaveLength(1);
  });

  test.each([
    { how: 'as a revision of its own', revision: 2 },
    { how: 'with the revision that it ends', revision: 1 },
  ])('that takes the item off the market, $how, ends what is owed and asks no model', async ({ revision }) => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} } });
    await rig.model('money').setFaults(unavailable);
    const first = itemEvent();
    await rig.publish(first);
    await rig.backlog.first();
    const delisting = itemEvent({ ...first.item, revision }, EventType.DELISTED);
    await rig.publish(delisting);
    await untilSettled(rig, { intake: 'backlog', result: 'superseded' }, 1);
    const { value } = await rig.decisions.find(isComplete);
    expect(value).toMatchObject({ eventId: delisting.eventId, revision, topics: [] });
    await rig.model('money').setFaults({});
    expect(rig.model('money').inputs).toHaveLength(0);
    expect(rig.model('arms').inputs).toHaveLength(1);
  });
});
