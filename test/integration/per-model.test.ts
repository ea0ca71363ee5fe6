import { status } from '@grpc/grpc-js';
import { expect, test, vi } from 'vitest';
import { Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator, useRedisServer } from '../servers/servers.ts';
import { itemEvent, itemEvents } from './item-events.ts';
import { startRig } from './rig.ts';

const unavailable = { errors: [{ code: status.UNAVAILABLE, rate: 1 }] };

import { eventually, isComplete, untilCompleted, untilSettled } from './waits.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator', 'redis-server'], 'with one entry for each model', () => {
  const emulator = usePubSubEmulator();
  const redis = useRedisServer();

  const rigOf = (cache: Record<string, unknown>) =>
    startRig({
      emulator: emulator(),
      models: { arms: {}, fakes: { answer: 0.3 }, money: { answer: 0.4 } },
      settings: { backlog: { mode: 'per-model' }, cache },
    });

  test.concurrent('each owes one model and names the others', async () => {
    await using rig = await rigOf({ kind: 'redis', url: redis().url });
    await rig.model('fakes').setFaults(unavailable);
    await rig.model('money').setFaults(unavailable);
    await rig.publish(itemEvent());
    const entries = await rig.backlog.until(({ length }) => length === 2);
    const owed = entries.map(({ value }) => [value.owed.map(({ model }) => model), value.owedElsewhere]);
    expect(owed.sort()).toEqual([
      [['fakes'], ['money']],
      [['money'], ['fakes']],
    ]);
    expect(entries.every(({ value }) => value.scores[0]?.model === 'arms')).toBe(true);
  });

  test.concurrent('the models’ late scores come together in a complete decision, whichever returns first', async () => {
    await using rig = await rigOf({ kind: 'redis', url: redis().url });
    await rig.model('fakes').setFaults(unavailable);
    await rig.model('money').setFaults(unavailable);
    const events = itemEvents(10);
    await Promise.all(events.map((event) => rig.publish(event)));
    await rig.backlog.until(({ length }) => length === 20);

    await rig.model('fakes').setFaults({});
    const isDone = (model: string) => events.every(({ item }) => rig.model(model).timesAsked(item.itemId) === 1);
    await eventually(
      () => isDone('fakes'),
      (done) => expect(done).toBe(true),
    );
    const fakesOnly = await rig.decisions.until((decisions) => decisions.filter(scored(2)).length === 10);
    expect(fakesOnly.filter(scored(2)).every(({ value }) => value.completeness === Completeness.PARTIAL)).toBe(true);

    await rig.model('money').setFaults({});
    const all = await rig.decisions.until((decisions) => decisions.filter(scored(3)).length === 10);
    for (const { value } of all.filter(scored(3))) {
      expect(value.completeness).toBe(Completeness.COMPLETE);
      expect(value.topics.map(({ probability }) => probability)).toEqual([0.1, 0.3, 0.4]);
    }
    for (const { item } of events) {
      for (const name of ['arms', 'fakes', 'money']) expect(rig.model(name).timesAsked(item.itemId)).toBe(1);
    }
    expect(rig.backlog.all).toHaveLength(20);
  });

  test.concurrent('two models that return at the same moment still come to a complete decision', async () => {
    await using rig = await rigOf({ kind: 'redis', url: redis().url });
    await Promise.all([rig.model('fakes').setFaults(unavailable), rig.model('money').setFaults(unavailable)]);
    const events = itemEvents(20);
    await Promise.all(events.map((event) => rig.publish(event)));
    await rig.backlog.until(({ length }) => length === 40);
    await Promise.all([rig.model('fakes').setFaults({}), rig.model('money').setFaults({})]);
    await untilCompleted(rig, events);
  });

  test.concurrent('a model that fails for good counts as answered when the other one returns', async () => {
    await using rig = await rigOf({ kind: 'redis', url: redis().url });
    await Promise.all([rig.model('fakes').setFaults(unavailable), rig.model('money').setFaults(unavailable)]);
    const event = itemEvent();
    await rig.publish(event);
    await rig.backlog.until(({ length }) => length === 2);
    await rig.model('fakes').setFaults({ errors: [{ code: status.UNIMPLEMENTED, rate: 1 }] });
    await rig.decisions.find(({ value }) => value.topics[1]?.state === TopicState.FAILED);
    await rig.model('money').setFaults({});
    await untilCompleted(rig, [event]);
    const { topics } = rig.decisions.all.find(isComplete)!.value;
    expect(topics.map(({ state }) => state)).toEqual([TopicState.SCORED, TopicState.FAILED, TopicState.SCORED]);
  });

  test.concurrent('the decision is completed without a shared store as well', async () => {
    await using rig = await rigOf({ kind: 'none' });
    await Promise.all([rig.model('fakes').setFaults(unavailable), rig.model('money').setFaults(unavailable)]);
    const event = itemEvent();
    await rig.publish(event);
    await rig.backlog.until(({ length }) => length === 2);
    await rig.model('fakes').setFaults({});
    await untilSettled(rig, { intake: 'backlog', result: 'decided' }, 1);
    await rig.model('money').setFaults({});
    await untilCompleted(rig, [event]);
  });
});

function scored(count: number) {
  return ({ value }: { readonly value: { readonly topics: readonly { readonly state: TopicState }[] } }) =>
    value.topics.filter(({ state }) => state === TopicState.SCORED).length === count;
}
