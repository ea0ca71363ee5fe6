import { FAULT_KINDS } from '../world/scenario.ts';
import type { RunResult } from '../world/world.ts';
import { describeViolations } from './replay.ts';
import { runSeeds } from './seed-runner.ts';

export interface CampaignOptions {
  readonly seeds: number;
  readonly first: number;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly progress: (line: string) => void;
}

/** Of so many seeds, every kind of fault must have been drawn by some. */
const WHOLE_CAMPAIGN = 500;

/** Only so many violating seeds are told in full. */
const TOLD_IN_FULL = 5;

/** Runs the seeds and tells what came of them; answers the exit code. */
export async function runCampaign({ seeds, first, workers, signal, say, progress }: CampaignOptions): Promise<number> {
  const startedAtMs = Date.now();
  const totals = new Map<string, number>();
  const add = (name: string, count: number) => totals.set(name, (totals.get(name) ?? 0) + count);
  const raise = (name: string, value: number) => totals.set(name, Math.max(totals.get(name) ?? 0, value));
  const kinds = new Map<string, number>(FAULT_KINDS.map((kind) => [kind, 0]));
  let done = 0;
  let violations = 0;
  let told = 0;
  for await (const one of runSeeds(range(first, seeds), { workers, signal })) {
    done++;
    if (one.kind === 'failed') {
      violations++;
      say(`seed ${one.seed} has failed: ${one.reason}\n  npm run torture -- --seed ${one.seed}`);
      continue;
    }
    addUp(one.result, add, raise);
    for (const kind of one.faults) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    violations += one.result.violations.length;
    if (one.result.violations.length > 0) {
      told++;
      if (told <= TOLD_IN_FULL) for (const line of describeViolations(one.seed, one.result)) say(line);
      else say(`seed ${one.seed}: ${one.result.violations.length} violations`);
    }
    const rate = (totals.get('events')! / (Date.now() - startedAtMs)) * 1_000;
    progress(
      `${done}/${seeds} seeds, ${totals.get('events')} events (${Math.round(rate)}/s), ${violations} violations`,
    );
  }
  say('');
  for (const line of table([...kinds].map(([kind, count]) => [kind, String(count)] as const))) say(line);
  say('');
  for (const line of table([...totals].map(([name, value]) => [name, String(Math.round(value))] as const))) say(line);
  say('');
  const missing = [...kinds].filter(([, count]) => count === 0).map(([kind]) => kind);
  if (missing.length > 0) say(`never drawn: ${missing.join(', ')}`);
  const isIncomplete = missing.length > 0 && seeds >= WHOLE_CAMPAIGN;
  if (signal.aborted) say(`stopped after ${done} of ${seeds} seeds`);
  say(`${done} seeds, ${totals.get('events') ?? 0} events, ${violations} violations`);
  if (signal.aborted) return 130;
  return violations > 0 || isIncomplete ? 1 : 0;
}

function addUp(
  result: RunResult,
  add: (name: string, count: number) => void,
  raise: (name: string, value: number) => void,
) {
  const { received, ...ends } = result.totals;
  add('events', received);
  for (const [name, count] of Object.entries(ends)) add(name, count);
  add('deliveries', result.deliveries);
  add('of them again', result.redeliveries);
  add('decisions', result.decisions);
  add('of them after a newer one, which nobody could know', result.overtaken);
  add('model calls', result.modelCalls);
  add('hours of virtual time', result.durationMs / 3_600_000);
  raise('longest time of an event on the main subscription, ms', result.longestMainMs);
  raise('longest time to settle after the last fault, s', result.settledInMs / 1_000);
  raise('largest part of the bound that settling took, %', (result.settledInMs / result.settleBoundMs) * 100);
}

function* range(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  const digits = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value.padStart(digits)}`);
}
