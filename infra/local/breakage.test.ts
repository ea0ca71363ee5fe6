import { expect, test } from 'vitest';
import type { FaultSwitch } from '../../models/host/fault-client.ts';
import { modelWays, parseBreakage, processWays, waysToBreak } from './breakage.ts';
import type { Part } from './part.ts';

const WAYS = waysToBreak(['weapons', 'money'], ['proxy-1', 'proxy-2']);

test('every process can be killed and frozen, and a model be ill in ways of its own', () => {
  for (const part of ['proxy-1', 'proxy-2', 'weapons', 'redis', 'catalog']) {
    expect(parseBreakage(`${part}=kill`, WAYS)).toEqual({ part, how: 'kill' });
    expect(parseBreakage(`${part}=freeze`, WAYS)).toEqual({ part, how: 'freeze' });
  }
  for (const how of ['down', 'slow', 'errors', 'hang']) {
    expect(parseBreakage(`weapons=${how}`, WAYS)).toEqual({ part: 'weapons', how });
  }
  expect(parseBreakage('pubsub=drop-acks', WAYS)).toEqual({ part: 'pubsub', how: 'drop-acks' });
});

test('a part without a switch that is to be down is killed, and one that is to hang is frozen', () => {
  expect(parseBreakage('redis=down', WAYS)).toEqual({ part: 'redis', how: 'kill' });
  expect(parseBreakage('redis=hang', WAYS)).toEqual({ part: 'redis', how: 'freeze' });
  expect(() => parseBreakage('pubsub=down', WAYS)).toThrow('Expected pubsub=freeze or ');
});

test('an unknown part is refused by the names of those that there are', () => {
  expect(() => parseBreakage('wepons=down', WAYS)).toThrow(
    'There is no part "wepons"; there are: proxy-1, proxy-2, weapons, money, redis, catalog, pubsub.',
  );
});

test('an unknown way is refused by those that the part has', () => {
  expect(() => parseBreakage('redis=slow', WAYS)).toThrow('Expected redis=kill or redis=freeze.');
  expect(() => parseBreakage('catalog', WAYS)).toThrow('Expected catalog=kill or catalog=freeze.');
});

test('a kill is repaired by a restart, a freeze by a thaw, and an ill model by its switch', async () => {
  const done: string[] = [];
  const part: Part = {
    pid: 1,
    kill: async () => void done.push('kill'),
    restart: async () => void done.push('restart'),
    freeze: () => void done.push('freeze'),
    thaw: () => void done.push('thaw'),
  };
  const faults = { setFaults: async (request: object) => void done.push(JSON.stringify(request)) };
  const ways = modelWays(part, faults as unknown as FaultSwitch);
  for (const way of [processWays(part).kill, ways.freeze, ways.hang]) {
    await way.break();
    await way.repair();
  }
  expect(done).toEqual(['kill', 'restart', 'freeze', 'thaw', '{"hang":true}', '{}']);
});
