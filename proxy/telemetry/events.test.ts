import type { Logger } from 'pino';
import { describe, expect, test } from 'vitest';
import { InvalidMessageError } from '../intake/decode-event.ts';
import { backlogEntry } from '../moderation/backlog-entry.ts';
import type { Case, History } from '../moderation/case.ts';
import { decide } from '../moderation/decide.ts';
import { abandoned, type Outcome, pending } from '../moderation/outcome.ts';
import { createLedger } from '../store/ledger.ts';
import { configOf } from '../testing/config.ts';
import { caseOf, eventOf, messageOf } from '../testing/events.ts';
import { createEvents, ENTRIES } from './events.ts';
import { createMetrics } from './metrics.ts';
import { createOldest } from './oldest.ts';
import { createStoreEvents } from './store-events.ts';

const SECRET = 'a text of a seller';
const config = configOf({ weapons: {}, money: {} });
const { models } = config;
const subject = caseOf(eventOf({ title: SECRET, description: SECRET }));

function eventsOf() {
  const lines: [level: string, line: unknown][] = [];
  const at = (level: string) => (line: unknown) => lines.push([level, line]);
  const log = { info: at('info'), warn: at('warn'), error: at('error') } as unknown as Logger;
  const metrics = createMetrics(config);
  const now = () => 0;
  const ledger = createLedger({ accounts: ['weapons', 'money', ENTRIES], store: {}, now });
  const oldest = createOldest(1_000, now);
  return {
    events: createEvents({ config, log, metrics, ledger, oldest }),
    storeEvents: createStoreEvents(log, metrics),
    lines,
    ledger,
    oldest,
    text: () => metrics.registry.metrics(),
  };
}

/** A pass over an entry that owes what is named. */
function passOf(...owed: string[]): Case {
  const history: History = {
    entryId: 'entry-1',
    owed: owed.map((model) => ({ model, attempts: 1, lastError: 'UNAVAILABLE: away' })),
    owedElsewhere: [],
    scores: new Map(),
    failures: new Map(),
    enrichment: { seller: undefined },
    firstPublishedAtMs: subject.publishedAtMs + 20,
    passes: 0,
  };
  return { ...subject, intake: 'backlog', history };
}

