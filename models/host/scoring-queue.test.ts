import { setImmediate as turn } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import type { CallContext } from '../../infra/grpc/unary.ts';
import { ScoringQueue } from './scoring-queue.ts';
import { inputs, slowScorer, titleScorer } from './test-model.ts';

const patient: CallContext = { signal: new AbortController().signal, deadlineMs: Number.POSITIVE_INFINITY };

function queueOf(maxQueue: number, scorer = titleScorer, sliceMs = 2): ScoringQueue {
  return new ScoringQueue({ scorer, maxQueue, sliceMs, onScorerError: () => {} });
}

describe('a scoring queue', () => {
  test('answers every input in order, and the calls in the order of their arrival', async () => {
    const queue = queueOf(10);
    const done: string[] = [];
    const first = queue.score(inputs(0.1, 0.2), patient).finally(() => done.push('first'));
    const second = queue.score(inputs(0.3), patient).finally(() => done.push('second'));
    expect(await Promise.all([first, second])).toEqual([
      [{ probability: 0.1 }, { probability: 0.2 }],
      [{ probability: 0.3 }],
    ]);
    expect(done).toEqual(['first', 'second']);
    expect(queue.waiting).toBe(0);
  });

  test('answers an input whose scoring throws in its place and tells of it', async () => {
    const errors: unknown[] = [];
    const queue = new ScoringQueue({ scorer: titleScorer, maxQueue: 10, onScorerError: (error) => errors.push(error) });
    expect(await queue.score(inputs(0.1, 'throws', 0.3), patient)).toEqual([
      { probability: 0.1 },
      { error: { code: status.INTERNAL, message: 'the scorer failed: a scorer at fault', details: [] } },
      { probability: 0.3 },
    ]);
    expect(errors).toEqual([new Error('a scorer at fault')]);
  });

  test('takes as many inputs as it has room for and refuses more at once', async () => {
    const queue = queueOf(3);
    const taken = queue.score(inputs(1, 1), patient);
    await expect(queue.score(inputs(1, 1), patient)).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      message: 'the queue is full: 2 inputs wait, this call has 2, and the limit is 3; ask again later',
    });
    const fits = queue.score(inputs(1), patient);
    expect(queue.waiting).toBe(3);
    await Promise.all([taken, fits]);
    expect(await queue.score(inputs(1, 1, 1), patient)).toHaveLength(3);
  });

  test('lets the event loop run between slices', async () => {
    const queue = queueOf(100, slowScorer(1), 2);
    let turns = 0;
    let running = true;
    const counting = (async () => {
      while (running) {
        await turn();
        turns += 1;
      }
    })();
    await queue.score(inputs(...Array(20).fill(1)), patient);
    running = false;
    await counting;
    expect(turns).toBeGreaterThanOrEqual(8);
  });

  test('never scores a call whose caller gives up while it waits, and frees its room', async () => {
    const scorer = slowScorer(0);
    const queue = queueOf(2, scorer);
    const caller = new AbortController();
    const given = queue.score(inputs(1, 1), { ...patient, signal: caller.signal });
    caller.abort();
    await expect(given).rejects.toMatchObject({ code: status.CANCELLED });
    expect(queue.waiting).toBe(0);
    await expect(queue.score(inputs(1), { ...patient, signal: caller.signal })).rejects.toMatchObject({
      code: status.CANCELLED,
    });
    await queue.score(inputs(1), patient);
    expect(scorer.scored()).toBe(1);
  });

  test('never scores a call whose deadline has passed, even if nobody has told', async () => {
    const scorer = slowScorer(0);
    const queue = queueOf(10, scorer);
    const late = queue.score(inputs(1, 1), { ...patient, deadlineMs: Date.now() - 1 });
    await expect(late).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(scorer.scored()).toBe(0);
    expect(queue.waiting).toBe(0);
  });

  test('stops in the middle of a call whose deadline passes', async () => {
    const scorer = slowScorer(5);
    const queue = queueOf(100, scorer);
    const late = queue.score(inputs(...Array(50).fill(1)), { ...patient, deadlineMs: Date.now() + 30 });
    await expect(late).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(scorer.scored()).toBeLessThan(20);
    expect(queue.waiting).toBe(0);
  });
});
