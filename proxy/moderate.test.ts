import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { BacklogEntry, Completeness, TopicState } from '../proto/generated/moderation/v1/moderation.ts';
import { pending } from './moderation/outcome.ts';
import { PublishError } from './outlets/publisher.ts';
import { createRevisions } from './store/revisions.ts';
import { configOf } from './testing/config.ts';
import { eventJson, eventOf, messageOf, sellerOf } from './testing/events.ts';
import { turn } from './testing/seat.ts';
import { createRig, refused } from './testing/spine-rig.ts';

const away = pending('UNAVAILABLE: away');
const models = { weapons: {}, money: {}, counterfeit: { needs: ['seller' as const] } };
const configFor = (mode: 'combined' | 'per-model' = 'combined') =>
  configOf(models, {
    backlog: { mode, maxAttempts: 5, maxAge: '1h', budget: '5s' },
    enrichment: { seller: { target: 'catalog:1' } },
  });

type Rig = ReturnType<typeof createRig>;
const settle = (rig: Rig, item = {}, changes = {}) => rig.spine.moderate('items', messageOf(eventJson(item, changes)));
const answerOnly = (rig: Rig, ...ill: string[]) => {
  const { answer } = createRig(configFor()).world;
  rig.world.answer = (model) => (ill.includes(model) ? away : answer(model));
};

const settleWithout = (rig: Rig, ill: string) => {
  answerOnly(rig, ill);
  return settle(rig);
};

/** A rig whose first pass has left the given models on the backlog, and the messages that carry them. */
async function rigOwing(ill: string[], mode: 'combined' | 'per-model' = 'combined') {
  const rig = createRig(configFor(mode));
  answerOnly(rig, ...ill);
  await settle(rig);
  const entries = rig.to('backlog').map(({ data }, index) => messageOf(data, { id: `entry-${index}` }));
  rig.published.length = 0;
  rig.asked.clear();
  return { rig, entries, entry: entries[0]! };
}

