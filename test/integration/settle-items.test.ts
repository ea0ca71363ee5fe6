import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { Action, Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { editOf, itemEvent } from './item-events.ts';
import { inputError } from './recording-model.ts';
import { startRig } from './rig.ts';
import { untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator'], 'a message of the main subscription', () => {
  const emulator = usePubSubEmulator();

  test('that all models have scored ends in one complete decision', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: { answer: 0.97 }, money: {} } });
    const event = itemEvent();
    const sourceMessageId = await rig.publish(event);
    const { value, attributes } = await rig.decisions.find(({ value }) => value.eventId === event.eventId);
    expect(value).toMatchObject({
      itemId: event.item.itemId,
      revision: 1,
      action: Action.REMOVE,
      completeness: Completeness.COMPLETE,
      topics: [
        { topic: 'arms', state: TopicState.SCORED, verdict: Action.REMOVE, probability: 0.97, model: 'arms' },
        { topic: 'money', state: TopicState.SCORED, verdict: Action.PASS, probability: 0.1, model: 'money' },
      ],
    });
    expect(attributes).toEqual({
      'content-type': 'application/json',
      'decision-id': value.id,
      'event-id': event.eventId,
      'item-id': event.item.itemId,
      revision: '1',
      action: 'REMOVE',
      completeness: 'COMPLETE',
      'source-message-id': sourceMessageId,
    });
    await untilSettled(rig, { intake: 'items', result: 'decided' }, 1);
    expect(rig.backlog.all).toHaveLength(0);
  });

  test('that one model will never score ends in a complete decision by that topic’s stand-in', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, money: { answer: () => inputError(status.INVALID_ARGUMENT, 'no currency') } },
    });
    await rig.publish(itemEvent());
    const { value } = await rig.decisions.first();
    expect(value).toMatchObject({
      action: Action.REVIEW,
      completeness: Completeness.COMPLETE,
      topics: [
        { topic: 'arms', state: TopicState.SCORED },
        { topic: 'money', state: TopicState.FAILED, verdict: Action.REVIEW, error: 'INVALID_ARGUMENT: no currency' },
      ],
    });
    await untilSettled(rig, { intake: 'items', result: 'decided' }, 1);
    expect(rig.backlog.all).toHaveLength(0);
  });

  test('that one model could not score yet ends in a partial decision and an entry with all that is known', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} }, role: 'items' });
    await rig.model('money').setFaults({ errors: [{ code: status.UNAVAILABLE, rate: 1 }] });
    const event = itemEvent();
    const before = Date.now();
    const sourceMessageId = await rig.publish(event, {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    const { value } = await rig.decisions.first();
    expect(value).toMatchObject({
      action: Action.PASS,
      completeness: Completeness.PARTIAL,
      topics: [
        { topic: 'arms', state: TopicState.SCORED },
        { topic: 'money', state: TopicState.PENDING, verdict: Action.PASS, modelVersion: '' },
      ],
    });
    const { value: entry } = await rig.backlog.first();
    expect(entry).toMatchObject({
      event: { eventId: event.eventId, item: event.item },
      scores: [{ model: 'arms', probability: 0.1, modelVersion: rig.model('arms').version }],
      owed: [{ model: 'money', attempts: 1, lastError: expect.stringMatching(/^UNAVAILABLE: /) }],
      failures: [],
      owedElsewhere: [],
      passes: 0,
      sourceMessageId,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    expect(entry.firstPublishedAt!.getTime()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(entry.eventPublishedAt!.getTime() - before)).toBeLessThan(5_000);
    await untilSettled(rig, { intake: 'items', result: 'deferred' }, 1);
  });

  test('that no rule assigns to a model passes', async () => {
    const settings = { when: { categories: ['books'] } };
    await using rig = await startRig({ emulator: emulator(), models: { arms: { settings } } });
    await rig.publish(itemEvent({ category: 'bookshelves' }));
    const { value } = await rig.decisions.first();
    expect(value).toMatchObject({ action: Action.PASS, completeness: Completeness.COMPLETE, topics: [] });
    expect(rig.model('arms').inputs).toHaveLength(0);
  });

  test('with an older revision than is known is acknowledged, and nothing is published', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const first = itemEvent();
    await rig.publish(editOf(first));
    await rig.decisions.first();
    await rig.publish(first);
    await untilSettled(rig, { intake: 'items', result: 'superseded' }, 1);
    expect(rig.decisions.all).toHaveLength(1);
    expect(rig.model('arms').timesAsked(first.item.itemId)).toBe(1);
    expect(await rig.metric('eddy_messages_received_total')).toBe(2);
  });

  test('delivered twice ends in the same decision twice', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    const event = itemEvent();
    await rig.publish(event);
    await rig.decisions.first();
    await rig.publish(event);
    const decisions = await rig.decisions.until(({ length }) => length === 2);
    expect(new Set(decisions.map(({ value }) => value.id)).size).toBe(1);
    expect(rig.model('arms').timesAsked(event.item.itemId)).toBe(1);
  });
});
