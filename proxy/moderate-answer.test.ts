import { describe, expect, test } from 'vitest';
import { Completeness } from '../proto/generated/moderation/v1/moderation.ts';
import { pending } from './moderation/outcome.ts';
import { PublishError } from './outlets/publisher.ts';
import { configOf } from './testing/config.ts';
import { caseOf, eventOf } from './testing/events.ts';
import { createRig, refused } from './testing/spine-rig.ts';

const asked = (revision = 1) => caseOf(eventOf({ revision }), { intake: 'moderate', sourceMessageId: 'moderate-1' });
const rig = () => createRig(configOf({ weapons: {}, money: {} }));
const wish = { enqueue: false, budgetMs: 250 };

function rigWithPending() {
  const it = rig();
  const { answer } = it.world;
  it.world.answer = (model) => (model === 'weapons' ? pending('UNAVAILABLE: away') : answer(model));
  return it;
}

describe('a synchronous request', () => {
  test('is answered with the decision, and nothing is published', async () => {
    const it = rig();
    const decision = await it.spine.answer(asked(), wish);
    expect(decision).toMatchObject({ itemId: 'item-1', completeness: Completeness.COMPLETE });
    expect(it.published).toEqual([]);
    expect(it.settled).toEqual([['moderate', 'decided']]);
    expect(it.told).toContainEqual(['received', 'moderate']);
  });

  test('is answered within its own budget, in the live lane, and asks each model once', async () => {
    const it = rig();
    it.world.nowMs = 1_000;
    await it.spine.answer(asked(), wish);
    expect(it.consultations).toMatchObject([{ lane: 'live', expiresAtMs: 1_250 }]);
    expect([...it.asked.values()]).toEqual([1, 1]);
  });

  test('answers what is pending as pending, and leaves it at that unless the backlog is asked for', async () => {
    const it = rigWithPending();
    const decision = await it.spine.answer(asked(), wish);
    expect(decision).toMatchObject({ completeness: Completeness.PARTIAL });
    expect(it.published).toEqual([]);
    expect(it.settled).toEqual([['moderate', 'unanswered']]);
  });

  test('puts what is pending on the backlog where that is asked for, and the decision goes to the caller only', async () => {
    const it = rigWithPending();
    await it.spine.answer(asked(), { ...wish, enqueue: true });
    expect(it.published.map(({ outlet }) => outlet)).toEqual(['backlog']);
    expect(it.entries()[0]).toMatchObject({ owed: [{ model: 'weapons' }], sourceMessageId: 'moderate-1' });
    expect(it.settled).toEqual([['moderate', 'deferred']]);
  });

  test('with nothing pending puts nothing on the backlog', async () => {
    const it = rig();
    await it.spine.answer(asked(), { ...wish, enqueue: true });
    expect([it.published, it.settled]).toEqual([[], [['moderate', 'decided']]]);
  });

  test('for a revision that is outdated is told so, and nobody is asked', async () => {
    const it = rig();
    await it.spine.answer(asked(2), { ...wish, enqueue: true });
    expect(await it.spine.answer(asked(1), wish)).toBe('superseded');
    expect(it.consultations).toHaveLength(1);
    expect(it.settled.at(-1)).toEqual(['moderate', 'superseded']);
  });

  test('that is only a question supersedes nothing', async () => {
    const it = rig();
    await it.spine.answer(asked(2), wish);
    expect(await it.spine.answer(asked(1), wish)).not.toBe('superseded');
  });

  test('fails when the backlog has not confirmed, and the books know what became of it', async () => {
    const it = rigWithPending();
    it.world.confirmation = () => refused();
    await expect(it.spine.answer(asked(), { ...wish, enqueue: true })).rejects.toThrow(PublishError);
    expect(it.settled).toEqual([['moderate', 'returned']]);
    expect(it.told).toContainEqual(['notConfirmed', 'the topic has not confirmed: away']);
  });

  test('fails with a fault of ours, and the books know what became of it', async () => {
    const it = rig();
    const fault = new TypeError('ours');
    it.world.whileConsulting = () => Promise.reject(fault);
    await expect(it.spine.answer(asked(), wish)).rejects.toThrow('ours');
    expect(it.settled).toEqual([['moderate', 'returned']]);
    expect(it.told).toContainEqual(['handlerFailed', fault]);
  });
});
