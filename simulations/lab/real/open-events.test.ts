import { expect, test } from 'vitest';
import { createOpenEvents } from './open-events.ts';

test('an event is open until each model that it concerns has settled its part, or it is closed', () => {
  const open = createOpenEvents();
  open.published('a', ['weapons', 'money']);
  open.published('b', ['weapons']);
  open.published('concerns none', []);
  expect(open.count).toBe(2);
  open.decided('a', ['money']);
  open.decided('a', ['weapons']);
  expect(open.count).toBe(1);
  open.closed('b');
  expect(open.count).toBe(0);
});

test('the backlog has a message for each event decided in part, or for each model that it waits for', () => {
  const open = createOpenEvents();
  for (const id of ['unheard', 'in part', 'not at all', 'whole'])
    open.published(id, ['weapons', 'money', 'counterfeit']);
  open.decided('in part', ['money']);
  open.decided('not at all', []);
  open.decided('whole', ['weapons', 'money', 'counterfeit']);
  expect([open.backlog('combined'), open.backlog('per-model')]).toEqual([2, 5]);
});

test('a decision that comes late takes nothing back', () => {
  const open = createOpenEvents();
  open.published('a', ['weapons', 'money']);
  open.decided('a', ['weapons', 'money']);
  open.decided('a', ['money']);
  open.decided('never published', []);
  expect([open.count, open.backlog('combined')]).toEqual([0, 0]);
});
