import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent } from './item-events.ts';
import { startRig } from './rig.ts';

const unavailable = { errors: [{ code: status.UNAVAILABLE, rate: 1 }] };

import { untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator'], 'an entry of the backlog', () => {
  const emulator = usePubSubEmulator();

  test.concurrent('whose models all answer ends in a complete decision with the scores of all passes', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: { answer: 0.2 }, money: { answer: 0.8 } },
    });
    await rig.model('money').setFaults(unavailable);
    const event = itemEvent();
    const sourceMessageId = await rig.publish(event);
    await rig.backlog.first();
    await rig.model('money').setFaults({});
    const { value, attributes } = await rig.decisions.find(({ value }) => value.completeness === Completeness.COMPLETE);
    expect(value).toMatchObject({
      eventId: event.eventId,
      itemId: event.item.itemId,
      revision: 1,
      topics: [
        { topic: 'arms', state: TopicState.SCORED, probability: 0.2, modelVersion: rig.model('arms').version },
        { topic: 'money', state: TopicState.SCORED, probability: 0.8, modelVersion: rig.model('money').version },
      ],
    });
    expect(attributes['source-message-id']).toBe(sourceMessageId);
    await untilSettled(rig, { intake: 'backlog', result: 'decided' }, 1);
    expect(rig.decisions.values.map(({ completeness }) => completeness)).toEqual([
      Completeness.PARTIAL,
      Completeness.COMPLETE,
    ]);
    expect(rig.backlog.all).toHaveLength(1);
    expect(rig.model('arms').timesAsked(event.item.itemId)).toBe(1);
  });

  test.concurrent('of which one model answers ends in a partial decision and a new entry that carries on its history', async () => {
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, fakes: {}, money: {} } });
    await rig.model('fakes').setFaults(unavailable);
    await rig.model('money').setFaults(unavailable);
    const event = itemEvent();
    await rig.publish(event);
    const { value: first } = await rig.backlog.first();
    expect(first.owed).toMatchObject([
      { model: 'fakes', attempts: 1 },
      { model: 'money', attempts: 1 },
    ]);
    // A pass that gets nowhere counts as an attempt as well.
    await untilSettled(rig, { intake: 'backlog', result: 'fruitless' }, 1);
    await rig.model('fakes').setFaults({});

    const { value: second } = await rig.backlog.find(({ value }) => value.passes === 1);
    expect(second).toMatchObject({
      scores: [{ model: 'arms' }, { model: 'fakes' }],
      owed: [{ model: 'money', lastError: expect.stringMatching(/^UNAVAILABLE/) }],
      firstPublishedAt: first.firstPublishedAt,
      eventPublishedAt: first.eventPublishedAt,
      sourceMessageId: first.sourceMessageId,
    });
    expect(second.owed[0]!.attempts).toBeGreaterThanOrEqual(3);
    await untilSettled(rig, { intake: 'backlog', result: 'progressed' }, 1);

    await rig.model('money').setFaults({});
    await untilSettled(rig, { intake: 'backlog', result: 'decided' }, 1);
    const decisions = await rig.decisions.until(({ length }) => length === 3);
    expect(
      decisions.map(({ value }) => value.topics.filter(({ state }) => state === TopicState.PENDING).length),
    ).toEqual([2, 1, 0]);
    for (const name of ['arms', 'fakes', 'money']) expect(rig.model(name).timesAsked(event.item.itemId)).toBe(1);
  });

  test.concurrent('that gets nowhere is returned, and comes back by the retry policy', async () => {
    const backoff = { minMs: 300, maxMs: 600 };
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: {} }, backoff });
    await rig.model('money').setFaults(unavailable);
    await rig.publish(itemEvent());
    await rig.backlog.first();
    const from = Date.now();
    await untilSettled(rig, { intake: 'backlog', result: 'fruitless' }, 4);
    // Three pauses lie between four passes: 300, 600 and 600 ms.
    expect(Date.now() - from).toBeGreaterThan(900);
    expect(rig.backlog.all).toHaveLength(1);
    expect(rig.decisions.all).toHaveLength(1);
    expect(rig.model('arms').inputs).toHaveLength(1);
  });

  test.concurrent('owed by models whose breakers are open is returned, and they see no call', async () => {
    const settings = { timeout: '1s', breaker: { minimumCalls: 2, failureRate: 0.5, reset: '10m' } };
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: { settings } } });
    await rig.model('money').setFaults(unavailable);
    await rig.publish(itemEvent());
    await untilSettled(rig, { intake: 'backlog', result: 'waiting' }, 1);
    const { calls } = await rig.model('money').load();
    await untilSettled(rig, { intake: 'backlog', result: 'waiting' }, 4);
    expect((await rig.model('money').load()).calls).toBe(calls);
    expect(rig.backlog.all).toHaveLength(1);
    expect(rig.decisions.all).toHaveLength(1);
    expect(await rig.metric('eddy_model_breaker_state', { model: 'money' })).toBe(2);
  });

  test.concurrent('is decided after the breaker has let a probe through', async () => {
    const settings = { timeout: '500ms', breaker: { minimumCalls: 2, failureRate: 0.5, reset: '1s' } };
    await using rig = await startRig({ emulator: emulator(), models: { arms: {}, money: { settings } } });
    await rig.model('money').setFaults(unavailable);
    const events = [itemEvent(), itemEvent(), itemEvent()];
    for (const event of events) await rig.publish(event);
    await untilSettled(rig, { intake: 'backlog', result: 'waiting' }, 1);
    await rig.model('money').setFaults({});
    const isComplete = ({ value }: { value: { completeness: Completeness } }) =>
      value.completeness === Completeness.COMPLETE;
    await rig.decisions.until((decisions) => decisions.filter(isComplete).length === 3);
    for (const { item } of events) expect(rig.model('money').timesAsked(item.itemId)).toBe(1);
  });
});
