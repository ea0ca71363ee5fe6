import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinkedList, type Place } from './linked-list.ts';

test('holds what was added and not removed, in that order', () => {
  const adding = fc.constant('add' as const);
  const removing = fc.nat({ max: 20 });
  fc.assert(
    fc.property(fc.array(fc.oneof(adding, removing)), (steps) => {
      const list = new LinkedList<number>();
      const expected = new Set<number>();
      const places: Place<number>[] = [];
      for (const step of steps) {
        if (step === 'add') {
          const value = places.length;
          places.push(list.add(value));
          expected.add(value);
        } else {
          const place = places[step];
          if (!place) continue;
          // What was removed before is not removed again.
          list.remove(place);
          expected.delete(place.value);
        }
        expect([list.size, [...list]]).toEqual([expected.size, [...expected]]);
      }
    }),
  );
});

test('each may be removed when it is its turn', () => {
  const list = new LinkedList<string>();
  const places = new Map(['a', 'b', 'c', 'd'].map((name) => [name, list.add(name)]));
  const turns: string[] = [];
  for (const name of list) {
    turns.push(name);
    list.remove(places.get(name)!);
  }
  expect([turns, list.size, [...list]]).toEqual([['a', 'b', 'c', 'd'], 0, []]);
});

test('what is removed leads to nothing that is still there', () => {
  const list = new LinkedList<string>();
  const [first, middle, last] = ['a', 'b', 'c'].map((name) => list.add(name));
  for (const place of [middle!, first!, last!]) {
    list.remove(place);
    expect([place.previous, place.next]).toEqual([undefined, undefined]);
  }
});
