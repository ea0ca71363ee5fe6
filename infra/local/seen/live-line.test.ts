import { expect, test } from 'vitest';
import { cutTo, type Screen, startLiveLine } from './live-line.ts';

function screenOf(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  const listeners = new Set<() => void>();
  const screen: Screen & { columns: number } = {
    isTTY,
    columns,
    write: (text) => written.push(text),
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
  };
  const resize = (to: number) => {
    screen.columns = to;
    for (const listener of listeners) listener();
  };
  return { screen, written, listeners, resize };
}

test('on a terminal one line is redrawn, cut to the width, below those that stay', () => {
  const { screen, written } = screenOf(true, 12);
  const live = startLiveLine({ screen, env: { TERM: 'xterm' } });
  live.say('before');
  live.show('in 50/s, settled 50/s');
  live.say('stays');
  live.show('');
  live.say('after');
  live.show('again');
  live[Symbol.dispose]();
  expect(written).toEqual([
    'before\n',
    '\r\u001b[Kin 50/s, s…',
    '\r\u001b[Kstays\n',
    'in 50/s, s…',
    '\r\u001b[K',
    'after\n',
    '\r\u001b[Kagain',
    '\r\u001b[K',
  ]);
});

test('a change of the width redraws it, until the end', () => {
  const { screen, written, listeners, resize } = screenOf(true, 40);
  const live = startLiveLine({ screen, env: {} });
  resize(30);
  expect(written).toEqual([]);
  live.show('in 50/s');
  resize(6);
  expect(written.at(-1)).toBe('\r\u001b[Jin 5…');
  live[Symbol.dispose]();
  expect(listeners.size).toBe(0);
});

test.each([
  ['in a pipe', false, {}],
  ['on a terminal that can do nothing', true, { TERM: 'dumb' }],
])('%s it is a plain line now and then', (_, isTTY, env) => {
  const { screen, written } = screenOf(isTTY);
  let nowMs = 0;
  const live = startLiveLine({ screen, env, everyMs: 5_000, now: () => nowMs });
  for (nowMs = 0; nowMs <= 10_000; nowMs += 1_000) live.show(`a line that is longer than the screen ${nowMs}`);
  live.say('stays');
  live[Symbol.dispose]();
  expect(written).toEqual([
    'a line that is longer than the screen 0\n',
    'a line that is longer than the screen 5000\n',
    'a line that is longer than the screen 10000\n',
    'stays\n',
  ]);
});

test('colours take no room, and are ended even where the words are cut', () => {
  expect(cutTo('\u001b[31mopen\u001b[39m', 4)).toBe('\u001b[31mopen\u001b[39m');
  expect(cutTo('a \u001b[31mopen\u001b[39m b', 5)).toBe('a \u001b[31mop\u001b[39m…');
  expect(cutTo('anything', 0)).toBe('');
});
