import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { FaultSwitch } from '../../models/host/fault-client.ts';
import type { Prediction } from '../../proto/generated/moderation/v1/model.ts';
import { Action, Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent, itemEvents } from './item-events.ts';
import { inputError } from './recording-model.ts';
import { type ModelSetup, type Rig, startRig } from './rig.ts';

vi.setConfig({ testTimeout: 90_000 });

interface Fault {
  /** The category of the items that the model judges, and its name. */
  readonly model: string;
  readonly error: RegExp;
  /** Faults of the host... */
  readonly faults?: Parameters<FaultSwitch['setFaults']>[0];
  /** ...or what the model says of each input. */
  readonly answer?: number | Prediction;
}

const STATUSES = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'DATA_LOSS',
] as const;

const FAULTS: readonly Fault[] = [
  { model: 'garbage', error: /^INVALID_ANSWER: /, faults: { garbageRate: 1 } },
  { model: 'not-a-number', error: /^INVALID_ANSWER: .*NaN/, answer: Number.NaN },
  { model: 'below', error: /^INVALID_ANSWER: .*-0\.01/, answer: -0.01 },
  { model: 'above', error: /^INVALID_ANSWER: .*1\.01/, answer: 1.01 },
  { model: 'infinite', error: /^INVALID_ANSWER: .*Infinity/, answer: Number.POSITIVE_INFINITY },
  { model: 'silent', error: /^INVALID_ANSWER: neither/, answer: {} },
  ...STATUSES.flatMap((name): Fault[] => {
    const model = name.toLowerCase().replaceAll('_', '-');
    const error = new RegExp(`^${name}: `);
    return [
      { model: `call-${model}`, error, faults: { errors: [{ code: status[name], rate: 1 }] } },
      { model: `input-${model}`, error, answer: inputError(status[name], 'never') },
    ];
  }),
];

describeWithServers(['pubsub-emulator'], 'a permanent fault', () => {
  const emulator = usePubSubEmulator();
  let rig: Rig;

  beforeAll(async () => {
    const ill = FAULTS.map(({ model, answer = 0.1 }): [string, ModelSetup] => [
      model,
      { answer: () => answer, settings: { when: { categories: [model] } } },
    ]);
    rig = await startRig({ emulator: emulator(), models: { healthy: {}, ...Object.fromEntries(ill) } });
    await Promise.all(FAULTS.map(({ model, faults }) => rig.model(model).setFaults(faults ?? {})));
  });
  afterAll(() => rig?.[Symbol.asyncDispose]());

  test.concurrent.each(FAULTS)('($model) fails its topic, and the decision is complete', async ({ model, error }) => {
    const event = itemEvent({ category: model });
    await rig.publish(event);
    const { value } = await rig.decisions.find(({ value }) => value.eventId === event.eventId);
    expect(value.completeness).toBe(Completeness.COMPLETE);
    expect(value.action).toBe(Action.REVIEW);
    expect(Object.fromEntries(value.topics.map((topic) => [topic.topic, topic]))).toEqual({
      healthy: expect.objectContaining({ state: TopicState.SCORED }),
      [model]: expect.objectContaining({
        state: TopicState.FAILED,
        verdict: Action.REVIEW,
        error: expect.stringMatching(error),
      }),
    });
    // Asked once, and no more than once.
    expect((await rig.model(model).load()).inputs).toBe(1);
  });

  test('puts nothing on the backlog', () => {
    expect(rig.decisions.all).toHaveLength(FAULTS.length);
    expect(rig.backlog.all).toHaveLength(0);
  });
});

describeWithServers(['pubsub-emulator'], 'an input at fault', () => {
  const emulator = usePubSubEmulator();

  test('in a batch fails alone', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: { answer: ({ title }) => (title === 'bad' ? inputError(status.INVALID_ARGUMENT, 'bad') : 0.1) } },
    });
    const events = [...itemEvents(40), itemEvent({ title: 'bad' }), ...itemEvents(40)];
    await Promise.all(events.map((event) => rig.publish(event)));
    const decisions = await rig.decisions.until(({ length }) => length === events.length);
    const failed = decisions.filter(({ value }) => value.topics[0]?.state === TopicState.FAILED);
    expect(failed.map(({ value }) => value.itemId)).toEqual([events[40]!.item.itemId]);
    expect((await rig.model('arms').load()).inputs).toBe(events.length);
  });
});
