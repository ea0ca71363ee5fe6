import type { Logger } from 'pino';
import { describe, expect, test } from 'vitest';
import { InvalidMessageError } from '../intake/decode-event.ts';
import { backlogEntry } from '../moderation/backlog-entry.ts';
import { decide } from '../moderation/decide.ts';
import { abandoned, type Outcome, pending } from '../moderation/outcome.ts';
import { configOf } from '../testing/config.ts';
import { caseOf, eventOf, messageOf } from '../testing/events.ts';
import { createEvents } from './events.ts';
import { createMetrics } from './metrics.ts';

const SECRET = 'a text of a seller';
const { models } = configOf({ weapons: {}, money: {} });
const subject = caseOf(eventOf({ title: SECRET, description: SECRET }));

function eventsOf() {
  const lines: [level: string, line: unknown][] = [];
  const at = (level: string) => (line: unknown) => lines.push([level, line]);
  const log = { info: at('info'), warn: at('warn'), error: at('error') } as unknown as Logger;
  const metrics = createMetrics();
  return { events: createEvents(log, metrics), lines, metrics, text: () => metrics.registry.metrics() };
}

describe('what is told', () => {
  test('is counted by intake and by what became of it, without a line for an item that is decided', async () => {
    const { events, lines, text } = eventsOf();
    events.received('items');
    const outcomes = new Map<string, Outcome>([['weapons', { state: 'scored', probability: 0.1, modelVersion: 'v1' }]]);
    events.consulted(outcomes);
    const decision = decide(subject.event, outcomes, models, 0);
    events.concluded(subject, { decision, entries: [] }, subject.publishedAtMs + 40);
    events.settled('items', 'decided');
    expect(lines).toEqual([]);
    const metrics = await text();
    expect(metrics).toContain('eddy_messages_received_total{intake="items"} 1');
    expect(metrics).toContain('eddy_messages_settled_total{intake="items",result="decided"} 1');
    expect(metrics).toContain('eddy_model_outcomes_total{model="weapons",state="scored"} 1');
    expect(metrics).toContain('eddy_decision_delay_seconds_sum{completeness="complete"} 0.04');
  });

  test('counts what is put on the backlog once, not again by the entries of later passes', async () => {
    const { events, text } = eventsOf();
    const outcomes = new Map<string, Outcome>([['weapons', pending('UNAVAILABLE: away')]]);
    const owed = [{ model: 'weapons', attempts: 1, lastError: 'UNAVAILABLE: away' }];
    const entry = backlogEntry(subject, owed, [], outcomes, { seller: undefined }, 0);
    events.concluded(subject, { entries: [entry] }, 0);
    const later = { ...subject, history: { passes: 0 } as never };
    events.concluded(later, { entries: [entry] }, 0);
    const metrics = await text();
    expect(metrics).toContain('eddy_backlog_entries_published_total 2');
    expect(metrics).toContain('eddy_owed_total{model="weapons"} 1');
  });

  test('has a line for what should not happen, and no line has a text of an item', () => {
    const { events, lines } = eventsOf();
    const error = new InvalidMessageError('the event is invalid', [{ field: 'item.title', message: 'too long' }]);
    events.quarantined('items', messageOf(SECRET, { id: 'message-9' }), error);
    events.superseded(subject);
    const outcomes = new Map<string, Outcome>([['weapons', abandoned('asked 5 times')]]);
    const owed = [{ model: 'weapons', attempts: 5, lastError: 'x' }];
    const deadLetter = backlogEntry(subject, owed, [], outcomes, { seller: undefined }, 0);
    events.concluded(subject, { entries: [], deadLetter }, 0);
    events.notConfirmed({ id: 'message-1' }, new Error('the topic has not confirmed'));
    events.handlerFailed({ id: 'message-1' }, new TypeError('ours'));
    expect(lines).toEqual([
      [
        'warn',
        expect.objectContaining({ event: 'quarantined', messageId: 'message-9', reason: 'the event is invalid' }),
      ],
      ['info', expect.objectContaining({ event: 'superseded', itemId: 'item-1', revision: 1 })],
      ['warn', expect.objectContaining({ event: 'abandoned', itemId: 'item-1', models: ['weapons'] })],
      ['error', expect.objectContaining({ event: 'not-confirmed', reason: 'the topic has not confirmed' })],
      ['error', expect.objectContaining({ event: 'handler-failed' })],
    ]);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  test('says of the store whether it answers', async () => {
    const { events, lines, text } = eventsOf();
    expect(await text()).toContain('eddy_store_up 1');
    events.storeChanged(false, new Error('no answer within 15 ms'));
    expect(await text()).toContain('eddy_store_up 0');
    events.storeChanged(true);
    expect(await text()).toContain('eddy_store_up 1');
    expect(lines.map(([level]) => level)).toEqual(['warn', 'info']);
  });

  test('of calls goes by the name of the status', async () => {
    const { events, text } = eventsOf();
    events.called({ model: 'weapons', code: 14, inputs: 3, durationMs: 20 });
    events.seller.fetched(5, 2);
    const metrics = await text();
    expect(metrics).toContain('eddy_model_calls_total{model="weapons",code="UNAVAILABLE"} 1');
    expect(metrics).toContain('eddy_model_inputs_total{model="weapons"} 3');
    expect(metrics).toContain('eddy_enrichment_calls_total{source="seller",code="NOT_FOUND"} 1');
  });
});
