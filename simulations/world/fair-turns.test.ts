import { expect, test } from 'vitest';
import { inFairTurns } from './fair-turns.ts';
import { createRandom } from './random.ts';

function rig() {
  const listening = new Set<() => void>();
  const listen = inFairTurns((_subscription, listener) => {
    listening.add(listener);
    return () => listening.delete(listener);
  }, createRandom(1));
  return { listen, listening, tell: () => [...listening].map((listener) => listener()) };
}

test('each receiver is the first about as often as the others', () => {
  const { listen, tell } = rig();
  const order: number[] = [];
  for (let receiver = 0; receiver < 4; receiver++) listen('items', () => order.push(receiver));
  for (let turn = 0; turn < 4_000; turn++) tell();
  const firsts = order.filter((_, index) => index % 4 === 0);
  for (let receiver = 0; receiver < 4; receiver++) {
    const share = firsts.filter((first) => first === receiver).length / firsts.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
  }
});

test('nobody listens any more once the last receiver has gone, and one that comes then is told again', () => {
  const { listen, listening, tell } = rig();
  const told: string[] = [];
  const leave = [listen('items', () => told.push('a')), listen('items', () => told.push('b'))];
  leave[0]!();
  tell();
  expect(told).toEqual(['b']);
  leave[1]!();
  expect(listening.size).toBe(0);
  listen('items', () => told.push('c'));
  tell();
  expect(told).toEqual(['b', 'c']);
});

test('who leaves while the others are told is not told any more', () => {
  const { listen, tell } = rig();
  const leave: (() => void)[] = [];
  const told: number[] = [];
  for (let receiver = 0; receiver < 2; receiver++) {
    leave.push(
      listen('items', () => {
        told.push(receiver);
        leave[1 - receiver]!();
      }),
    );
  }
  tell();
  expect(told).toHaveLength(1);
});
