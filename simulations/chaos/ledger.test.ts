import { describe, expect, test } from 'vitest';
import { createLedger, type DecisionFacts, type Ledger } from './ledger.ts';
import type { SentEvent } from './workload.ts';

const FAULT = 0;

function listed(id: string, changes: Partial<SentEvent> = {}): SentEvent {
  return { id, itemId: `item of ${id}`, revision: 1, kind: 'listed', ...changes };
}

function decision(eventId: string, changes: Partial<DecisionFacts> = {}): DecisionFacts {
  const topics = [{ topic: 'weapons', state: 'SCORED', probability: 0.1, modelVersion: 'v1' }];
  return { id: `decision of ${eventId}`, eventId, isComplete: true, topics, ...changes };
}

const PARTIAL: Partial<DecisionFacts> = {
  id: 'partial',
  isComplete: false,
  topics: [{ topic: 'weapons', state: 'PENDING', probability: undefined, modelVersion: '' }],
};

function ledgerWith(...events: readonly SentEvent[]): Ledger {
  const ledger = createLedger();
  for (const event of events) {
    ledger.sent(event, FAULT);
    ledger.published(event.id, 100);
  }
  return ledger;
}

describe('the books of a campaign', () => {
  test('balance when every event has come to an end', () => {
    const ledger = ledgerWith(listed('a'), listed('b', { kind: 'invalid' }), listed('c'), listed('d', { revision: 2 }));
    ledger.sent(listed('c2', { itemId: 'item of c', revision: 2 }), FAULT);
    ledger.decided(decision('a'), 150);
    ledger.quarantined('b', 160);
    ledger.superseded('item of c', 1, 170);
    ledger.decided(decision('c2'), 165);
    ledger.decided(decision('d'), 400);
    expect(ledger.outcomeOf(FAULT, { repairedAtMs: 100 })).toEqual({
      events: 5,
      decided: 3,
      quarantined: 1,
      superseded: 1,
      presumed: 0,
      abandoned: 0,
      open: [],
      repeated: 0,
      longestDelayMs: 300,
      settledAtMs: 400,
    });
    expect(ledger.conflicts()).toEqual([]);
  });

  test('tell of each open event what is owed', () => {
    const ledger = ledgerWith(listed('a'), listed('b'));
    ledger.decided(decision('b', PARTIAL), 150);
    expect(ledger.outcomeOf(FAULT).open).toEqual([
      { event: listed('a'), publishedAtMs: 100, state: 'published', owed: [] },
      { event: listed('b'), publishedAtMs: 100, state: 'waiting', owed: ['weapons'] },
    ]);
  });

  test('do not count what was never confirmed, unless something was heard of it', () => {
    const ledger = createLedger();
    ledger.sent(listed('a'), FAULT);
    expect(ledger.outcomeOf(FAULT)).toMatchObject({ events: 0, open: [] });
    ledger.decided(decision('a', PARTIAL), 150);
    expect(ledger.outcomeOf(FAULT)).toMatchObject({ events: 1, open: [{ state: 'waiting' }] });
  });

  test('are kept for each fault by itself', () => {
    const ledger = ledgerWith(listed('a'));
    ledger.sent(listed('b'), 1);
    ledger.published('b', 100);
    ledger.decided(decision('a'), 150);
    expect(ledger.outcomeOf(0)).toMatchObject({ events: 1, open: [] });
    expect(ledger.outcomeOf(1)).toMatchObject({ events: 1, open: [{ state: 'published' }] });
  });

  test('tell when the last event was over that had been published before the repair', () => {
    const ledger = ledgerWith(listed('a'));
    ledger.sent(listed('b'), FAULT);
    ledger.published('b', 300);
    ledger.decided(decision('a'), 250);
    ledger.decided(decision('b'), 400);
    expect(ledger.outcomeOf(FAULT, { repairedAtMs: 200 }).settledAtMs).toBe(250);
    expect(ledger.outcomeOf(FAULT, { repairedAtMs: 300 }).settledAtMs).toBe(400);
    expect(ledger.outcomeOf(FAULT, { repairedAtMs: 50 }).settledAtMs).toBeUndefined();
  });

  test('count answers that repeat an answer', () => {
    const ledger = ledgerWith(listed('a'), listed('b', { kind: 'invalid' }));
    ledger.decided(decision('a', PARTIAL), 120);
    ledger.decided(decision('a'), 150);
    ledger.decided(decision('a'), 151);
    ledger.quarantined('b', 150);
    ledger.quarantined('b', 151);
    expect(ledger.outcomeOf(FAULT).repeated).toBe(2);
    expect(ledger.conflicts()).toEqual([]);
  });
});

