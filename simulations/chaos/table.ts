import { notOver, openList } from '../../infra/local/open-list.ts';
import type { FaultResult } from './run-fault.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly of: (result: FaultResult) => string;
}

const seconds = (ms: number | undefined) => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`);

const COLUMNS: readonly Column[] = [
  { title: 'events', width: 7, of: ({ outcome }) => String(outcome.events) },
  { title: 'decided', width: 8, of: ({ outcome }) => String(outcome.decided) },
  { title: 'quarantined', width: 12, of: ({ outcome }) => String(outcome.quarantined) },
  { title: 'superseded', width: 11, of: ({ outcome }) => String(outcome.superseded) },
  { title: 'abandoned', width: 10, of: ({ outcome }) => String(outcome.abandoned) },
  { title: 'lost', width: 5, of: ({ outcome, isCutShort }) => (isCutShort ? '–' : String(outcome.open.length)) },
  { title: 'restarts', width: 9, of: ({ restarts }) => String(restarts) },
  { title: 'redeliveries', width: 13, of: ({ redeliveries }) => String(redeliveries) },
  { title: 'longest', width: 8, of: ({ outcome }) => seconds(outcome.longestDelayMs) },
  { title: 'settled in', width: 11, of: ({ settledInMs }) => seconds(settledInMs) },
];

/** The widest name of a fault has room. */
const NAME_WIDTH = 26;

export function headerLine(): string {
  return `${'fault'.padEnd(NAME_WIDTH)}${COLUMNS.map(({ title, width }) => title.padStart(width)).join('')}`;
}

export function resultLine(result: FaultResult): string {
  return `${result.fault.name.padEnd(NAME_WIDTH)}${COLUMNS.map(({ width, of }) => of(result).padStart(width)).join('')}`;
}

/** What of a fault has not come to its end, event by event. */
export function openLines({ outcome: { open }, isCutShort }: FaultResult, nowMs: number): string[] {
  if (isCutShort) return open.length > 0 ? [`  ${open.length} events were still under way`] : [];
  const lines = openList(open, ({ event, publishedAtMs, ...account }) => {
    const { id, itemId, revision, kind } = event;
    const since = publishedAtMs === undefined ? 'not confirmed' : `published ${seconds(nowMs - publishedAtMs)} ago`;
    return `${id} (${kind}, ${itemId}, revision ${revision}), ${since}: ${notOver(account)}`;
  });
  return lines.map((line) => `  ${line}`);
}

/** Why a fault proves nothing, a line each. */
export function shortcomingLines({ shortcomings }: FaultResult): string[] {
  return shortcomings.map((shortcoming) => `  without effect: ${shortcoming}`);
}

/** What a campaign comes to. */
export interface Totals {
  readonly faults: number;
  readonly events: number;
  readonly restarts: number;
  readonly redeliveries: number;
  readonly presumed: number;
  /** Open when the bound was over. */
  readonly lost: number;
  /** Open when the campaign was stopped. */
  readonly underWay: number;
  /** Faults that prove nothing. */
  readonly withoutEffect: number;
}

export function totalsOf(results: readonly FaultResult[]): Totals {
  const sum = (of: (result: FaultResult) => number) => results.reduce((all, result) => all + of(result), 0);
  return {
    faults: results.length,
    events: sum(({ outcome }) => outcome.events),
    restarts: sum(({ restarts }) => restarts),
    redeliveries: sum(({ redeliveries }) => redeliveries),
    presumed: sum(({ outcome }) => outcome.presumed),
    lost: sum(({ outcome, isCutShort }) => (isCutShort ? 0 : outcome.open.length)),
    underWay: sum(({ outcome, isCutShort }) => (isCutShort ? outcome.open.length : 0)),
    withoutEffect: sum(({ shortcomings }) => (shortcomings.length > 0 ? 1 : 0)),
  };
}

/** `22 faults, 18400 events, 31 restarts, 412 redeliveries, lost 0`, and what else must not be passed over. */
export function closingLine(totals: Totals, conflicts: number): string {
  const { faults, events, restarts, redeliveries, lost, underWay, withoutEffect } = totals;
  const parts = [
    `${faults} ${faults === 1 ? 'fault' : 'faults'}`,
    `${events} events`,
    `${restarts} restarts`,
    `${redeliveries} redeliveries`,
    ...(withoutEffect > 0 ? [`${withoutEffect} without effect`] : []),
    ...(underWay > 0 ? [`${underWay} still under way`] : []),
    ...(conflicts > 0 ? [`${conflicts} in conflict`] : []),
    `lost ${lost}`,
  ];
  return parts.join(', ');
}
