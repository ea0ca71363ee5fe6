import { expect, test, vi } from 'vitest';
import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent } from './item-events.ts';
import { startRig } from './rig.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator'], 'a message that is no valid item event', () => {
  const emulator = usePubSubEmulator();

  test('is quarantined with its bytes, its attributes and the reason, and the next ones go on', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const data = Buffer.from([0x7b, 0xff, 0x00, 0x0a]);
    const id = await rig.publish(data, { origin: 'shop', 'content-type': 'application/json' });
    const quarantined = await rig.quarantine.first();
    expect(quarantined.data).toEqual(data);
    expect(quarantined.attributes).toEqual({
      origin: 'shop',
      'content-type': 'application/json',
      'eddy-reason': 'not JSON: the bytes are not UTF-8',
      'eddy-fields': '[]',
      'eddy-source-message-id': id,
    });

    const next = itemEvent();
    await rig.publish(next);
    expect((await rig.decisions.first()).value.eventId).toBe(next.eventId);
    await expect.poll(() => rig.metric('eddy_messages_settled_total', { result: 'quarantined' })).toBe(1);
    expect(rig.model('arms').inputs).toHaveLength(1);
    expect(rig.quarantine.all).toHaveLength(1);
  });

  test('is quarantined with every field at fault', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const { item } = itemEvent();
    const event = { type: 'SOLD', item: { ...item, itemId: '', revision: 0, price: { currency: 'yen' } } };
    await rig.publish(Buffer.from(JSON.stringify(event)));
    const { attributes } = await rig.quarantine.first();
    expect(attributes['eddy-reason']).toBe('the event is invalid');
    expect(JSON.parse(attributes['eddy-fields']!)).toEqual([
      { field: 'eventId', message: 'is required' },
      { field: 'type', message: 'expected one of LISTED, UPDATED, DELISTED' },
      { field: 'item.itemId', message: 'is required' },
      { field: 'item.revision', message: 'expected an integer of at least 1' },
      { field: 'item.price.currency', message: 'expected three capital letters (ISO 4217)' },
      { field: 'occurredAt', message: 'expected a time by RFC 3339, such as 2026-01-31T12:00:00Z' },
    ]);
    expect(rig.decisions.all).toHaveLength(0);
  });

  test.each([
    { what: 'nothing at all but an attribute', data: '', attributes: { origin: 'shop' }, reason: /^not JSON/ },
    { what: 'JSON that is cut off', data: '{"eventId": "e', attributes: {}, reason: /^not JSON/ },
    { what: 'a list', data: '[]', attributes: {}, reason: /expected a JSON object/ },
    {
      what: 'JSON said to be protobuf',
      data: '{"eventId": "e"}',
      attributes: { 'content-type': 'application/protobuf' },
      reason: /moderation\.v1\.ItemEvent|the event is invalid/,
    },
    { what: 'an unknown encoding', data: '{}', attributes: { 'content-type': 'text/csv' }, reason: /content-type/ },
  ])('$what is quarantined', async ({ data, attributes, reason }) => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    await rig.publish(Buffer.from(data), attributes);
    const quarantined = await rig.quarantine.first();
    expect(quarantined.data.toString()).toBe(data);
    expect(quarantined.attributes).toMatchObject(attributes);
    expect(quarantined.attributes['eddy-reason']).toMatch(reason);
  });

  test('is quarantined from the backlog as well, where only the proxy should publish', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    await rig.publishEntry(BacklogEntry.fromPartial({ event: itemEvent() }));
    await rig.publishEntry(Buffer.from('not an entry'));
    const quarantined = await rig.quarantine.until(({ length }) => length === 2);
    expect(quarantined.map(({ attributes }) => attributes['eddy-reason'])).toContain('the backlog entry is invalid');
    const settled = () => rig.metric('eddy_messages_settled_total', { intake: 'backlog', result: 'quarantined' });
    await expect.poll(settled).toBe(2);
  });

  test('of nearly the largest size is quarantined whole, and one beyond what can be handled is cut and says so', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const nearly = Buffer.alloc(9_600_000, 'x');
    await rig.publish(nearly);
    const first = await rig.quarantine.first();
    expect(first.data.equals(nearly)).toBe(true);
    expect(first.attributes['eddy-cut']).toBeUndefined();
    expect(first.attributes['eddy-reason']).toBe('expected at most 9500000 bytes, got 9600000');

    const largest = Buffer.alloc(9_999_900, 'y');
    await rig.publish(largest);
    const [, second] = await rig.quarantine.until(({ length }) => length === 2);
    expect(second!.data.equals(largest.subarray(0, second!.data.length))).toBe(true);
    expect(second!.attributes['eddy-cut']).toBe(`${largest.length - second!.data.length} bytes of ${largest.length}`);
  });
});
