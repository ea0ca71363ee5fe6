import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OldestFirst } from './oldest-first.ts';

test('a queue gives out what is oldest, and of what is equally old what came first', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat({ max: 20 })), { maxLength: 100 }), (steps) => {
      const queue = new OldestFirst<{ sequence: number; order: number }>();
      const model: { sequence: number; order: number }[] = [];
      for (const [order, sequence] of steps.entries()) {
        if (sequence === null) expect(queue.shift()).toEqual(model.shift());
        else {
          queue.push({ sequence, order }, sequence);
          model.push({ sequence, order });
          model.sort((a, b) => a.sequence - b.sequence || a.order - b.order);
        }
        expect(queue.length).toBe(model.length);
        expect(queue.peek()).toEqual(model[0]);
      }
    }),
  );
});

test('an emptied queue is as good as new', () => {
  const queue = new OldestFirst<string>();
  queue.push('one', 1);
  queue.clear();
  expect([queue.length, queue.peek(), queue.shift()]).toEqual([0, undefined, undefined]);
});
