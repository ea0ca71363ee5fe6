import { describeFault } from '../world/faults.ts';
import { drawScenario } from '../world/scenario.ts';
import { type RunResult, runScenario } from '../world/world.ts';

/** What a reader needs of a run that has broken promises. */
export function describeViolations(seed: number, { violations }: RunResult): string[] {
  const lines = [`seed ${seed}: ${violations.length} violations`];
  for (const { invariant, atMs, itemId, what } of violations.slice(0, 5)) {
    lines.push(`  ${(atMs / 1_000).toFixed(3)} s  ${invariant}${itemId ? ` (${itemId})` : ''}\n             ${what}`);
  }
  const item = violations.find(({ itemId }) => itemId !== undefined)?.itemId;
  lines.push(`  npm run torture -- --seed ${seed}${item ? ` --follow ${item}` : ''}`);
  return lines;
}

/** Runs one seed alone and tells what is in it, what came of it, and the way of one item; answers the exit code. */
export async function replay(seed: number, follow: string | undefined, say: (line: string) => void): Promise<number> {
  const scenario = drawScenario(seed);
  const { config, roles, subscriptions } = scenario.setting;
  say(`seed ${seed}`);
  say(`  replicas       ${roles.join(', ')}`);
  say(`  cache          ${config.cache.kind}`);
  say(`  backlog        ${config.backlog.mode}, share ${config.backlog.share}, at most ${config.backlog.maxAge} ms`);
  for (const [intake, { ackDeadlineMs, retryPolicy }] of Object.entries(subscriptions)) {
    const { minimumBackoffMs, maximumBackoffMs } = retryPolicy;
    say(`  ${intake.padEnd(13)}  lease ${ackDeadlineMs} ms, backoff ${minimumBackoffMs} to ${maximumBackoffMs} ms`);
  }
  for (const [name, { timeout, batch, concurrency, breaker, needs }] of Object.entries(config.models)) {
    const calls = `${concurrency.initial} to ${concurrency.max} calls of ${batch.max}`;
    say(
      `  ${name.padEnd(13)}  ${timeout} ms, ${calls}, breaker after ${breaker.minimumCalls}, needs ${needs.join() || '-'}`,
    );
  }
  for (const { atMs, forMs, fault } of scenario.faults) {
    say(`  ${(atMs / 1_000).toFixed(1).padStart(6)} s for ${(forMs / 1_000).toFixed(1)} s  ${describeFault(fault)}`);
  }
  const first = await runScenario(scenario, follow);
  if (follow && !first.trace.some((line) => !line.includes('  -- '))) {
    throw new Error(`seed ${seed} has no item ${follow}; its items are item-0, item-1 and so on`);
  }
  const item = follow ?? first.violations.find(({ itemId }) => itemId !== undefined)?.itemId;
  const result = item === follow ? first : await runScenario(scenario, item);
  say(item ? `\nthe way of ${item}:` : '\nthe faults:');
  for (const line of result.trace) say(line);
  say('');
  if (result.violations.length > 0) for (const line of describeViolations(seed, result)) say(line);
  const { received, ...ends } = result.totals;
  say(
    `${received} events: ${Object.entries(ends)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  const bound = `${(result.settledInMs / 1_000).toFixed(1)} of at most ${(result.settleBoundMs / 1_000).toFixed(1)} s`;
  say(`settled in ${bound} after the last fault; digest ${result.digest}`);
  return result.violations.length > 0 ? 1 : 0;
}
