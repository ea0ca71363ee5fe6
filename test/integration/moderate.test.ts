import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { Action, Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { editOf, itemEvent } from './item-events.ts';
import { connectModeration } from './moderation-client.ts';
import { type Rig, startRig } from './rig.ts';

vi.setConfig({ testTimeout: 90_000 });

const unavailable = { errors: [{ code: status.UNAVAILABLE, rate: 1 }] };
const enqueue = { metadata: { 'eddy-backlog': 'enqueue' } };

describeWithServers(['pubsub-emulator'], 'the synchronous endpoint', () => {
  const emulator = usePubSubEmulator();

  test('answers the decision and publishes none', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: { answer: 0.96 } } });
    using client = connectModeration(rig.proxies[0]!.grpc);
    const event = itemEvent();
    const decision = await client.moderate(event, enqueue);
    expect(decision).toMatchObject({
      eventId: event.eventId,
      itemId: event.item.itemId,
      action: Action.REMOVE,
      completeness: Completeness.COMPLETE,
      topics: [{ topic: 'arms', state: TopicState.SCORED, probability: 0.96 }],
    });
    await nothingElsePublished(rig, 0);
  });

  test('answers a topic as pending, and puts nothing on the backlog unless asked to', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} } });
    await rig.model('money').setFaults(unavailable);
    using client = connectModeration(rig.proxies[0]!.grpc);
    const decision = await client.moderate(itemEvent());
    expect(decision.completeness).toBe(Completeness.PARTIAL);
    expect(decision.topics).toMatchObject([
      { topic: 'arms', state: TopicState.SCORED },
      { topic: 'money', state: TopicState.PENDING, error: expect.stringMatching(/^UNAVAILABLE/) },
    ]);
    expect(await rig.metric('eddy_messages_settled_total', { intake: 'moderate', result: 'unanswered' })).toBe(1);
    await nothingElsePublished(rig, 0);
  });

  test('asked to, puts what is pending on the backlog, and the late result is published', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: { answer: 0.8 } } });
    await rig.model('money').setFaults(unavailable);
    using client = connectModeration(rig.proxies[0]!.grpc);
    const event = itemEvent();
    const answered = await client.moderate(event, enqueue);
    expect(answered.completeness).toBe(Completeness.PARTIAL);
    const { value: entry } = await rig.backlog.first();
    expect(entry).toMatchObject({ event: { eventId: event.eventId }, owed: [{ model: 'money' }], passes: 0 });
    await rig.model('money').setFaults({});
    const { value } = await rig.decisions.first();
    expect(value).toMatchObject({
      eventId: event.eventId,
      action: Action.REVIEW,
      completeness: Completeness.COMPLETE,
      topics: [
        { topic: 'arms', state: TopicState.SCORED },
        { topic: 'money', state: TopicState.SCORED, probability: 0.8 },
      ],
    });
    expect(rig.model('arms').timesAsked(event.item.itemId)).toBe(1);
    expect(rig.decisions.all).toHaveLength(1);
  });

  test('answers UNAVAILABLE when the backlog was asked for and does not confirm', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    await rig.model('arms').setFaults(unavailable);
    await rig.breakTopic('backlog');
    using client = connectModeration(rig.proxies[0]!.grpc);
    await expect(client.moderate(itemEvent(), enqueue)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  test('names every field at fault', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    using client = connectModeration(rig.proxies[0]!.grpc);
    const { item } = itemEvent();
    const event = ItemEvent.fromPartial({ item: { ...item, itemId: '', revision: -3 } });
    const refusal = client.moderate(event);
    await expect(refusal).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    const details = await refusal.then(
      () => '',
      (error: { details: string }) => error.details,
    );
    for (const field of [
      'eventId: is required',
      'type: ',
      'item.itemId: is required',
      'item.revision: ',
      'occurredAt: ',
    ]) {
      expect(details).toContain(field);
    }
    await expect(client.moderate(itemEvent(), { metadata: { 'eddy-backlog': 'yes' } })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'eddy-backlog: expected "enqueue", got "yes"',
    });
    expect(rig.model('arms').inputs).toHaveLength(0);
  });

  test('refuses an older revision than the queue has brought', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    using client = connectModeration(rig.proxies[0]!.grpc);
    const first = itemEvent();
    await rig.publish(editOf(first));
    await rig.decisions.first();
    await expect(client.moderate(first)).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
      details: 'a newer revision of the item is known',
    });
  });

  test('only asks: what it is asked supersedes nothing that the queue brings', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {} } });
    using client = connectModeration(rig.proxies[0]!.grpc);
    const event = itemEvent();
    await client.moderate(editOf(event));
    await rig.publish(event);
    expect((await rig.decisions.first()).value.eventId).toBe(event.eventId);
  });

  test('answers within the caller’s deadline, whatever a model does', async () => {
    const settings = { timeout: '4s' };
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: { settings } } });
    using client = connectModeration(rig.proxies[0]!.grpc);
    await client.moderate(itemEvent());
    await rig.model('money').setFaults({ hang: true });
    const from = performance.now();
    const outcome = await client.moderate(itemEvent(), { timeoutMs: 1_500 }).then(
      ({ topics }) => topics[1]?.state,
      ({ code }: { code: number }) => code,
    );
    expect(performance.now() - from).toBeLessThan(3_500);
    expect([TopicState.PENDING, status.DEADLINE_EXCEEDED]).toContain(outcome);
  });

  test('refuses more requests than it may have in flight', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {} },
      settings: { items: { maxInFlight: 2 } },
    });
    using client = connectModeration(rig.proxies[0]!.grpc);
    await rig.model('arms').setFaults({ latency: { medianMs: 500, p99Ms: 500 } });
    const results = await Promise.allSettled([1, 2, 3].map(() => client.moderate(itemEvent())));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual([status.RESOURCE_EXHAUSTED]);
  });
});

/** An item that comes after all else is decided, and nothing but its decision has been published. */
async function nothingElsePublished(rig: Rig, decisions: number): Promise<void> {
  await rig.publish(itemEvent({ category: 'last' }));
  await rig.decisions.until(({ length }) => length === decisions + 1);
  expect(rig.decisions.all).toHaveLength(decisions + 1);
  expect(rig.backlog.all.filter(({ value }) => value.event?.item?.category !== 'last')).toHaveLength(0);
}
