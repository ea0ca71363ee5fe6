import { beforeAll, describe, expect, test } from 'vitest';
import { EventType, ItemEvent } from '../../../proto/generated/moderation/v1/item.ts';
import { Completeness, Decision } from '../../../proto/generated/moderation/v1/moderation.ts';
import { settingOf } from '../../testing/settings.ts';
import type { Host } from '../../world/host.ts';
import { createRandom } from '../../world/random.ts';
import type { Setting } from '../../world/setting.ts';
import { SILENT } from '../../world/silent-events.ts';
import { createStage, type Stage } from '../../world/stage.ts';
import { startVirtualTime, type VirtualTime } from '../../world/virtual-time.ts';
import { internalQueues } from './internal-queues.ts';

const MODELS = ['counterfeit', 'money', 'weapons'] as const;
const START_MS = Date.parse('2026-01-01T00:00:00Z');

/** Three models behind queues; those named need the seller's profile, which nobody keeps for long. */
function queuedSetting(replicas: number, needSeller: readonly string[] = []): Setting {
  const models = Object.fromEntries(
    MODELS.map((name) => [
      name,
      {
        topic: `about-${name}`,
        target: name,
        reads: ['title' as const],
        needs: needSeller.includes(name) ? ['seller' as const] : [],
        policy: { review: 0.7, remove: 0.9 },
      },
    ]),
  );
  const enrichment = needSeller.length > 0 ? { seller: { target: 'catalogue', ttl: '1ms' } } : {};
  return settingOf(Array(replicas).fill('all'), { models, enrichment });
}

/** What the replicas have done, as it is seen from outside. */
interface Seen {
  readonly decisions: { readonly decision: Decision; readonly source: string; readonly atMs: number }[];
  /** How long each event waited for its acknowledgement, in milliseconds. */
  readonly ackedInMs: Map<string, number>;
  /** By model, the inputs that it was asked for. */
  readonly inputs: Map<string, number>;
  readonly quarantined: string[];
  profiles: number;
  readonly faults: string[];
}

type Act = (stage: Stage, time: VirtualTime, seen: Seen) => Promise<void>;

async function onStage(setting: Setting, act: Act): Promise<Seen> {
  using time = startVirtualTime(START_MS);
  const seen: Seen = {
    decisions: [],
    ackedInMs: new Map(),
    inputs: new Map(MODELS.map((name) => [name, 0])),
    quarantined: [],
    profiles: 0,
    faults: [],
  };
  const { topics, subscriptions } = setting.config.pubsub;
  using stage = createStage({
    setting,
    random: createRandom(1),
    now: () => time.nowMs,
    pubsubObserver: {
      publishing() {},
      stored(_host, topic, _id, data, attributes) {
        if (topic === topics.quarantine) seen.quarantined.push(attributes['eddy-source-message-id']!);
        if (topic !== topics.decisions) return;
        const decision = Decision.fromJSON(JSON.parse(data.toString()));
        seen.decisions.push({ decision, source: attributes['source-message-id']!, atMs: time.nowMs });
      },
      delivered() {},
      acknowledging(_host, subscription, id) {
        if (subscription === subscriptions.items) seen.ackedInMs.set(id, time.nowMs - publishedAtMs.get(id)!);
      },
      nacked() {},
    },
    modelObserver: {
      calling: (_host, model, inputs) => void seen.inputs.set(model, seen.inputs.get(model)! + inputs.length),
      answered() {},
      ended() {},
    },
    eventsOf: (host: Host) => ({
      ...SILENT,
      handlerFailed: (_message, error) => void seen.faults.push(`${host.name}: ${String(error)}`),
      notConfirmed: (_message, error) => void seen.faults.push(`${host.name}: ${error.message}`),
      seller: { fetched: () => void seen.profiles++, servedStale() {} },
    }),
    build: internalQueues(MODELS).build,
  });
  const publishedAtMs = new Map<string, number>();
  const watched: Stage = {
    ...stage,
    publish(item) {
      const id = stage.publish(item);
      publishedAtMs.set(id, time.nowMs);
      return id;
    },
  };
  for (const replica of stage.replicas) void replica.start();
  await time.advance(time.nowMs + 1_000);
  await act(watched, time, seen);
  for (const replica of stage.replicas) void replica.stop();
  await time.advance(time.nowMs + setting.config.shutdown.drain + 1_000);
  stage[Symbol.dispose]();
  expect(time.pendingTimers).toBe(0);
  return seen;
}