const scored: Outcome = { state: 'scored', probability: 0.1, modelVersion: 'v1' };
const owedOf = (...owed: string[]) => owed.map((model) => ({ model, attempts: 1, lastError: 'UNAVAILABLE: away' }));

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
    expect(metrics).toContain('eddy_decision_delay_seconds_sum{completeness="complete",intake="items"} 0.04');
    expect(metrics).toContain('eddy_topic_delay_seconds_sum{topic="about-weapons",intake="items"} 0.04');
  });

  test('makes no series of what never comes, nor falls over a model that is not configured', async () => {
    const { events, text } = eventsOf();
    const outcomes = new Map([['constructor', scored]]);
    events.consulted(outcomes);
    events.called({ model: 'constructor', code: 0, inputs: 1, durationMs: 1 });
    events.cacheHit('constructor');
    const decision = decide(subject.event, new Map([['weapons', scored]]), models, 0);
    const topics = decision.topics.map((topic) => ({ ...topic, model: 'constructor' }));
    events.concluded(subject, { decision: { ...decision, topics }, entries: [] }, subject.publishedAtMs);
    const metrics = await text();
    expect(metrics).toContain('eddy_decision_delay_seconds_count{completeness="complete",intake="items"} 1');
    for (const [name, label] of [
      ['eddy_decision_delay_seconds', 'intake="moderate"'],
      ['eddy_topic_delay_seconds', 'intake="moderate"'],
      ['eddy_model_outcomes_total', 'state="abandoned"'],
    ] as const) {
      const lines = metrics.split('\n').filter((line) => line.startsWith(name));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => line.includes(label))).toEqual([]);
    }
  });

  test('tells how late an event arrives, but of an entry only that it is still there', async () => {
    const { events, ledger, oldest, text } = eventsOf();
    events.arrived(subject, subject.publishedAtMs + 3_000);
    const pass = passOf('weapons');
    events.arrived(pass, subject.publishedAtMs + 9_000);
    expect(await text()).toContain('eddy_arrival_delay_seconds_sum 3\n');
    expect(oldest.read('weapons')).toBe(pass.history!.firstPublishedAtMs);
    expect(ledger.read('weapons').owed).toBe(0);
  });

  test('counts what is owed from the first pass to the one that pays it, model by model', async () => {
    const { events, ledger, text } = eventsOf();
    const owed = () => [ENTRIES, 'weapons', 'money'].map((account) => ledger.read(account).owed);
    const both = new Map<string, Outcome>([
      ['weapons', pending('UNAVAILABLE: away')],
      ['money', pending('UNAVAILABLE: away')],
    ]);
    const entry = backlogEntry(subject, owedOf('weapons', 'money'), [], both, { seller: undefined }, 0);
    const partial = decide(subject.event, both, models, 0);
    events.concluded(subject, { decision: partial, entries: [entry] }, subject.publishedAtMs + 20);
    expect(owed()).toEqual([1, 1, 1]);

    // Nothing came of it: it is delivered again.
    events.concluded(passOf('weapons', 'money'), { entries: [] }, 0);
    expect(owed()).toEqual([1, 1, 1]);

    const one = new Map(both).set('money', scored);
    const rest = backlogEntry(subject, owedOf('weapons'), [], one, { seller: undefined }, 0);
    const progress = { decision: decide(subject.event, one, models, 0), entries: [rest] };
    events.concluded(passOf('weapons', 'money'), progress, subject.publishedAtMs + 5_000);
    expect(owed()).toEqual([1, 1, 0]);

    const all = new Map(one).set('weapons', scored);
    const end = { decision: decide(subject.event, all, models, 0), entries: [] };
    events.concluded(passOf('weapons'), end, subject.publishedAtMs + 7_000);
    expect(owed()).toEqual([0, 0, 0]);

    const metrics = await text();
    expect(metrics).toContain('eddy_backlog_entries_published_total 2\n');
    for (const model of ['weapons', 'money']) {
      expect(metrics).toContain(`eddy_owed_total{model="${model}"} 1\n`);
      expect(metrics).toContain(`eddy_owed_settled_total{model="${model}",result="paid"} 1\n`);
    }
    // Each topic is told by the pass that settles it.
    expect(metrics).toContain('eddy_topic_delay_seconds_sum{topic="about-money",intake="backlog"} 5\n');
    expect(metrics).toContain('eddy_topic_delay_seconds_sum{topic="about-weapons",intake="backlog"} 7\n');
    expect(metrics).toContain('eddy_topic_delay_seconds_count{topic="about-weapons",intake="items"} 0\n');
    expect(metrics).toContain('eddy_decision_delay_seconds_count{completeness="partial",intake="items"} 1\n');
    expect(metrics).toContain('eddy_decision_delay_seconds_count{completeness="partial",intake="backlog"} 1\n');
    expect(metrics).toContain('eddy_decision_delay_seconds_sum{completeness="complete",intake="backlog"} 7\n');
  });

  test('tells what was given up, and what an edit has made void, from what was paid', async () => {
    const { events, ledger, text } = eventsOf();
    ledger.grew('weapons', 2);
    ledger.grew(ENTRIES, 3);
    const outcomes = new Map<string, Outcome>([['weapons', abandoned('asked 5 times')]]);
    const deadLetter = backlogEntry(subject, owedOf('weapons'), [], outcomes, { seller: undefined }, 0);
    const decision = decide(subject.event, outcomes, models, 0);
    events.concluded(passOf('weapons'), { decision, entries: [], deadLetter }, 0);
    events.superseded(passOf('weapons'));
    const unreadable = new InvalidMessageError('the entry is invalid', []);
    events.quarantined('backlog', messageOf('', { id: 'message-9' }), unreadable);
    expect([ledger.read('weapons').owed, ledger.read(ENTRIES).owed]).toEqual([0, 0]);
    const metrics = await text();
    for (const result of ['abandoned', 'superseded']) {
      expect(metrics).toContain(`eddy_owed_settled_total{model="weapons",result="${result}"} 1\n`);
    }
    expect(metrics).toContain('eddy_owed_settled_total{model="weapons",result="paid"} 0\n');
  });

  test('keeps no account of a model that is no longer configured', async () => {
    const { events, text } = eventsOf();
    const pass = passOf('retired');
    events.arrived(pass, 0);
    events.concluded(pass, { decision: decide(subject.event, new Map(), models, 0), entries: [] }, 0);
    expect(await text()).not.toContain('retired');
  });

  test('has every foreseeable series at 0 before anything has happened', async () => {
    const metrics = await eventsOf().text();
    expect(metrics).toContain('eddy_messages_settled_total{intake="backlog",result="abandoned"} 0\n');
    expect(metrics).toContain('eddy_model_calls_total{model="weapons",code="UNAVAILABLE"} 0\n');
    expect(metrics).toContain('eddy_publishes_total{outlet="deadLetter",result="failed"} 0\n');
  });

  test('has a line for what should not happen, and no line has a text of an item', () => {
    const { events, lines } = eventsOf();
    const error = new InvalidMessageError('the event is invalid', [{ field: 'item.title', message: 'too long' }]);
    events.quarantined('items', messageOf(SECRET, { id: 'message-9' }), error);
    events.superseded(subject);
    const outcomes = new Map<string, Outcome>([['weapons', abandoned('asked 5 times')]]);
    const owed = [{ model: 'weapons', attempts: 5, lastError: 'x' }];
    const deadLetter = backlogEntry(subject, owed, [], outcomes, { seller: undefined }, 0);
    const decision = decide(subject.event, outcomes, models, 0);
    events.concluded(subject, { decision, entries: [], deadLetter }, 0);
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

  test('says of the store whether it answers, and how its commands end', async () => {
    const { storeEvents, lines, text } = eventsOf();
    expect(await text()).toContain('eddy_store_up 1');
    storeEvents.onAvailability(false, new Error('no answer within 15 ms'));
    expect(await text()).toContain('eddy_store_up 0');
    storeEvents.onAvailability(true);
    expect(await text()).toContain('eddy_store_up 1');
    expect(lines.map(([level]) => level)).toEqual(['warn', 'info']);
    storeEvents.onCommand('answered', 2);
    storeEvents.onCommand('failed', 15);
    const metrics = await text();
    expect(metrics).toContain('eddy_store_commands_total{result="failed"} 1');
    expect(metrics).toContain('eddy_store_command_duration_seconds_sum 0.002');
  });

  test('of calls goes by the name of the status', async () => {
    const { events, text } = eventsOf();
    events.sent('weapons', { live: 2, backlog: 1 });
    events.called({ model: 'weapons', code: 14, inputs: 3, durationMs: 20 });
    events.seller.fetched(5, 2);
    const metrics = await text();
    expect(metrics).toContain('eddy_model_calls_total{model="weapons",code="UNAVAILABLE"} 1');
    expect(metrics).toContain('eddy_model_inputs_total{model="weapons",lane="live"} 2');
    expect(metrics).toContain('eddy_model_inputs_total{model="weapons",lane="backlog"} 1');
    expect(metrics).toContain('eddy_enrichment_calls_total{source="seller",code="NOT_FOUND"} 1');
  });
});