describe('a message of the item events', () => {
  test('whose models have all answered is decided and acknowledged', async () => {
    const rig = createRig(configFor());
    expect(await settle(rig)).toBe('ack');
    expect(rig.lastSettled()).toBe('decided');
    expect(rig.published.map(({ outlet }) => outlet)).toEqual(['decisions']);
    expect(rig.decisions()[0]).toMatchObject({ completeness: Completeness.COMPLETE, itemId: 'item-1', revision: 1 });
  });

  test('is asked for in the live lane, within the budget of an item', async () => {
    const rig = createRig(configFor());
    rig.world.nowMs = 700;
    await settle(rig);
    expect(rig.consultations[0]).toMatchObject({
      ask: ['weapons', 'money', 'counterfeit'],
      lane: 'live',
      expiresAtMs: 2_700,
    });
  });

  test('some of whose models are pending is acknowledged, with a partial decision and a backlog entry', async () => {
    const rig = createRig(configFor());
    answerOnly(rig, 'weapons');
    expect(await settle(rig)).toBe('ack');
    expect(rig.lastSettled()).toBe('deferred');
    expect(rig.decisions()[0]?.completeness).toBe(Completeness.PARTIAL);
    expect(rig.entries()).toMatchObject([
      { owed: [{ model: 'weapons' }], traceparent: '', sourceMessageId: 'message-1' },
    ]);
  });

  test('is one backlog entry for each pending model where the mode says so', async () => {
    const rig = createRig(configFor('per-model'));
    answerOnly(rig, 'weapons', 'money');
    await settle(rig);
    expect(rig.entries().map(({ owed }) => owed.map(({ model }) => model))).toEqual([['weapons'], ['money']]);
  });

  test('hands its trace context on to the backlog', async () => {
    const rig = createRig(configFor());
    answerOnly(rig, 'weapons');
    await rig.spine.moderate('items', messageOf(eventJson(), { attributes: { traceparent: '00-a-b-01' } }));
    expect(rig.entries()[0]?.traceparent).toBe('00-a-b-01');
  });

  test('whose source has failed is decided by the models that do without, and the others owe', async () => {
    const rig = createRig(configFor());
    rig.world.seller = () => Promise.reject(new Error('UNAVAILABLE: away'));
    expect(await settle(rig)).toBe('ack');
    expect(rig.consultations[0]?.ask).toEqual(['weapons', 'money']);
    expect(rig.entries()[0]?.owed).toEqual([
      { model: 'counterfeit', attempts: 1, lastError: 'ENRICHMENT: seller: UNAVAILABLE: away' },
    ]);
  });

  test('that can not be read or is invalid goes to the quarantine, as it came, and is acknowledged', async () => {
    const rig = createRig(configFor());
    const attributes = { source: 'listings' };
    expect(await rig.spine.moderate('items', messageOf('no JSON', { attributes }))).toBe('ack');
    expect(await settle(rig, { revision: 0 })).toBe('ack');
    expect(rig.published.map(({ outlet }) => outlet)).toEqual(['quarantine', 'quarantine']);
    expect(rig.published[0]).toMatchObject({ data: Buffer.from('no JSON'), attributes });
    expect(rig.published[1]?.attributes['eddy-fields']).toContain('item.revision');
    expect(rig.settled).toEqual([
      ['items', 'quarantined'],
      ['items', 'quarantined'],
    ]);
    expect(rig.consultations).toEqual([]);
  });

  test('of a revision that is outdated is acknowledged, and nothing is asked or published', async () => {
    const rig = createRig(configFor());
    await settle(rig, { revision: 3 });
    rig.published.length = 0;
    expect(await settle(rig, { revision: 2 })).toBe('ack');
    expect(rig.lastSettled()).toBe('superseded');
    expect([rig.published, rig.consultations.length]).toEqual([[], 1]);
    expect(rig.told).toContainEqual(['superseded']);
  });

  test('that is overtaken by a newer revision while its models are asked publishes nothing', async () => {
    const rig = createRig(configFor());
    rig.world.whileConsulting = async () =>
      void (await rig.revisions.observe(eventOf({ itemId: 'item-1', revision: 2 }), true));
    expect(await settle(rig, { revision: 1 })).toBe('ack');
    expect([rig.lastSettled(), rig.published]).toEqual(['superseded', []]);
  });

  test('that another replica has overtaken while its models took long publishes nothing', async () => {
    const rig = createRig(configFor());
    const other = createRevisions(rig.store, 10);
    rig.world.whileConsulting = async () => {
      await other.observe(eventOf({ itemId: 'item-1', revision: 2 }), true);
      rig.world.nowMs += 100;
    };
    expect(await settle(rig, { revision: 1 })).toBe('ack');
    expect([rig.lastSettled(), rig.published]).toEqual(['superseded', []]);
  });

  test('is not decided before the decision on an older revision is confirmed or refused', async () => {
    const rig = createRig(configFor());
    const older = Promise.withResolvers<void>();
    rig.world.confirmation = () => older.promise;
    const first = settle(rig, { revision: 1 });
    await turn();
    rig.world.confirmation = async () => {};
    const second = settle(rig, { revision: 2 });
    const redelivered = settle(rig, { revision: 1 });
    await turn();
    expect(rig.decisions().map(({ revision }) => revision)).toEqual([1]);
    older.reject(new PublishError('away'));
    expect(await Promise.all([first, second, redelivered])).toEqual(['nack', 'ack', 'ack']);
    expect(rig.decisions().map(({ revision }) => revision)).toEqual([1, 2]);
  });

  test('that supersedes another one is decided when a replica that does not know it yet has had its time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const rig = createRig(configFor());
    Object.assign(rig.store, { isShared: true });
    const waited = async (revision: number) => {
      const decisions = rig.decisions().length;
      const settled = settle(rig, { revision });
      await turn();
      const isDecided = rig.decisions().length > decisions;
      await vi.advanceTimersByTimeAsync(100);
      expect(await settled).toBe('ack');
      return !isDecided;
    };
    expect([await waited(1), await waited(1), await waited(2), await waited(2)]).toEqual([false, true, true, true]);
  });

  test('of an item that is no longer offered asks nobody, and makes what is older superseded', async () => {
    const { rig, entry } = await rigOwing(['weapons']);
    await settle(rig, { revision: 2 }, { type: 'DELISTED' });
    expect(rig.asked.size).toBe(0);
    expect(await rig.spine.moderate('backlog', entry)).toBe('ack');
    expect(rig.lastSettled()).toBe('superseded');
  });

  test('that comes again with the same revision is decided again, by the same id', async () => {
    const rig = createRig(configFor());
    await settle(rig);
    await settle(rig);
    const [first, second] = rig.decisions();
    expect(first?.id).toBe(second?.id);
  });
});