describe('an older revision of which nothing is heard', () => {
  const older = listed('older', { itemId: 'item' });
  const newer = listed('newer', { itemId: 'item', revision: 2, kind: 'updated' });

  test('is presumed superseded when a line may be missing and a newer one was decided on', () => {
    const ledger = ledgerWith(older, newer);
    ledger.decided(decision('newer', PARTIAL), 150);
    ledger.decided(decision('newer'), 160);
    expect(ledger.outcomeOf(FAULT, { mayLackWordUntilMs: 100 })).toMatchObject({
      superseded: 1,
      presumed: 1,
      open: [],
    });
  });

  test('is open when it was first published after the death of the proxy whose lines may be missing', () => {
    const ledger = ledgerWith(older, newer);
    ledger.decided(decision('newer'), 150);
    expect(ledger.outcomeOf(FAULT, { mayLackWordUntilMs: 99 })).toMatchObject({
      superseded: 0,
      presumed: 0,
      open: [{ event: older }],
    });
  });

  test('is open when no line can be missing', () => {
    const ledger = ledgerWith(older, newer);
    ledger.decided(decision('newer'), 150);
    expect(ledger.outcomeOf(FAULT)).toMatchObject({ superseded: 0, open: [{ event: older }] });
  });

  test('is open when the newer one was only sent', () => {
    const ledger = ledgerWith(older, newer);
    expect(ledger.outcomeOf(FAULT, { mayLackWordUntilMs: 100 }).open).toHaveLength(2);
  });

  test('is open when what was decided on is older still', () => {
    const ledger = ledgerWith(older, newer);
    ledger.decided(decision('older'), 150);
    expect(ledger.outcomeOf(FAULT, { mayLackWordUntilMs: 100 }).open).toMatchObject([{ event: newer }]);
  });
});

describe('in conflict', () => {
  test('is an event that is quarantined and decided, in either order', () => {
    const ledger = ledgerWith(listed('a'), listed('b'));
    ledger.quarantined('a', 150);
    ledger.decided(decision('a'), 151);
    ledger.decided(decision('b'), 150);
    ledger.quarantined('b', 151);
    expect(ledger.conflicts()).toContain('a: quarantined and decided');
    expect(ledger.conflicts()).toContain('b: decided and quarantined');
  });

  test('are two probabilities of one topic by one model version', () => {
    const ledger = ledgerWith(listed('a'));
    const scored = (probability: number, modelVersion: string) =>
      decision('a', { topics: [{ topic: 'weapons', state: 'SCORED', probability, modelVersion }] });
    ledger.decided(scored(0.1, 'v1'), 150);
    ledger.decided(scored(0.1, 'v1'), 151);
    ledger.decided(scored(0.3, 'v2'), 152);
    expect(ledger.conflicts()).toEqual([]);
    ledger.decided(scored(0.2, 'v1'), 153);
    expect(ledger.conflicts()).toEqual(['a: weapons by v1 decided with probability 0.1 and with 0.2']);
  });

  test('is a valid event in quarantine, and a decision on what is no event', () => {
    const ledger = ledgerWith(listed('a'), listed('b', { kind: 'invalid' }));
    ledger.quarantined('a', 150);
    ledger.decided(decision('b'), 150);
    expect(ledger.conflicts()).toEqual(['a: quarantined, but it is a valid event', 'b: decided, but it is no event']);
  });

  test('is an event that is superseded although nothing newer of its item was sent', () => {
    const ledger = ledgerWith(listed('a', { itemId: 'item', revision: 2 }));
    ledger.superseded('item', 2, 150);
    expect(ledger.conflicts()).toEqual(['a: superseded, but nothing newer of item was sent']);
  });

  test('is what is given up without a dead letter, and a dead letter of what is not given up', () => {
    const ledger = ledgerWith(listed('a'), listed('b'), listed('c'));
    const topics = [{ topic: 'weapons', state: 'ABANDONED', probability: undefined, modelVersion: '' }];
    ledger.decided(decision('a', { topics }), 150);
    ledger.deadLettered('b');
    ledger.decided(decision('c', { topics }), 150);
    ledger.deadLettered('c');
    expect(ledger.outcomeOf(FAULT).abandoned).toBe(2);
    expect(ledger.conflicts()).toEqual([
      'a: abandoned, but not in the dead letters',
      'b: in the dead letters, but not abandoned',
    ]);
  });

  test('is no dead letter whose decision is still under way when the run was cut short', () => {
    const ledger = ledgerWith(listed('a'));
    ledger.deadLettered('a');
    ledger.quarantined('a', 150);
    expect(ledger.conflicts({ isCutShort: true })).toEqual(['a: quarantined, but it is a valid event']);
    expect(ledger.conflicts()).toHaveLength(2);
  });

  test('is what is said of events that nobody has sent', () => {
    const ledger = createLedger();
    ledger.decided(decision('a'), 1);
    ledger.quarantined('b', 1);
    ledger.superseded('item', 3, 1);
    expect(ledger.conflicts()).toEqual([
      'a: decided, but never sent',
      'b: quarantined, but never sent',
      'item, revision 3: superseded, but never sent',
    ]);
  });
});
