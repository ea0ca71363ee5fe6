import { expect, test } from 'vitest';
import type { Outcome } from './ledger.ts';
import type { FaultResult } from './run-fault.ts';
import { closingLine, headerLine, openLines, resultLine, shortcomingLines, totalsOf } from './table.ts';

const OUTCOME: Outcome = {
  events: 800,
  decided: 760,
  quarantined: 20,
  superseded: 20,
  presumed: 0,
  abandoned: 0,
  open: [],
  repeated: 4,
  longestDelayMs: 10_240,
  settledAtMs: 0,
};

function result(changes: Partial<FaultResult> = {}, outcome: Partial<Outcome> = {}): FaultResult {
  return {
    fault: { name: 'weapons=kill', part: 'weapons', how: 'kill', broker: 'emulator', forMs: 3_000, lingerMs: 0 },
    outcome: { ...OUTCOME, ...outcome },
    restarts: 1,
    redeliveries: 7,
    settledInMs: 1_120,
    isCutShort: false,
    shortcomings: [],
    ...changes,
  };
}

const OPEN = {
  event: { id: 'run-7', itemId: 'item-7', revision: 2, kind: 'updated' },
  publishedAtMs: 1_000,
  state: 'waiting',
  owed: ['money', 'weapons'],
} as const;

test('a fault is a line under the heading, column by column', () => {
  const columns = (line: string) => line.trim().split(/ {2,}/);
  expect(columns(resultLine(result()))).toEqual([
    'weapons=kill',
    '800',
    '760',
    '20',
    '20',
    '0',
    '0',
    '1',
    '7',
    '10.2 s',
    '1.1 s',
  ]);
  expect(resultLine(result())).toHaveLength(headerLine().length);
});

test('what did not settle is told event by event, up to a number', () => {
  const unsettled = result({ settledInMs: undefined }, { open: [OPEN, { ...OPEN, state: 'published', owed: [] }] });
  expect(openLines(unsettled, 31_000)).toEqual([
    '  open: run-7 (updated, item-7, revision 2), published 30.0 s ago: decided in part, without money, weapons',
    '  open: run-7 (updated, item-7, revision 2), published 30.0 s ago: nothing was heard of it',
  ]);
  const many = result({}, { open: Array.from({ length: 25 }, () => OPEN) });
  expect(openLines(many, 31_000).at(-1)).toBe('  and 5 more');
});

test('the closing line adds all up', () => {
  const totals = totalsOf([result(), result({ restarts: 0 })]);
  expect(closingLine(totals, 0)).toBe('2 faults, 1600 events, 1 restarts, 14 redeliveries, lost 0');
  const lost = totalsOf([result({}, { open: [OPEN] })]);
  expect(closingLine(lost, 2)).toBe('1 fault, 800 events, 1 restarts, 7 redeliveries, 2 in conflict, lost 1');
});

test('a fault without effect is told, and counted', () => {
  const idle = result({ shortcomings: ['Pub/Sub never cut a stream'] });
  expect(shortcomingLines(idle)).toEqual(['  without effect: Pub/Sub never cut a stream']);
  expect(closingLine(totalsOf([idle, result()]), 0)).toBe(
    '2 faults, 1600 events, 2 restarts, 14 redeliveries, 1 without effect, lost 0',
  );
});

test('what a stop has left open is not called lost', () => {
  const stopped = totalsOf([result({ isCutShort: true, settledInMs: undefined }, { open: [OPEN] })]);
  expect(closingLine(stopped, 0)).toBe('1 fault, 800 events, 1 restarts, 7 redeliveries, 1 still under way, lost 0');
});
