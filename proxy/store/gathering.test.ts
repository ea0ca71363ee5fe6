import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { gathering } from './gathering.ts';

/** Answers each question with itself in upper case, and keeps what it was asked. */
function shouting(most: number) {
  const asked: (readonly string[])[] = [];
  const askMany = async (questions: readonly string[]) => {
    asked.push(questions);
    return questions.map((question) => question.toUpperCase());
  };
  const { many, one } = gathering(askMany, most);
  return { asked, ask: many, askOne: one };
}

describe('what is asked in one turn of the event loop', () => {
  test('is asked together at its end, and to each its own answers', async () => {
    const { asked, ask } = shouting(100);
    const answers = [ask(['a', 'b']), ask([]), ask(['c'])];
    await Promise.resolve();
    answers.push(ask(['a']));
    expect(asked).toEqual([]);
    expect(await Promise.all(answers)).toEqual([['A', 'B'], [], ['C'], ['A']]);
    expect(asked).toEqual([['a', 'b', 'c', 'a']]);
  });

  test('may be a single question, which gets its answer alone', async () => {
    const { asked, ask, askOne } = shouting(3);
    expect(await Promise.all([ask(['a', 'b']), askOne('c'), askOne('d')])).toEqual([['A', 'B'], 'C', 'D']);
    expect(asked).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('is asked without what comes in the next one', async () => {
    const { asked, ask } = shouting(100);
    const first = ask(['a']);
    await turn();
    expect(await Promise.all([first, ask(['b'])])).toEqual([['A'], ['B']]);
    expect(asked).toEqual([['a'], ['b']]);
  });

  test('is asked in several parts when it is too much for one, the questions of one asker never apart', async () => {
    const { asked, ask } = shouting(3);
    const questions = [['a', 'b'], ['c', 'd'], ['e'], ['f', 'g', 'h', 'i'], ['j']];
    expect(await Promise.all(questions.map(ask))).toEqual([['A', 'B'], ['C', 'D'], ['E'], ['F', 'G', 'H', 'I'], ['J']]);
    expect(asked).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f', 'g', 'h', 'i'], ['j']]);
  });
});

test('where there is no answer, there is none for anybody who asked with the others, but for those after them', async () => {
  const askMany = vi.fn(async (questions: readonly string[]) => (questions.includes('a') ? undefined : questions));
  const { many: ask, one } = gathering(askMany, 2);
  expect(await Promise.all([ask(['a']), ask(['b']), ask(['c'])])).toEqual([undefined, undefined, ['c']]);
  expect(await one('a')).toBeUndefined();
  expect(await one('d')).toBe('d');
});

test.each([
  ['rejects', () => Promise.reject(new Error('away'))],
  [
    'throws',
    () => {
      throw new Error('away');
    },
  ],
])('where asking %s, all who asked together learn of it', async (_how, fail: () => Promise<never>) => {
  const askMany = vi.fn<(questions: readonly string[]) => Promise<readonly string[]>>(async (questions) => questions);
  askMany.mockImplementationOnce(fail);
  const { many: ask } = gathering(askMany, 100);
  const results = await Promise.allSettled([ask(['a']), ask(['b'])]);
  expect(results).toMatchObject([{ reason: { message: 'away' } }, { reason: { message: 'away' } }]);
  expect(await ask(['c'])).toEqual(['c']);
});
