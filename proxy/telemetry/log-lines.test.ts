import { expect, test } from 'vitest';
import { createLog } from '../../infra/grpc/log.ts';
import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { backlogEntry } from '../moderation/backlog-entry.ts';
import { failed, type Outcome, pending } from '../moderation/outcome.ts';
import { PublishError } from '../outlets/publisher.ts';
import { createLedger } from '../store/ledger.ts';
import { configOf } from '../testing/config.ts';
import { backlogCaseOf, caseOf, eventJson, eventOf, historyOwing, messageOf, OCCURRED_AT } from '../testing/events.ts';
import { createRig } from '../testing/spine-rig.ts';
import { createEvents, ENTRIES } from './events.ts';
import { createMetrics } from './metrics.ts';
import { createOldest } from './oldest.ts';

const TEXT = 'Kettle of nobody';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const attributes = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };
const TEXTS = {
  title: TEXT,
  description: TEXT,
  category: TEXT,
  sellerId: TEXT,
  imageUrls: [TEXT],
};

function loggingRig() {
  const config = configOf({ money: { needs: ['seller'] }, weapons: {} }, { enrichment: { seller: { target: 'x:1' } } });
  const lines: Record<string, unknown>[] = [];
  const log = createLog('eddy-proxy', 'debug', { write: (line) => void lines.push(JSON.parse(line)) });
  const now = () => 0;
  const ledger = createLedger({ accounts: ['money', 'weapons', ENTRIES], store: {}, now });
  const metrics = createMetrics(config);
  const events = createEvents({ config, log, metrics, ledger, oldest: createOldest(1_000, now) });
  return { rig: createRig(config, undefined, events), lines };
}

const listed = (changes: Record<string, unknown> = {}) =>
  messageOf(eventJson({ ...TEXTS, ...changes }), { attributes });

function entryOwing(firstPublishedAtMs = OCCURRED_AT.getTime()) {
  const history = historyOwing(['weapons'], { firstPublishedAtMs });
  const subject = backlogCaseOf(history, eventOf(TEXTS));
  const known = new Map<string, Outcome>([['money', failed(`INVALID_ARGUMENT: ${TEXT}`)]]);
  const entry = backlogEntry(subject, history.owed, [], known, history.enrichment, firstPublishedAtMs);
  return messageOf(Buffer.from(BacklogEntry.encode(entry).finish()), { id: 'entry-1', attributes });
}

test('no line has a text of an item, wherever it stands and whoever repeats it; each names the trace, and the event where it can', async () => {
  const { rig, lines } = loggingRig();
  const { spine, world } = rig;
  const quote = `the title "${TEXT}" is odd`;
  world.seller = () => Promise.reject(new Error(`NOT_FOUND: ${quote}`));
  for (const outcome of [pending(`UNAVAILABLE: ${quote}`), failed(`INVALID_ARGUMENT: ${quote}`)]) {
    world.answer = () => outcome;
    await spine.moderate('items', listed());
    await spine.moderate('backlog', entryOwing());
  }
  await spine.moderate('backlog', entryOwing(0));
  world.confirmation = () => Promise.reject(new PublishError('the topic has not confirmed: away'));
  await spine.moderate('items', listed());
  const request = caseOf(eventOf(TEXTS), { intake: 'moderate', traceparent: attributes.traceparent });
  world.answer = () => pending(`UNAVAILABLE: ${quote}`);
  await expect(spine.answer(request, { enqueue: true, budgetMs: 1_000 })).rejects.toThrow(PublishError);
  world.confirmation = () => Promise.resolve();
  world.whileConsulting = () => Promise.reject(new TypeError('ours'));
  await spine.moderate('items', listed());
  await expect(spine.answer(request, { enqueue: false, budgetMs: 1_000 })).rejects.toThrow('ours');
  world.whileConsulting = () => Promise.resolve();
  await rig.revisions.observe(eventOf({ revision: 9 }), true);
  await spine.moderate('items', listed());

  for (const data of [
    `{"title": "${TEXT}`,
    `{"title": ${TEXT}}`,
    `"${TEXT}"`,
    JSON.stringify({ ...eventJson(), type: TEXT, occurredAt: TEXT, [TEXT]: TEXT }),
    JSON.stringify(eventJson({ itemId: [TEXT], revision: TEXT, price: { currency: TEXT, minorUnits: TEXT } })),
    JSON.stringify(eventJson({ imageUrls: [{ [TEXT]: TEXT }], category: TEXT.repeat(100), title: [TEXT] })),
  ]) {
    await spine.moderate('items', messageOf(data, { attributes }));
    await spine.moderate('backlog', messageOf(data, { attributes }));
  }

  const told = lines.map(({ event }) => event);
  expect(new Set(told)).toEqual(new Set(['abandoned', 'handler-failed', 'not-confirmed', 'quarantined', 'superseded']));
  expect(JSON.stringify(lines)).not.toMatch(/Kettle|nobody/);
  for (const line of lines) {
    expect(line).toMatchObject({ traceId: TRACE_ID, messageId: expect.any(String) });
    if (line['event'] !== 'quarantined') expect(line).toMatchObject({ eventId: 'event-1', itemId: 'item-1' });
  }
});