describe('a message of the backlog', () => {
  test('whose models have all answered is decided and acknowledged; the healthy ones are not asked again', async () => {
    const { rig, entry } = await rigOwing(['weapons', 'counterfeit']);
    answerOnly(rig);
    expect(await rig.spine.moderate('backlog', entry)).toBe('ack');
    expect(rig.lastSettled()).toBe('decided');
    expect(rig.published.map(({ outlet }) => outlet)).toEqual(['decisions']);
    expect(rig.decisions()[0]?.completeness).toBe(Completeness.COMPLETE);
    expect([...rig.asked]).toEqual([
      ['weapons', 1],
      ['counterfeit', 1],
    ]);
    expect(rig.consultations.at(-1)).toMatchObject({ lane: 'backlog', expiresAtMs: 5_000 });
  });

  test('of which some is done is acknowledged, with a new entry for the rest', async () => {
    const { rig, entry } = await rigOwing(['weapons', 'money']);
    answerOnly(rig, 'money');
    expect(await rig.spine.moderate('backlog', entry)).toBe('ack');
    expect(rig.lastSettled()).toBe('progressed');
    expect(rig.decisions()[0]?.completeness).toBe(Completeness.PARTIAL);
    expect(rig.entries()).toMatchObject([{ owed: [{ model: 'money', attempts: 2 }], passes: 1 }]);
  });

  test('of which nothing is done is given back, nothing is published, and the pass counts as an attempt', async () => {
    const { rig, entry } = await rigOwing(['weapons']);
    for (let pass = 0; pass < 4; pass++) {
      expect(await rig.spine.moderate('backlog', entry)).toBe('nack');
      expect([rig.lastSettled(), rig.published]).toEqual(['fruitless', []]);
    }
    expect(await rig.spine.moderate('backlog', entry)).toBe('ack');
    expect(rig.lastSettled()).toBe('abandoned');
    expect(rig.asked.get('weapons')).toBe(4);
  });

  test('is given back, and nobody asked, while the breakers of all that is owed are open', async () => {
    const { rig, entry } = await rigOwing(['weapons', 'money']);
    for (const model of ['weapons', 'money']) rig.breakers.set(model, 'open');
    expect(await rig.spine.moderate('backlog', entry)).toBe('nack');
    expect([rig.lastSettled(), rig.published, rig.asked.size]).toEqual(['waiting', [], 0]);
    rig.breakers.set('money', 'half-open');
    await rig.spine.moderate('backlog', entry);
    expect(rig.asked.size).toBe(2);
  });

  test('that is too old becomes a dead letter and a decision that says so, and is acknowledged', async () => {
    const { rig, entry } = await rigOwing(['weapons']);
    rig.world.wallMs += 3_600_001;
    expect(await rig.spine.moderate('backlog', entry)).toBe('ack');
    expect(rig.lastSettled()).toBe('abandoned');
    expect(rig.published.map(({ outlet }) => outlet).toSorted()).toEqual(['deadLetter', 'decisions']);
    expect(rig.to('deadLetter')[0]?.attributes['reason']).toContain('weapons: owed for 3600001 ms');
    const weapons = rig.decisions()[0]?.topics.find(({ model }) => model === 'weapons');
    expect(weapons?.state).toBe(TopicState.ABANDONED);
    expect(rig.asked.size).toBe(0);
  });

  test('that is no backlog entry goes to the quarantine', async () => {
    const rig = createRig(configFor());
    const noOwed = Buffer.from(BacklogEntry.encode(BacklogEntry.fromPartial({})).finish());
    expect(await rig.spine.moderate('backlog', messageOf(noOwed))).toBe('ack');
    expect(rig.settled).toEqual([['backlog', 'quarantined']]);
  });

  test('uses the enrichment that it carries: the source is not asked again', async () => {
    const rig = createRig(configFor());
    answerOnly(rig, 'counterfeit');
    const fetched = vi.spyOn(rig.world, 'seller');
    await settle(rig);
    expect(rig.entries()[0]?.enrichment?.seller).toEqual(sellerOf('seller-1'));
    await rig.spine.moderate('backlog', messageOf(rig.to('backlog')[0]!.data, { id: 'entry' }));
    expect(fetched).toHaveBeenCalledOnce();
    const [first, second] = rig.consultations.map(({ subject }) => subject.digest(['title'], ['seller']));
    expect(second).toBe(first);
  });
});

