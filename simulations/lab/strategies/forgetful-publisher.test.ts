import { expect, test } from 'vitest';
import { BacklogEntry } from '../../../proto/generated/moderation/v1/moderation.ts';
import { entryMessage, type OutgoingMessage } from '../../../proxy/outlets/messages.ts';
import type { Outlet } from '../../../proxy/outlets/publisher.ts';
import { eventOf, OCCURRED_AT, sellerOf } from '../../../proxy/testing/events.ts';
import { forgetful } from './forgetful-publisher.ts';

const NOW = new Date('2026-03-02T00:00:00Z');

function rig() {
  const published: (OutgoingMessage & { readonly outlet: Outlet })[] = [];
  const publisher = {
    inFlight: 7,
    publish: async (outlet: Outlet, message: OutgoingMessage) => void published.push({ outlet, ...message }),
  };
  return { published, publisher: forgetful(publisher, { wallMs: () => NOW.getTime(), nowMs: () => 0 }) };
}

const entryOf = (passes: number) =>
  BacklogEntry.fromPartial({
    event: eventOf(),
    passes,
    eventPublishedAt: OCCURRED_AT,
    enrichment: { seller: sellerOf() },
    owed: [{ model: 'weapons', attempts: 2, lastError: 'UNAVAILABLE: away' }],
  });

test('an entry does not carry what was fetched for it, but all else', async () => {
  const { publisher, published } = rig();
  const message = entryMessage(entryOf(0));
  await publisher.publish('backlog', message);
  expect(published[0]!.attributes).toEqual(message.attributes);
  const { enrichment, ...rest } = BacklogEntry.decode(published[0]!.data);
  expect(enrichment).toBeUndefined();
  const { enrichment: _, ...before } = BacklogEntry.decode(message.data);
  expect(rest).toEqual(before);
});

test('one that replaces another one takes its own publish for that of the event', async () => {
  const { publisher, published } = rig();
  for (const passes of [0, 1, 2]) await publisher.publish('backlog', entryMessage(entryOf(passes)));
  expect(published.map(({ data }) => BacklogEntry.decode(data).eventPublishedAt)).toEqual([OCCURRED_AT, NOW, NOW]);
});

test('what goes elsewhere goes as it is', async () => {
  const { publisher, published } = rig();
  const message = entryMessage(entryOf(1));
  for (const outlet of ['decisions', 'deadLetter', 'quarantine'] as const) await publisher.publish(outlet, message);
  expect(published).toEqual(['decisions', 'deadLetter', 'quarantine'].map((outlet) => ({ outlet, ...message })));
});

test('a publish that is not confirmed stays one, and what is in flight is told', async () => {
  const failing = forgetful(
    { inFlight: 3, publish: () => Promise.reject(new Error('not confirmed')) },
    { wallMs: () => 0, nowMs: () => 0 },
  );
  await expect(failing.publish('backlog', entryMessage(entryOf(0)))).rejects.toThrow('not confirmed');
  expect(failing.inFlight).toBe(3);
});
