import { LRUCache } from 'lru-cache';
import {
  Action,
  actionToJSON,
  Completeness,
  type Decision,
  topicStateToJSON,
} from '../../../proto/generated/moderation/v1/moderation.ts';
import type { DecisionBatch, DecisionRow, TopicScore } from './wire.ts';

/**
 * The latest decisions, as many as people can read: of those of a second a few, those first whose change the page is
 * waiting for, then those that found something.
 */
export interface DecisionFeed {
  /** What a message says, or an item of which every decision is waited for: its title is shown with its decision. */
  published(id: string, data: Buffer): void;
  decided(decision: Decision, messageId: string, atMs: number): void;
  /** What has come since the last time, the most telling of it. */
  take(): DecisionBatch;
  /** What was taken last, the newest first. */
  readonly latest: readonly DecisionRow[];
}

/** At one time, besides those that complete what was taken as partial: nobody reads faster. */
const TAKEN = 6;
/** Of these, the partial ones, and those that found something; the rest are just the latest. */
const TAKEN_PARTIAL = 2;
const TAKEN_FINDINGS = 2;
const LATEST = 40;
/** First decisions that were partial, and are waited for: as many as the page keeps. */
const WAITED_FOR = 200;
const MESSAGES = 5_000;
/** Beyond it, what a message says is not kept: its decision is shown by the item's id. */
const MESSAGE_BYTES = 20_000;
const ALL_BYTES = 10_000_000;

export function createDecisionFeed(): DecisionFeed {
  const messages = new LRUCache<string, Buffer>({
    max: MESSAGES,
    maxSize: ALL_BYTES,
    sizeCalculation: ({ length }) => length + 1,
  });
  /** Partial decisions that were taken: their completion is shown too. */
  const waitedFor = new LRUCache<string, DecisionRow>({ max: WAITED_FOR });
  let fresh = new Map<string, DecisionRow>();
  let count = 0;
  let latest: readonly DecisionRow[] = [];

  return {
    get latest() {
      return latest;
    },
    published(id, data) {
      if (data.length <= MESSAGE_BYTES) messages.set(id, data);
    },
    decided(decision, messageId, atMs) {
      count++;
      const key = messageId || decision.eventId;
      const before = waitedFor.get(key) ?? fresh.get(key);
      if (!before && fresh.size >= MESSAGES) return;
      fresh.set(key, rowOf(decision, key, atMs, before));
    },
    take() {
      const chosen = choose(
        [...fresh.values()].reverse(),
        ({ key, itemId }) => waitedFor.has(key) || messages.has(itemId),
      );
      const rows = chosen.map((row) =>
        row.title ? row : { ...row, title: titleOf(messages.get(row.key) ?? messages.get(row.itemId)) },
      );
      for (const row of rows) {
        if (row.isComplete) waitedFor.delete(row.key);
        else waitedFor.set(row.key, row);
      }
      const taken = new Set(rows.map(({ key }) => key));
      latest = [...rows, ...latest.filter(({ key }) => !taken.has(key))].slice(0, LATEST);
      const batch = { rows, of: count };
      fresh = new Map();
      count = 0;
      return batch;
    },
  };
}

/** @param rows the latest first */
function choose(rows: readonly DecisionRow[], isWaitedFor: (row: DecisionRow) => boolean): DecisionRow[] {
  const awaited = rows.filter(isWaitedFor);
  const others = rows.filter((row) => !isWaitedFor(row));
  const chosen = new Set([
    ...others.filter(({ isComplete }) => !isComplete).slice(0, TAKEN_PARTIAL),
    ...others.filter(({ isComplete, action }) => isComplete && action !== 'PASS').slice(0, TAKEN_FINDINGS),
  ]);
  for (const row of others) {
    if (chosen.size >= TAKEN) break;
    chosen.add(row);
  }
  return [...awaited, ...others.filter((row) => chosen.has(row))];
}

function rowOf(decision: Decision, key: string, atMs: number, before: DecisionRow | undefined): DecisionRow {
  const isComplete = decision.completeness === Completeness.COMPLETE;
  const wasPartial = before !== undefined && !before.isComplete;
  return {
    key,
    title: before?.title ?? '',
    itemId: decision.itemId,
    action: nameOfAction(decision.action),
    isComplete,
    topics: topicScores(decision),
    // Of its first decision, so that the delay of the last one can be told.
    atMs: wasPartial ? before.atMs : atMs,
    completedAfterMs: isComplete && wasPartial ? atMs - before.atMs : null,
  };
}

/** What the topics of a decision say. */
export function topicScores({ topics }: Decision): TopicScore[] {
  return topics.map(({ topic, state, verdict, probability, model, modelVersion, error }) => ({
    topic,
    state: topicStateToJSON(state),
    verdict: nameOfAction(verdict),
    probability: probability ?? null,
    model,
    modelVersion,
    error,
  }));
}

export function nameOfAction(action: Action): string {
  return action === Action.ACTION_UNSPECIFIED ? 'PASS' : actionToJSON(action);
}

const MOST_SHOWN = 120;

function titleOf(data: Buffer | undefined): string {
  if (!data) return '';
  try {
    const title: unknown = JSON.parse(data.toString())?.item?.title;
    return typeof title === 'string'
      ? title
          .slice(0, MOST_SHOWN)
          .toWellFormed()
          .replaceAll(/\p{Cc}/gu, '')
      : '';
  } catch {
    return ''; // Binary, or sent to be quarantined.
  }
}
