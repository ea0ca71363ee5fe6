import { expect, test } from 'vitest';
import { createRecorder } from '../recorder.ts';
import { createOpenEvents } from './open-events.ts';
import { witnessLog } from './witness.ts';

function rig() {
  const recorder = createRecorder();
  const open = createOpenEvents();
  recorder.published('event-1', 0, ['weapons']);
  open.published('event-1', ['weapons']);
  const tell = (event: string, itemId: string, revision: number) =>
    witnessLog(
      { level: 'info', event, itemId, revision },
      (item, rank) => (item === 'item-1' && rank === 1 ? 'event-1' : undefined),
      { since: (wallMs) => wallMs, recorder, open },
    );
  return { recorder, open, tell };
}

test('an event that a newer one has superseded is over', () => {
  const { recorder, open, tell } = rig();
  tell('superseded', 'item-1', 1);
  expect([open.count, recorder.notes.events.get('event-1')!.isClosed]).toEqual([0, true]);
});

test('what else a log says, or says of others, changes nothing', () => {
  const { recorder, open, tell } = rig();
  tell('breaker', 'item-1', 1);
  tell('superseded', 'item-1', 2);
  expect([open.count, recorder.notes.events.get('event-1')!.isClosed]).toEqual([1, false]);
});
