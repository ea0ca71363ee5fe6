import { expect, test } from 'vitest';
import type { Breakage, How } from './breakage.ts';
import { createBreakages } from './breakages.ts';

function breakagesOf(fails: (deed: string) => boolean = () => false) {
  const deeds: string[] = [];
  const said: string[] = [];
  const deed = async (what: string, { part, how }: Breakage) => {
    const text = `${what} ${part} ${how}`;
    await Promise.resolve();
    deeds.push(text);
    if (fails(text)) throw new Error(`${text}: no`);
  };
  const breakages = createBreakages({
    stack: { break: (breakage) => deed('break', breakage), repair: (breakage) => deed('repair', breakage) },
    ways: new Map<string, readonly How[]>([
      ['arms', ['kill', 'freeze', 'slow']],
      ['proxy-2', ['kill', 'freeze']],
      ['pubsub', ['freeze']],
    ]),
    aliases: new Map([['proxy', 'proxy-2']]),
    say: (line) => said.push(line),
  });
  const stateOf = (name: string) => {
    const { state, how } = breakages.read().parts.find(({ part }) => part === name)!;
    return how ? `${state} ${how}` : state;
  };
  return { breakages, deeds, said, stateOf };
}

test('a part is broken, seen to be, and repaired once', async () => {
  const { breakages, deeds, said, stateOf } = breakagesOf();
  const breaking = breakages.break({ part: 'arms', how: 'freeze' });
  await expect.poll(() => stateOf('arms')).toBe('broken freeze');
  await breaking;
  await Promise.all([breakages.repair('arms'), breakages.repair('arms')]);
  expect(stateOf('arms')).toBe('whole');
  expect(deeds).toEqual(['break arms freeze', 'repair arms freeze']);
  expect(said).toEqual(['>>> arms is frozen from now on', '>>> arms is repaired']);
  expect(breakages.read().marks.map(({ text }) => text)).toEqual(['arms is frozen', 'arms repaired']);
});

test('another way takes the place of the one before, which is ended first', async () => {
  const { breakages, deeds, stateOf } = breakagesOf();
  await Promise.all([breakages.break({ part: 'arms', how: 'freeze' }), breakages.break({ part: 'arms', how: 'slow' })]);
  await breakages.break({ part: 'arms', how: 'slow' });
  expect(deeds).toEqual(['break arms freeze', 'repair arms freeze', 'break arms slow']);
  expect(stateOf('arms')).toBe('broken slow');
});

test('who repairs a breakage of his own leaves that of another alone', async () => {
  const { breakages, deeds, stateOf } = breakagesOf();
  const own: Breakage = { part: 'proxy', how: 'kill' };
  await breakages.break(own);
  await breakages.break({ part: 'proxy-2', how: 'freeze' });
  await breakages.repair('proxy', own);
  expect(stateOf('proxy-2')).toBe('broken freeze');
  await breakages.repair('proxy-2');
  expect(deeds.at(-1)).toBe('repair proxy-2 freeze');
});

test('what can’t be broken, or repaired, says why, and stays what it is', async () => {
  const { breakages, stateOf } = breakagesOf((deed) => /break arms slow|repair arms kill/.test(deed));
  await expect(breakages.break({ part: 'arms', how: 'slow' })).rejects.toThrow('break arms slow: no');
  expect([stateOf('arms'), breakages.read().parts[0]?.error]).toEqual(['whole', 'break arms slow: no']);
  await breakages.break({ part: 'arms', how: 'kill' });
  await expect(breakages.repair('arms')).rejects.toThrow('no');
  expect([stateOf('arms'), breakages.read().parts[0]?.error]).toEqual(['broken kill', 'repair arms kill: no']);
  await expect(breakages.break({ part: 'redis', how: 'kill' })).rejects.toThrow('redis is not of this stack');
});

test('a process that has ended by itself is started again as one that was killed is', async () => {
  const { breakages, deeds, stateOf } = breakagesOf();
  breakages.ended('arms');
  breakages.ended('pubsub');
  expect([stateOf('arms'), stateOf('pubsub')]).toEqual(['broken ended', 'whole']);
  await breakages.repair('arms');
  expect(deeds).toEqual(['repair arms kill']);
});