function eventOf(number: number, revision = 1) {
  const item = {
    itemId: `item-${number}`,
    revision,
    sellerId: `seller-${number}`,
    title: `sword ${number}`,
    description: '',
    category: '',
    price: undefined,
    imageUrls: [],
  };
  const type = revision === 1 ? EventType.LISTED : EventType.UPDATED;
  const event: ItemEvent = { eventId: `event-${number}-${revision}`, type, item, occurredAt: new Date() };
  return { data: Buffer.from(JSON.stringify(ItemEvent.toJSON(event))), attributes: {} };
}

/** Five events a second, each about an item of its own. */
async function publishSteadily(stage: Stage, time: VirtualTime, seconds: number, from = 0): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < seconds * 5; number++) {
    ids.push(stage.publish(eventOf(from + number)));
    await time.advance(time.nowMs + 200);
  }
  return ids;
}

function completeSources({ decisions }: Seen): string[] {
  const complete = decisions.filter(({ decision }) => decision.completeness === Completeness.COMPLETE);
  return [...new Set(complete.map(({ source }) => source))].sort();
}

describe('while one of three models is down for a minute', () => {
  const ids: string[] = [];
  let undecidedWhileDown = 0;
  let returnedAtMs = 0;
  let seen: Seen;
  beforeAll(async () => {
    seen = await onStage(queuedSetting(3), async (stage, time, { decisions }) => {
      const { conditions } = stage.models.get('weapons')!;
      ids.push(...(await publishSteadily(stage, time, 20)));
      conditions.state = 'down';
      const listed = await publishSteadily(stage, time, 60, ids.length);
      const decided = new Set(decisions.map(({ source }) => source));
      undecidedWhileDown = listed.filter((id) => !decided.has(id)).length;
      ids.push(...listed);
      conditions.state = 'up';
      returnedAtMs = time.nowMs;
      ids.push(...(await publishSteadily(stage, time, 20, ids.length)));
    });
  });

  test('a healthy model is asked once per event, however often the ill one is', () => {
    const { inputs } = seen;
    expect(inputs.get('money')).toBe(ids.length);
    expect(inputs.get('counterfeit')).toBe(ids.length);
    expect(inputs.get('weapons')).toBeGreaterThan(ids.length);
  });

  test('every event is acknowledged within a second', () => {
    const { ackedInMs } = seen;
    expect([...ackedInMs.keys()].sort()).toEqual(ids.toSorted());
    expect(Math.max(...ackedInMs.values())).toBeLessThan(1_000);
  });

  test('every event gets a partial decision on the healthy topics at once', () => {
    const { decisions } = seen;
    expect(undecidedWhileDown).toBeLessThanOrEqual(1);
    const whileDown = decisions.filter(({ source, atMs }) => source === ids[200] && atMs < returnedAtMs);
    expect(whileDown.at(-1)!.decision).toMatchObject({
      completeness: Completeness.PARTIAL,
      topics: [{ probability: expect.any(Number) }, { probability: expect.any(Number) }, { model: 'weapons' }],
    });
  });

  test('every event has a complete decision in the end, those that waited soon after the return', () => {
    expect(completeSources(seen)).toEqual(ids.toSorted());
    const late = seen.decisions.filter(({ source, decision }) => {
      const waited = ids.indexOf(source) >= 100 && ids.indexOf(source) < 400;
      return waited && decision.completeness === Completeness.COMPLETE;
    });
    // The longest pause of the retry policy, and what a pass takes.
    expect(Math.max(...late.map(({ atMs }) => atMs - returnedAtMs))).toBeLessThan(7_000);
    expect(seen.faults).toEqual([]);
  });
});

