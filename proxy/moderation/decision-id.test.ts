import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { anyText } from '../testing/arbitraries.ts';
import { decisionId } from './decision-id.ts';

const state = fc.constantFrom(TopicState.SCORED, TopicState.PENDING, TopicState.FAILED, TopicState.ABANDONED);
const topics = fc.uniqueArray(fc.record({ topic: anyText, state, modelVersion: anyText }), {
  selector: ({ topic }) => topic,
  maxLength: 6,
});
const identity = fc.record({ itemId: anyText, revision: fc.nat(), topics });
type Identity = typeof identity extends fc.Arbitrary<infer T> ? T : never;

const idOf = (of: Identity) => decisionId(of.itemId, of.revision, of.topics);

/** The same with its topics in one order, for comparing. */
function canonical({ itemId, revision, topics }: Identity): Identity {
  return { itemId, revision, topics: topics.toSorted((a, b) => (a.topic < b.topic ? -1 : 1)) };
}

describe("a decision's id", () => {
  test('is 32 hexadecimal digits', () => {
    fc.assert(
      fc.property(identity, (of) => {
        expect(idOf(of)).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  test('is the same in every release: consumers keep ids', () => {
    expect(
      decisionId('item-1', 2, [
        { topic: 'weapons', state: TopicState.SCORED, modelVersion: 'weapons-1' },
        { topic: 'money', state: TopicState.PENDING, modelVersion: '' },
      ]),
    ).toBe('43e1541ae6a0402e291857d4032f206f');
  });

  test('does not depend on the order of the topics, nor on anything of a topic but state and model version', () => {
    fc.assert(
      fc.property(
        identity.chain((of) =>
          fc.tuple(fc.constant(of), fc.shuffledSubarray(of.topics, { minLength: of.topics.length })),
        ),
        ([of, shuffled]) => {
          const withMore = shuffled.map((topic) => ({ ...topic, probability: Math.random(), verdict: 3, error: 'x' }));
          expect(decisionId(of.itemId, of.revision, withMore)).toBe(idOf(of));
        },
      ),
    );
  });

  test('leaves the topics as they are', () => {
    const given = [
      { topic: 'weapons', state: TopicState.SCORED, modelVersion: '1' },
      { topic: 'money', state: TopicState.SCORED, modelVersion: '1' },
    ];
    decisionId('item-1', 1, given);
    expect(given.map(({ topic }) => topic)).toEqual(['weapons', 'money']);
  });

  test('differs whenever item, revision, or the topic, state or version of any topic differs', () => {
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        const isSame = JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
        expect(idOf(one) === idOf(other)).toBe(isSame);
      }),
    );
    const of = { itemId: 'a', revision: 1, topics: [{ topic: 't', state: TopicState.SCORED, modelVersion: 'v' }] };
    const [topic] = of.topics as [Identity['topics'][number]];
    const variants: Identity[] = [
      of,
      { ...of, itemId: 'b' },
      { ...of, revision: 2 },
      { ...of, topics: [] },
      { ...of, topics: [{ ...topic, topic: 'u' }] },
      { ...of, topics: [{ ...topic, state: TopicState.FAILED }] },
      { ...of, topics: [{ ...topic, modelVersion: 'w' }] },
      { ...of, topics: [topic, { ...topic, topic: 'u' }] },
    ];
    expect(new Set(variants.map(idOf)).size).toBe(variants.length);
  });

  test('is not confused by characters that could pass for a boundary between its parts', () => {
    const id = (itemId: string, ...parts: [topic: string, modelVersion: string][]) =>
      decisionId(
        itemId,
        1,
        parts.map(([topic, modelVersion]) => ({ topic, state: TopicState.SCORED, modelVersion })),
      );
    const ids = [
      id('a,1', ['t', 'v']),
      id('a', ['1,t', 'v']),
      id('a"', ['t', 'v']),
      id('a\\"', ['t', 'v']),
      id('a', ['t",1,"v', '']),
      id('a', ['t', '",1,"v']),
      id('a', ['t', 'v'], ['u', 'w']),
      id('a', ['t', 'v"],["u",1,"w']),
      id('\ud800', ['t', 'v']),
      id('\\ud800', ['t', 'v']),
      id('\ufffd', ['t', 'v']),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