describe('nothing is acknowledged', () => {
  test.each(['decisions', 'backlog'] as const)('before the broker has confirmed the %s', async (outlet) => {
    const rig = createRig(configFor());
    answerOnly(rig, 'weapons');
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.world.confirmation = (to) => (to === outlet ? promise : Promise.resolve());
    const done = vi.fn();
    const settling = settle(rig).then(done);
    await turn();
    expect(rig.published).toHaveLength(2);
    expect([done.mock.calls.length, rig.settled]).toEqual([0, []]);
    resolve();
    await settling;
    expect(done).toHaveBeenCalledExactlyOnceWith('ack');
  });

  test.each([
    ['decisions', (rig: Rig) => settle(rig)],
    ['backlog', (rig: Rig) => settleWithout(rig, 'weapons')],
    ['quarantine', (rig: Rig) => rig.spine.moderate('items', messageOf('no JSON'))],
  ])('that was refused by the topic for %s: it is given back, and counted so', async (outlet, act) => {
    const rig = createRig(configFor());
    rig.world.confirmation = (to) => (to === outlet ? refused() : Promise.resolve());
    expect(await act(rig)).toBe('nack');
    expect(rig.settled).toEqual([['items', 'returned']]);
    expect(rig.told).toContainEqual(['notConfirmed', 'the topic has not confirmed: away']);
    expect(rig.told).not.toContainEqual(['concluded']);
  });

  test('that was refused by the topic for dead letters', async () => {
    const { rig, entry } = await rigOwing(['weapons']);
    rig.world.wallMs += 3_600_001;
    rig.world.confirmation = (to) => (to === 'deadLetter' ? refused() : Promise.resolve());
    expect(await rig.spine.moderate('backlog', entry)).toBe('nack');
    expect(rig.lastSettled()).toBe('returned');
  });

  test('while another publish of the same message is still under way, even when one was refused', async () => {
    const rig = createRig(configFor());
    answerOnly(rig, 'weapons');
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.world.confirmation = (to) => (to === 'decisions' ? refused() : promise);
    const settling = settle(rig);
    await turn();
    expect(rig.settled).toEqual([]);
    resolve();
    expect(await settling).toBe('nack');
  });

  test('after a fault of ours: the message is given back and the fault told', async () => {
    const rig = createRig(configFor());
    const fault = new TypeError('ours');
    rig.world.whileConsulting = () => Promise.reject(fault);
    expect(await settle(rig)).toBe('nack');
    expect(rig.settled).toEqual([['items', 'returned']]);
    expect(rig.told).toContainEqual(['handlerFailed', fault]);
  });
});