test('answers wait while the store is away, and none is lost', async () => {
  const ids: string[] = [];
  const seen = await onStage(queuedSetting(2), async (stage, time) => {
    stage.store.conditions.state = 'gone';
    ids.push(...(await publishSteadily(stage, time, 10)));
    stage.store.conditions.state = 'up';
    await time.advance(time.nowMs + 10_000);
  });
  expect(completeSources(seen)).toEqual(ids.toSorted());
  expect(seen.inputs.get('money')).toBe(ids.length);
});

test('a replica that crashes with requests in work loses none', async () => {
  const ids: string[] = [];
  const seen = await onStage(queuedSetting(2), async (stage, time) => {
    for (const model of stage.models.values()) model.conditions.slowness = 20;
    ids.push(...(await publishSteadily(stage, time, 4)));
    stage.replicas[0]!.crash();
    ids.push(...(await publishSteadily(stage, time, 4, ids.length)));
    await stage.replicas[0]!.start();
    // What the crashed one held comes back when its lease ends.
    await time.advance(time.nowMs + 20_000);
  });
  expect(completeSources(seen)).toEqual(ids.toSorted());
});

test('the catalogue is asked for each model that needs it, instead of once for an item', async () => {
  const seen = await onStage(queuedSetting(1, ['money', 'weapons']), async (stage, time) => {
    await publishSteadily(stage, time, 4);
    await time.advance(time.nowMs + 1_000);
  });
  expect(seen.profiles).toBe(2 * 20);
  expect(completeSources(seen)).toHaveLength(20);
});

test('a model whose source is away is not asked until it is back', async () => {
  const seen = await onStage(queuedSetting(1, ['weapons']), async (stage, time, { inputs }) => {
    stage.parts.catalog.state = 'down';
    await publishSteadily(stage, time, 4);
    await time.advance(time.nowMs + 1_000);
    expect(Object.fromEntries(inputs)).toEqual({ counterfeit: 20, money: 20, weapons: 0 });
    stage.parts.catalog.state = 'up';
    await time.advance(time.nowMs + 10_000);
  });
  expect(Object.fromEntries(seen.inputs)).toEqual({ counterfeit: 20, money: 20, weapons: 20 });
  expect(completeSources(seen)).toHaveLength(20);
});

test('what is no event goes to the quarantine, and what concerns no model is decided at once', async () => {
  const ids: string[] = [];
  const seen = await onStage(queuedSetting(1), async (stage, time) => {
    const { item, ...rest } = JSON.parse(eventOf(1).data.toString());
    const delisted = { ...rest, item, type: 'DELISTED' };
    ids.push(stage.publish({ data: Buffer.from(JSON.stringify(rest)), attributes: {} }));
    ids.push(stage.publish({ data: Buffer.from(JSON.stringify(delisted)), attributes: {} }));
    await time.advance(time.nowMs + 1_000);
  });
  expect(seen.quarantined).toEqual([ids[0]]);
  expect(completeSources(seen)).toEqual([ids[1]]);
  expect(seen.inputs.get('money')).toBe(0);
});

test('no decision is made of an answer about a revision that a newer one has superseded', async () => {
  const ids: string[] = [];
  const seen = await onStage(queuedSetting(2), async (stage, time) => {
    stage.parts.models.get('weapons')!.conditions.state = 'down';
    ids.push(stage.publish(eventOf(1)));
    await time.advance(time.nowMs + 1_000);
    ids.push(stage.publish(eventOf(1, 2)));
    await time.advance(time.nowMs + 1_000);
    stage.parts.models.get('weapons')!.conditions.state = 'up';
    await time.advance(time.nowMs + 10_000);
  });
  expect(completeSources(seen)).toEqual([ids[1]]);
});

test('a permanent fault is an answer: the topic has failed, and the decision is complete', async () => {
  const seen = await onStage(queuedSetting(1), async (stage, time) => {
    const INVALID_ARGUMENT = 3;
    stage.parts.models.get('weapons')!.conditions.inputFaults = { share: 1, codes: [INVALID_ARGUMENT] };
    stage.publish(eventOf(1));
    await time.advance(time.nowMs + 1_000);
  });
  expect(completeSources(seen)).toHaveLength(1);
  expect(seen.decisions.at(-1)!.decision.topics[2]!.error).toBe('INVALID_ARGUMENT: for this input');
  expect(seen.inputs.get('weapons')).toBe(1);
});
