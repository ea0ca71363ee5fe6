import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { FaultSwitch } from '../../models/host/fault-client.ts';
import { Completeness, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent } from './item-events.ts';
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
  readonly inputCode?: number;
}

const STATUSES = [
  'CANCELLED',
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'INTERNAL',
  'UNAVAILABLE',
  'UNAUTHENTICATED',
] as const;

const FAULTS: readonly Fault[] = [
  { model: 'down', error: /^UNAVAILABLE: /, faults: { down: true } },
  { model: 'hang', error: /^DEADLINE_EXCEEDED: /, faults: { hang: true } },
  { model: 'slow', error: /^DEADLINE_EXCEEDED: /, faults: { latency: { medianMs: 30_000, p99Ms: 30_000 } } },
  ...STATUSES.flatMap((name): Fault[] => {
    const model = name.toLowerCase().replaceAll('_', '-');
    const error = new RegExp(`^${name}: `);
    return [
      { model: `call-${model}`, error, faults: { errors: [{ code: status[name], rate: 1 }] } },
      { model: `input-${model}`, error, inputCode: status[name] },
    ];
  }),
];

describeWithServers(['pubsub-emulator'], 'a transient fault', () => {
  const emulator = usePubSubEmulator();
  let rig: Rig;

  beforeAll(async () => {
    const ill = FAULTS.map(({ model, error }): [string, ModelSetup] => {
      const when = { categories: [model] };
      // Short where the fault is that it is not answered.
      const timeout = error.source.includes('DEADLINE') ? '400ms' : '4s';
      return [model, { settings: { when, timeout } }];
    });
    rig = await startRig({ emulator: emulator(), models: { healthy: {}, ...Object.fromEntries(ill) } });
  });
  afterAll(() => rig?.[Symbol.asyncDispose]());

  test.concurrent.each(FAULTS)(
    '($model) leaves its topic pending until it is mended, and then completes the decision',
    async ({ model: name, error, faults = {}, inputCode }) => {
      const model = rig.model(name);
      await model.setFaults(faults);
      if (inputCode !== undefined) model.answer = () => inputError(inputCode, 'not now');
      const event = itemEvent({ category: name });
      await rig.publish(event);
      const isOurs = ({ value }: { readonly value: { readonly eventId: string } }) => value.eventId === event.eventId;
      const first = await rig.decisions.find(isOurs);
      expect(first.value.completeness).toBe(Completeness.PARTIAL);
      expect(topicsOf(first.value)).toEqual({
        healthy: expect.objectContaining({ state: TopicState.SCORED }),
        [name]: expect.objectContaining({ state: TopicState.PENDING, error: expect.stringMatching(error) }),
      });

      const asked = model.timesAsked(event.item.itemId);
      model.answer = () => 0.6;
      await model.setFaults({});
      const last = await rig.decisions.find((decision) => isOurs(decision) && decision.value.completeness === 2);
      expect(topicsOf(last.value)).toEqual({
        healthy: expect.objectContaining({ state: TopicState.SCORED }),
        [name]: expect.objectContaining({ state: TopicState.SCORED, probability: 0.6 }),
      });
      expect(rig.model('healthy').timesAsked(event.item.itemId)).toBe(1);
      expect(model.timesAsked(event.item.itemId)).toBeGreaterThanOrEqual(asked + 1);
    },
  );
});

function topicsOf({ topics }: { readonly topics: readonly { readonly topic: string }[] }) {
  return Object.fromEntries(topics.map((topic) => [topic.topic, topic]));
}
