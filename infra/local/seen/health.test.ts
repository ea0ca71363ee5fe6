import { expect, test } from 'vitest';
import { balanceOf, modelHealth, streamHealth } from './health.ts';

const calm = { breaker: 'closed', failedShare: 0, pendingShare: 0, owed: 0 } as const;

test('a model is judged by what it does', () => {
  expect(modelHealth(calm, true)).toEqual({ level: 'well', text: 'well' });
  expect(modelHealth({ ...calm, failedShare: 0.02, owed: 3 }, true).level).toBe('well');
  expect(modelHealth({ ...calm, failedShare: 0.3 }, true)).toEqual({
    level: 'strained',
    text: '30 % without an answer',
  });
  expect(modelHealth({ ...calm, breaker: 'half-open' }, true).level).toBe('strained');
  expect(modelHealth({ ...calm, owed: 200 }, true)).toEqual({ level: 'strained', text: 'catching up' });
  expect(modelHealth({ ...calm, pendingShare: 0.9 }, true).level).toBe('ill');
  expect(modelHealth({ ...calm, breaker: 'open' }, true)).toEqual({ level: 'ill', text: 'ill: breaker open' });
  expect(modelHealth({ ...calm, failedShare: null, pendingShare: null, owed: null }, true).level).toBe('well');
  expect(modelHealth(calm, false).level).toBe('unknown');
});

test('the main stream is calm within a second of its rate, strained in a burst, ill when events are kept waiting', () => {
  expect(streamHealth(0, 0, 50).level).toBe('well');
  expect(streamHealth(50, 900, 50).level).toBe('well');
  expect(streamHealth(20, 900, 1).level).toBe('well');
  expect(streamHealth(400, 900, 50).level).toBe('strained');
  expect(streamHealth(2, 6_000, 50)).toEqual({ level: 'ill', text: 'waiting for 6 s' });
});

test('the books balance while nothing is under way for long', () => {
  expect(balanceOf(0, 0)).toBe('balanced');
  expect(balanceOf(9, 2_000)).toBe('under-way');
  expect(balanceOf(1, 40_000)).toBe('missing');
});
