import { expect, test } from 'vitest';
import { parseBreakage } from './breakage.ts';

const MODELS = ['weapons', 'money'];

test('a model can be down, slow, erring or hanging; Redis down or hanging; a proxy down', () => {
  for (const how of ['down', 'slow', 'errors', 'hang']) {
    expect(parseBreakage(`weapons=${how}`, MODELS)).toEqual({ part: 'weapons', how });
  }
  expect(parseBreakage('redis=hang', MODELS)).toEqual({ part: 'redis', how: 'hang' });
  expect(parseBreakage('proxy=down', MODELS)).toEqual({ part: 'proxy', how: 'down' });
});

test('an unknown part is refused by the names of those that there are', () => {
  expect(() => parseBreakage('wepons=down', MODELS)).toThrow(
    'There is no part "wepons"; there are: weapons, money, redis, proxy.',
  );
});

test('an unknown way is refused by those that the part has', () => {
  expect(() => parseBreakage('redis=slow', MODELS)).toThrow('Expected redis=down or redis=hang.');
  expect(() => parseBreakage('proxy', MODELS)).toThrow('Expected proxy=down.');
});
