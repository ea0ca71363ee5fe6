import { expect, test } from 'vitest';
import { Deliverables } from './deliverables.ts';

test('what is marked is told once, and only to those who listen to it', () => {
  const deliverables = new Deliverables<string>();
  const told: string[] = [];
  deliverables.listen('a', () => told.push('a'));
  deliverables.listen('b', () => told.push('b'));
  deliverables.mark('a');
  deliverables.mark('a');
  deliverables.tell();
  deliverables.tell();
  expect(told).toEqual(['a']);
});

test('what is marked while listeners are told is told after them', () => {
  const deliverables = new Deliverables<string>();
  const told: string[] = [];
  deliverables.listen('a', () => {
    told.push('a begins');
    if (told.length === 1) {
      deliverables.mark('a');
      deliverables.tell();
    }
    told.push('a ends');
  });
  deliverables.mark('a');
  deliverables.tell();
  expect(told).toEqual(['a begins', 'a ends', 'a begins', 'a ends']);
});

test('the same listener can listen twice, and stop once', () => {
  const deliverables = new Deliverables<string>();
  let calls = 0;
  const listener = (): void => {
    calls += 1;
  };
  const stop = deliverables.listen('a', listener);
  deliverables.listen('a', listener);
  stop();
  stop();
  deliverables.mark('a');
  deliverables.tell();
  expect(calls).toBe(1);
  expect(deliverables.hasListener('a')).toBe(true);
  deliverables.forget('a');
  expect(deliverables.hasListener('a')).toBe(false);
});
