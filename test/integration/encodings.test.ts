import { expect, test, vi } from 'vitest';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { Action, Decision, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent } from './item-events.ts';
import { startRig } from './rig.ts';

vi.setConfig({ testTimeout: 90_000 });

const ENCODINGS = ['json', 'protobuf'] as const;

describeWithServers(['pubsub-emulator'], 'an event', () => {
  const emulator = usePubSubEmulator();
  const title = '水鉄砲 🔫 — l’été, „Größe“ \u0000 \u202e';

  test.each(ENCODINGS.flatMap((incoming) => ENCODINGS.map((outgoing) => ({ incoming, outgoing }))))(
    'in $incoming is decided in $outgoing',
    async ({ incoming, outgoing }) => {
      await using rig = await startRig({
        emulator: emulator(),
        models: { arms: { answer: 0.75 } },
        settings: { pubsub: { decisionEncoding: outgoing } },
      });
      const event = itemEvent({ title, revision: Number.MAX_SAFE_INTEGER });
      if (incoming === 'json') await rig.publish(event, { 'content-type': 'application/json' });
      else await rig.publish(Buffer.from(ItemEvent.encode(event).finish()), { 'content-type': 'application/protobuf' });

      const { data, attributes } = await rig.decisions.first();
      expect(attributes['content-type']).toBe(`application/${outgoing}`);
      const decision = outgoing === 'json' ? Decision.fromJSON(JSON.parse(data.toString())) : Decision.decode(data);
      expect(decision).toMatchObject({
        eventId: event.eventId,
        itemId: event.item.itemId,
        revision: Number.MAX_SAFE_INTEGER,
        action: Action.REVIEW,
        topics: [{ state: TopicState.SCORED, probability: 0.75 }],
      });
      // The model sees the item as it was published.
      expect(rig.model('arms').inputs[0]?.item).toEqual(event.item);
    },
  );

  test('in JSON as other languages write it is understood', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const json = {
      event_id: 'from-elsewhere',
      type: 1,
      item: { item_id: 'theirs', revision: '7', seller_id: 's', title: null, imageUrls: ['https://example.com/a.jpg'] },
      occurredAt: '2026-01-31T12:00:00.123456789+09:00',
      addedLater: { by: 'a newer publisher' },
    };
    await rig.publish(Buffer.from(JSON.stringify(json)));
    const { value } = await rig.decisions.first();
    expect(value).toMatchObject({ eventId: 'from-elsewhere', itemId: 'theirs', revision: 7 });
    expect(rig.model('arms').inputs[0]?.item).toMatchObject({ title: '', imageUrls: ['https://example.com/a.jpg'] });
  });

  test('waits on the backlog as it came, whichever way it came', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    await rig.model('arms').setFaults({ down: true });
    const event = itemEvent({ title });
    await rig.publish(Buffer.from(ItemEvent.encode(event).finish()), { 'content-type': 'application/protobuf' });
    const { value } = await rig.backlog.first();
    expect(value.event).toEqual(event);
  });
});
