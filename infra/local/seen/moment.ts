import type { Totals } from '../books.ts';
import type { ModelMoment, Moment, Point, ReplicaMoment } from '../console/wire.ts';
import { total } from '../scrape.ts';
import type { MainStream } from './first-words.ts';
import { balanceOf, modelHealth, streamHealth } from './health.ts';
import { growth, type Look, quantileOfGrowth } from './look.ts';

/** What is seen of the stack at one time. */
export interface View extends Look {
  readonly totals: Totals;
  readonly mainStream: MainStream;
}

export interface MomentOptions {
  readonly models: readonly string[];
  readonly replicas: readonly string[];
}

/** Rates are those of the last few seconds, so that they can be read; shares and quantiles need more to be of. */
const RATE_MS = 3_000;

const BREAKERS = ['closed', 'half-open', 'open'] as const;

/**
 * What goes on, from the views of the last ten seconds, the oldest first.
 *
 * @param views at least one
 */
export function momentOf(views: readonly View[], { models, replicas }: MomentOptions): Moment {
  const now = views.at(-1)!;
  const long = views[0]!;
  const short = views.findLast(({ atMs }) => atMs <= now.atMs - RATE_MS + 100) ?? long;
  const seconds = Math.max(0.001, (now.atMs - short.atMs) / 1_000);
  const rate = (name: string, ...labels: string[]) => growth(short, now, name, ...labels) / seconds;
  const { mainStream } = now;
  const { waitingOfOthers: _, ...totals } = now.totals;
  const heard = ({ totals: { published, unheard } }: View) => published - unheard;
  const settled = (view: View) => heard(view) - view.totals.waiting;
  const modelMoments = models.map((model) => modelMoment(model, { long, short, now, seconds }));
  const publishedPerSecond = (totals.published - short.totals.published) / seconds;
  const living = now.replicas.filter(({ answers }) => answers);
  const stores = living.filter(({ samples }) => samples.has('eddy_store_up'));

  return {
    atMs: now.atMs,
    publishedPerSecond,
    settledPerSecond: Math.max(0, settled(now) - settled(short)) / seconds,
    heardPerSecond: Math.max(0, heard(now) - heard(short)) / seconds,
    backlogInPerSecond: rate('eddy_backlog_entries_published_total'),
    backlogOutPerSecond: rate('eddy_messages_received_total', 'intake="backlog"'),
    firstP50Ms: mainStream.p50Ms,
    firstP99Ms: mainStream.p99Ms,
    oldestUnheardMs: mainStream.oldestMs,
    mainStream: streamHealth(totals.unheard, mainStream.oldestMs, publishedPerSecond),
    books: { ...totals, balance: balanceOf(totals.unheard, mainStream.oldestMs) },
    models: modelMoments,
    replicas: replicas.map((name, index) => replicaMoment(name, index, { short, now, seconds })),
    cacheShare: hitShare(long, now),
    storeUp: stores.length === 0 ? null : stores.every(({ samples }) => samples.get('eddy_store_up') !== 0),
    drainSeconds: longestDrain(modelMoments),
  };
}

/** What the charts keep. */
export function pointOf({ atMs, publishedPerSecond, books, models }: Moment): Point {
  return {
    atMs,
    published: publishedPerSecond,
    behind: books.unheard,
    waiting: books.waiting,
    load: models.map(({ inputsPerSecond }) => inputsPerSecond),
    owed: models.map(({ owed }) => owed),
  };
}

interface Span {
  readonly short: View;
  readonly now: View;
  readonly seconds: number;
}

function modelMoment(model: string, { long, short, now, seconds }: Span & { readonly long: View }): ModelMoment {
  const label = `model="${model}"`;
  const grown = (name: string, ...labels: string[]) => growth(short, now, name, label, ...labels);
  const calls = grown('eddy_model_calls_total');
  const outcomes = grown('eddy_model_outcomes_total');
  const living = now.replicas.filter(({ answers }) => answers);
  const gauge = (name: string) => living.reduce((sum, { samples }) => sum + total(samples, name, label), 0);
  const state = Math.max(0, ...living.map(({ samples }) => total(samples, 'eddy_model_breaker_state', label)));
  const told = scopedGauge(now, 'eddy_backlog_owed', label, (a, b) => a + b);
  // No event owes a model more than one answer: what replicas that were killed took along of their common account is not
  // taken for something owed.
  const owed = told === null ? null : Math.min(told, now.totals.waiting + now.totals.waitingOfOthers);
  const duration = (quantile: number) => {
    const found = quantileOfGrowth(long, now, 'eddy_model_call_duration_seconds', label, quantile);
    return found === null ? null : found * 1_000;
  };
  const seen = {
    breaker: BREAKERS[state] ?? 'open',
    failedShare: shareOf(calls - grown('eddy_model_calls_total', 'code="OK"'), calls),
    pendingShare: shareOf(grown('eddy_model_outcomes_total', 'state="pending"'), outcomes),
    owed,
  };
  const drain = owed === 0 ? 0 : scopedGauge(now, 'eddy_backlog_drain_seconds', label, Math.max);
  return {
    ...seen,
    name: model,
    inputsPerSecond: grown('eddy_model_inputs_total') / seconds,
    callsPerSecond: calls / seconds,
    callP50Ms: duration(0.5),
    callP99Ms: duration(0.99),
    limit: gauge('eddy_model_limit'),
    callsInFlight: gauge('eddy_model_calls_in_flight'),
    drainSeconds: drain !== null && Number.isFinite(drain) ? drain : null,
    cacheShare: hitShare(long, now, label),
    health: modelHealth(seen, living.length > 0),
  };
}

function replicaMoment(name: string, index: number, { short, now, seconds }: Span): ReplicaMoment {
  const { samples, answers } = now.replicas[index]!;
  const before = short.replicas[index]!.samples;
  const grown = (metric: string, ...labels: string[]) =>
    Math.max(0, total(samples, metric, ...labels) - total(before, metric, ...labels));
  return {
    name,
    answers,
    receivedPerSecond: grown('eddy_messages_received_total', 'intake="items"') / seconds,
    cpuShare: grown('process_cpu_seconds_total') / seconds,
  };
}

function hitShare(before: Look, now: Look, ...labels: string[]): number | null {
  const count = (result: string) => growth(before, now, 'eddy_prediction_cache_total', `result="${result}"`, ...labels);
  const hits = count('hit');
  return shareOf(hits, hits + count('miss') + count('bypassed'));
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : null;
}

/**
 * A gauge that each replica has of the fleet, or of itself.
 *
 * @returns null where no replica that answers has it
 */
function scopedGauge(now: Look, name: string, label: string, add: (a: number, b: number) => number): number | null {
  const ofFleet: number[] = [];
  const ofReplica: number[] = [];
  for (const { samples, answers } of now.replicas) {
    if (!answers) continue;
    for (const [series, value] of samples) {
      if (!series.startsWith(`${name}{`) || !series.includes(label)) continue;
      // Prometheus writes +Inf, which is not a number to JavaScript.
      const read = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
      (series.includes('scope="fleet"') ? ofFleet : ofReplica).push(read);
    }
  }
  if (ofFleet.length > 0) return Math.max(...ofFleet);
  return ofReplica.length > 0 ? ofReplica.reduce(add) : null;
}

function longestDrain(models: readonly ModelMoment[]): number | null {
  let longest = 0;
  for (const { drainSeconds } of models) {
    if (drainSeconds === null) return null;
    longest = Math.max(longest, drainSeconds);
  }
  return longest;
}
